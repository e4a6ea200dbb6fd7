import { accessAuxiliary, terminalAuthenticationOid } from '../../src/card/index.js';
import type { CvChainReason } from '../../src/cvc/index.js';
import { numberBytes } from '../../src/emulator/aes.js';
import { plain, type Instruction } from '../../src/emulator/apdu.js';
import { parseCertificate } from '../../src/emulator/cv-certificate.js';
import { readDer } from '../../src/emulator/der-reader.js';
import { Memory } from '../../src/emulator/memory.js';
import { MEMORY_SIZE } from '../../src/emulator/memory-map.js';
import { TerminalAuthentication, type Granted } from '../../src/emulator/terminal-authentication.js';
import { concat, encodeTlv, equal } from '../../src/iso7816/index.js';
import { cvKeys } from '../vectors/cvc-objects.js';
import { claim, sign } from './access-chains.js';

/** Status words of terminal-authentication.md 2, by what the terminal calls them. */
const reasons: ReadonlyMap<number, CvChainReason> = new Map([[0x6a80, 'malformed'], [0x6a88, 'signer-unknown'], [0x6300, 'signature'], [0x6982, 'role'], [0x6985, 'dates']]);

export interface Followed {
  /** The first certificate that the card did not take. */
  readonly refused?: { readonly at: number; readonly reason: CvChainReason };
  /** In force after the terminal's proof, where the chain ends with the terminal whose key is known. */
  readonly granted?: Granted;
}

const instruction = (ins: number, p1: number, p2: number, data: Uint8Array): Instruction => plain({ cla: 0, ins, p1, p2, data, ne: 0, extended: true });
const contentsOf = (certificate: Uint8Array): Uint8Array | undefined => readDer(certificate, (reader) => reader.take(0x7f21));

/** The chip's own following of a chain, without channel and commands around it: one session of a card with one trust point. */
export function cardThatTrusts(cvca: Uint8Array, today: string): { follow(series: readonly Uint8Array[]): Followed } {
  const memory = new Memory(new Uint8Array(MEMORY_SIZE));
  const trusted = parseCertificate(contentsOf(cvca) ?? new Uint8Array(0));
  if (trusted === undefined) throw new RangeError('no certificate of a CVCA');
  const cardDate = numberBytes(Number.parseInt(today.slice(2).replaceAll('-', ''), 16), 3);
  memory.believe({ trustPoint: trusted, cardDate });
  const session = new TerminalAuthentication({ memory, random: (length) => new Uint8Array(length), ephemeral: new Uint8Array(32) });
  let signer = trusted.reference;
  const present = (certificate: Uint8Array): number => {
    // Each is named by the one before it, as a chain is followed; what is no 7F21 is taken as what it is not.
    const named = session.setVerificationKey(instruction(0x22, 0x81, 0xb6, encodeTlv(0x83, signer)));
    const contents = contentsOf(certificate) ?? new Uint8Array(0);
    const { sw } = named.sw === 0x9000 ? session.verifyCertificate(instruction(0x2a, 0x00, 0xbe, contents)) : named;
    if (sw === 0x9000) signer = parseCertificate(contents)?.reference ?? signer;
    return sw;
  };
  const prove = (terminal: Uint8Array): Granted | undefined => {
    const found = parseCertificate(contentsOf(terminal) ?? new Uint8Array(0));
    if (found?.role !== 'terminal' || !equal(found.point, cvKeys.terminal.publicKey)) return undefined;
    const auxiliary = accessAuxiliary(claim);
    session.setTerminal(instruction(0x22, 0x81, 0xa4, concat(encodeTlv(0x80, terminalAuthenticationOid), encodeTlv(0x83, found.reference), auxiliary)));
    const { data: challenge } = session.getChallenge({ ...instruction(0x84, 0, 0, new Uint8Array(0)), ne: 8 });
    const { sw } = session.externalAuthenticate(instruction(0x82, 0, 0, sign(concat(memory.chipKey(1).point.slice(1, 33), challenge, new Uint8Array(32), auxiliary))));
    if (sw !== 0x9000) throw new RangeError(`the card says ${sw.toString(16)} to the terminal's proof`);
    return session.granted;
  };
  return {
    follow: (series) => {
      for (const [at, certificate] of series.entries()) {
        const sw = present(certificate);
        const reason = reasons.get(sw);
        if (sw !== 0x9000 && reason === undefined) throw new RangeError(`the card says ${sw.toString(16)}`);
        if (reason !== undefined) return { refused: { at, reason } };
      }
      const granted = prove(series.at(-1) ?? new Uint8Array(0));
      return granted === undefined ? {} : { granted };
    },
  };
}
