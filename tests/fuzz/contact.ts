import {
  accessAuxiliary, accessMessage, chipAuthenticationOid, chipSessionKeys, ephemeralKey, parseInitializeUpdate, permitAid, Scp03Session, SecureMessaging, terminalAuthenticationOid,
  type AccessRight, type SecureChannel,
} from '../../src/card/index.js';
import type { EmulatedCard } from '../../src/emulator/index.js';
import { concat, decodeCommand, decodeResponse, encodeCommand, encodeTlv, findTlv, parseTlv, type CommandApdu, type ResponseApdu } from '../../src/iso7816/index.js';
import { references } from '../vectors/cvc-objects.js';
import { seedOf, sha256 } from '../vectors/shared.js';
import { certificates, claim, sent, sign, terminals } from './access-chains.js';
import { holderDigits, secretChipPoint, staticKeys } from './invented-cards.js';
import type { Line } from './script-shape.js';
import { judgeOpened, judgePlain, nameOf } from './secret-oracle.js';
import { Broken, holds } from './target.js';

/**
 * How a line reaches the card: as it stands; under the channel that is open; the same with one byte of it changed afterwards; what opens a channel; power; a whole
 * personalisation stream; terminal authentication with the certificate that `at` chooses; its last step alone; under the channel, in a chain of short commands.
 */
export const kind = { raw: 0, secured: 1, damaged: 2, chipAuthentication: 3, scp03: 4, power: 5, stream: 6, terminal: 7, proof: 8, chained: 9 } as const;
const kinds = Object.keys(kind).length;
const longestAnswer = 0x1100;
const ephemeral = ephemeralKey(seedOf(0x41));
const unchanged = (wrapped: Uint8Array): Uint8Array => wrapped;

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
export const setDst = (reference: string): CommandApdu => ({ cla: 0, ins: 0x22, p1: 0x81, p2: 0xb6, data: encodeTlv(0x83, latin1(reference)) });
export const verifyCertificate = (data: Uint8Array): CommandApdu => ({ cla: 0, ins: 0x2a, p1: 0, p2: 0xbe, data });
export const setTerminal = (reference: string = references.terminal): CommandApdu => ({
  cla: 0, ins: 0x22, p1: 0x81, p2: 0xa4, data: concat(encodeTlv(0x80, terminalAuthenticationOid), encodeTlv(0x83, latin1(reference)), accessAuxiliary(claim)),
});
export const getChallenge: CommandApdu = { cla: 0, ins: 0x84, p1: 0, p2: 0, ne: 8 };

/** Rights by the data of PSO:VERIFY CERTIFICATE: all that was ever signed and is good. Below a CVCA and document verifiers with every right, the terminal's are those in force. */
const signedOnes: ReadonlyMap<string, readonly AccessRight[]> = new Map([
  ...[certificates.first, certificates.second, certificates.verifier, certificates.foreign].map((certificate) => [nameOf(sent(certificate).data), []] as const),
  ...terminals.map(({ rights, certificate }) => [nameOf(sent(certificate).data), rights] as const),
]);

/** A signature under the same challenge is the same: made once. */
const signatures = new Map<string, Uint8Array>();
function signatureOf(message: Uint8Array): Uint8Array {
  const name = nameOf(message);
  const signature = signatures.get(name) ?? sign(message);
  if (signatures.size < 1_000) signatures.set(name, signature);
  return signature;
}

/** In what the script says to VERIFY and CHANGE REFERENCE DATA, six P stand for the holder's PIN and six C for the CAN: the digits themselves stand in no script. */
function withDigits(command: CommandApdu): CommandApdu {
  if (command.data === undefined || (command.ins !== 0x20 && command.ins !== 0x24)) return command;
  const text = Buffer.from(command.data).toString('latin1').replaceAll('PPPPPP', Buffer.from(holderDigits.pin).toString('latin1')).replaceAll('CCCCCC', Buffer.from(holderDigits.can).toString('latin1'));
  return { ...command, data: latin1(text) };
}

/** One power-on of a card and the terminal that speaks to it, in whatever order the script wants. */
export class Contact {
  #channel: SecureChannel | undefined;
  #challenge = new Uint8Array(8);
  /** Rights of the certificate that the card took last, and of the terminal that proved itself. */
  #last: readonly AccessRight[] = [];
  #rights: readonly AccessRight[] = [];
  #pinVerified = false;

  constructor(private readonly card: EmulatedCard) {}

  obey({ kind: how, at, data }: Line): void {
    switch (how % kinds) {
      case kind.raw:
        this.#send(data);
        return;
      case kind.secured:
        this.#script(data, unchanged);
        return;
      case kind.damaged:
        this.#script(data, (wrapped) => wrapped.map((byte, i) => (i === at % wrapped.length ? byte ^ (1 << (at & 7)) : byte)));
        return;
      case kind.chained:
        this.#script(data, unchanged, 32 + at);
        return;
      case kind.chipAuthentication:
        this.#authenticateChip();
        return;
      case kind.terminal:
        this.#authenticateTerminal(terminals[at % terminals.length] ?? terminals[0]);
        return;
      case kind.proof:
        this.#prove();
        return;
      case kind.scp03:
        this.#openScp03();
        return;
      case kind.stream:
        this.#activate(data);
        return;
      default:
        this.#open(undefined);
        this.card.powerDown();
        holds(this.card.process(data) === undefined, 'a card without power is silent');
        this.card.powerUp();
    }
  }

  #open(channel: SecureChannel | undefined): void {
    this.#channel = channel;
    this.#last = [];
    this.#rights = [];
    this.#pinVerified = false;
  }

  #send(command: Uint8Array): ResponseApdu {
    const bytes = this.card.process(command);
    if (bytes === undefined || bytes.length < 2 || bytes.length > longestAnswer) throw new Broken(`an answer of ${bytes?.length ?? 'no'} bytes`);
    const { data, sw } = decodeResponse(bytes);
    holds(sw >> 12 === 9 || (sw >> 12 === 6 && sw >> 8 !== 0x60), 'an answer ends with a status word');
    judgePlain(data);
    return { data, sw };
  }

  /** A command of the script: under the channel where there is one and it can be wrapped, else as it stands. */
  #script(data: Uint8Array, change: (wrapped: Uint8Array) => Uint8Array, part?: number): void {
    const command = commandOf(data);
    if (this.#channel?.open !== true || command === undefined) this.#send(data);
    else this.#secured(withDigits(command), change, part);
  }

  /** The opened answer; undefined when the channel ended otherwise. */
  #secured(command: CommandApdu, change: (wrapped: Uint8Array) => Uint8Array = unchanged, part?: number): ResponseApdu | undefined {
    const channel = this.#channel;
    if (channel?.open !== true) return undefined;
    const wrapped = channel.wrap(command);
    const changed = change(wrapped);
    const answer = part === undefined ? this.#send(changed) : this.#inParts(changed, part);
    // A card refuses what was changed on the way: no data under a wrong MAC.
    if (changed !== wrapped && command.cla !== 0) holds(answer.data.length === 0, 'a damaged command has no answer');
    let opened: ResponseApdu;
    try {
      opened = channel.unwrap(answer);
    } catch {
      this.#open(undefined);
      return undefined;
    }
    if (channel instanceof SecureMessaging) this.#judge(command, opened);
    return opened;
  }

  /** What the card has let this terminal do. */
  #judge({ ins, p2, data }: CommandApdu, { data: said, sw }: ResponseApdu): void {
    judgeOpened(said, { rights: this.#rights, pinVerified: this.#pinVerified });
    const done = sw === 0x9000;
    if (ins === 0x84 && said.length === 8) this.#challenge = said.slice();
    if (ins === 0x20 && p2 === 0x01) this.#pinVerified = done || (this.#pinVerified && sw !== 0x6300 && sw >> 4 !== 0x63c);
    if (!done) return;
    if (ins === 0x24 || ins === 0x2c) this.#pinVerified = false;
    if (ins === 0x82) this.#rights = this.#last;
    if (ins !== 0x2a) return;
    const rights = signedOnes.get(nameOf(data ?? new Uint8Array()));
    if (rights === undefined) throw new Broken('the card believes a certificate that nobody signed');
    this.#last = rights;
  }

  #inParts(wrapped: Uint8Array, size: number): ResponseApdu {
    const { cla, ins, p1, p2, data = new Uint8Array(), ne = 0 } = decodeCommand(wrapped);
    let at = 0;
    for (; data.length - at > size; at += size) {
      const link = this.#send(encodeCommand({ cla: cla | 0x10, ins, p1, p2, data: data.slice(at, at + size) }, { extended: size > 255 }));
      if (link.sw !== 0x9000) return link;
      holds(link.data.length === 0, 'a part of a chain has no answer');
    }
    return this.#send(encodeCommand({ cla, ins, p1, p2, data: data.slice(at), ne }, { extended: true }));
  }

  #authenticateChip(): void {
    this.#send(encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: permitAid, ne: 256 }));
    this.#send(encodeCommand({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa4, data: concat(encodeTlv(0x80, chipAuthenticationOid), encodeTlv(0x84, Uint8Array.of(1))) }));
    const { data, sw } = this.#send(encodeCommand({ cla: 0, ins: 0x86, p1: 0, p2: 0, data: encodeTlv(0x7c, encodeTlv(0x80, ephemeral.point)), ne: 256 }));
    const nonce = sw === 0x9000 ? findTlv(parseTlv(data), 0x7c, 0x81)?.value : undefined;
    const shared = ephemeral.agree(secretChipPoint);
    if (nonce === undefined || shared === undefined) return;
    const { enc, mac } = chipSessionKeys(shared, nonce);
    this.#open(new SecureMessaging(enc, mac));
  }

  /** Link, document verifier, terminal, proof; a card that knows the newer CVCA takes no link, one that knows the older alone needs it. */
  #authenticateTerminal({ certificate }: (typeof terminals)[number]): void {
    const chain = [certificates.verifier, certificate];
    const knowsNewer = this.#secured(setDst(references.second))?.sw === 0x9000;
    if (!knowsNewer) {
      this.#authenticateChip();
      chain.unshift(certificates.second);
    }
    for (const each of chain) {
      const { authorityReference, data } = sent(each);
      this.#secured(setDst(authorityReference));
      this.#secured(verifyCertificate(data));
    }
    this.#secured(setTerminal());
    this.#secured(getChallenge);
    this.#prove();
  }

  /** EXTERNAL AUTHENTICATE over the challenge that came last. */
  #prove(): void {
    const message = accessMessage({ chipKey: secretChipPoint, ephemeral: ephemeral.point.slice(1, 33) }, this.#challenge, accessAuxiliary(claim));
    this.#secured({ cla: 0, ins: 0x82, p1: 0, p2: 0, data: signatureOf(message) });
  }

  /** STORE DATA of these bytes and ACTIVATE with their digest: what the card makes of a stream that is none. */
  #activate(contents: Uint8Array): void {
    this.#openScp03();
    for (let at = 0, block = 0; at < contents.length && block < 12; block += 1, at += 1_000) {
      const last = at + 1_000 >= contents.length || block === 11;
      this.#script(encodeCommand({ cla: 0x80, ins: 0xe2, p1: last ? 0x80 : 0, p2: block, data: contents.slice(at, at + 1_000), ne: 256 }), unchanged);
    }
    this.#script(encodeCommand({ cla: 0x80, ins: 0x44, p1: 0, p2: 0, data: sha256(contents.slice(0, 12_000)), ne: 256 }), unchanged);
  }

  #openScp03(): void {
    const challenge = seedOf(0x42).slice(0, 8);
    this.#send(encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: permitAid, ne: 256 }));
    const { data, sw } = this.#send(encodeCommand({ cla: 0x80, ins: 0x50, p1: 0x30, p2: 0, data: challenge, ne: 256 }));
    const introduced = sw === 0x9000 ? parseInitializeUpdate(data) : undefined;
    if (introduced === undefined) return;
    const session = new Scp03Session(staticKeys, challenge, introduced);
    if (session.cardCryptogramRight && this.#send(session.externalAuthenticate(0x33)).sw === 0x9000) this.#open(session);
  }
}

/** A command that a terminal could wrap; undefined for anything else. */
function commandOf(data: Uint8Array): CommandApdu | undefined {
  try {
    const command = decodeCommand(data);
    const tooLong = (command.data?.length ?? 0) > 4_096;
    return tooLong ? undefined : command;
  } catch {
    return undefined;
  }
}
