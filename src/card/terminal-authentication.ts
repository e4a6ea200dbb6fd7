import { answerError } from './errors.js';
import { encodeReference, uint32 } from './fields.js';
import type { CardSession } from './session.js';
import { concat, encodeTlv, fromHex } from '../iso7816/index.js';

/** id-TA-ECDSA-SHA-256 (BSI TR-03110-3 A.1.1.3), value of the object identifier. */
export const terminalAuthenticationOid = fromHex('04007f00070202020203');
/** id-claim (terminal-authentication.md 3). */
const claimOid = fromHex('6981b890afbecbbfba93ab979ffe9482e58fea6901');

/** What a terminal has to show: certificates from behind a trust point of the card to its own, and its key. */
export interface AccessCredentials {
  /** In the order in which they are sent, the terminal's last: the CAR to name in MSE:SET DST, and what 7F21 holds (body ‖ 5F37). */
  readonly chain: readonly { readonly authorityReference: string; readonly data: Uint8Array }[];
  /** CHR of the terminal's certificate. */
  readonly holderReference: string;
  /** ECDSA P-256 with SHA-256 under the key of the terminal's certificate: r ‖ s, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** Why a terminal looks at a card (access.md 4). */
export const accessPurpose = { check: 1, reading: 2, selfService: 3, endorsement: 4, residence: 5, service: 6, pin: 7, issue: 8, end: 9 } as const;
export type AccessPurpose = (typeof accessPurpose)[keyof typeof accessPurpose];

/** What the terminal claims and signs; the card writes it into its log. `time` is seconds since 1970 UTC. */
export interface AccessClaim {
  readonly time: number;
  readonly purpose: AccessPurpose;
}

/**
 * Which check of the card failed (terminal-authentication.md 2 and 3): the signer is no trust point and not the certificate before; the form; a certificate's
 * signature; a role that its signer may not give; the days; `terminal`: the holder reference is not that of the terminal's certificate; `signature`: that over
 * the challenge; `refused`: any other status.
 */
export type AccessRefusal = 'unknown-signer' | 'malformed' | 'certificate-signature' | 'role' | 'dates' | 'terminal' | 'signature' | 'refused';

/** `at`: index of the certificate in the chain, or the length of the chain for what comes after it. A refusal has ended secure messaging. */
export type TerminalAuthentication = { readonly granted: true } | { readonly granted: false; readonly reason: AccessRefusal; readonly at: number; readonly sw: number };

const stepRefusals = {
  setDst: new Map<number, AccessRefusal>([[0x6a88, 'unknown-signer']]),
  verifyCertificate: new Map<number, AccessRefusal>([
    [0x6a80, 'malformed'],
    [0x6a88, 'unknown-signer'],
    [0x6300, 'certificate-signature'],
    [0x6982, 'role'],
    [0x6985, 'dates'],
  ]),
  setAt: new Map<number, AccessRefusal>([
    [0x6a80, 'malformed'],
    [0x6a88, 'terminal'],
  ]),
  getChallenge: new Map<number, AccessRefusal>(),
  externalAuthenticate: new Map<number, AccessRefusal>([[0x6300, 'signature']]),
};

/** `67 { 73 { 06 id-claim, 53 05 { time, purpose } } }`. Throws RangeError for a time that is not 32 bits. */
export const accessAuxiliary = ({ time, purpose }: AccessClaim): Uint8Array =>
  encodeTlv(0x67, encodeTlv(0x73, [encodeTlv(0x06, claimOid), encodeTlv(0x53, concat(uint32(time), Uint8Array.of(purpose)))]));

/** The chip that was authenticated in this session. */
export interface AuthenticatedChip {
  /** Key 6 of the SOD, 33 or 65 bytes. */
  readonly chipKey: Uint8Array;
  /** Comp(PK_PCD), 32 bytes, as ChipAuthentication gives it. */
  readonly ephemeral: Uint8Array;
}

/** ID_PICC ‖ r_PICC ‖ Comp(PK_PCD) ‖ auxiliary: what the terminal signs. RangeError for a key or x-coordinate of another length. */
export function accessMessage({ chipKey, ephemeral }: AuthenticatedChip, challenge: Uint8Array, auxiliary: Uint8Array): Uint8Array {
  if ((chipKey.length !== 33 && chipKey.length !== 65) || ephemeral.length !== 32) throw new RangeError('the chip key has 33 or 65 bytes, Comp(PK_PCD) 32');
  return concat(chipKey.slice(1, 33), challenge, ephemeral, auxiliary);
}

/**
 * Terminal authentication of EAC version 2 behind chip authentication: three APDUs and two for each certificate. Granted: the rights of the chain are in force and
 * the card has logged who came. Throws RangeError, before anything is sent, without secure messaging or for credentials that are none; CardError for a card that
 * speaks otherwise than terminal-authentication.md 3.
 */
export async function terminalAuthenticate(session: CardSession, chip: AuthenticatedChip, credentials: AccessCredentials, claim: AccessClaim): Promise<TerminalAuthentication> {
  if (!session.secured) throw new RangeError('terminal authentication goes under secure messaging only');
  const { chain, sign } = credentials;
  if (chain.length === 0) throw new RangeError('no certificate');
  const holder = encodeTlv(0x83, encodeReference(credentials.holderReference));
  const auxiliary = accessAuxiliary(claim);
  const certificates = chain.map(({ authorityReference, data }) => ({ signer: encodeTlv(0x83, encodeReference(authorityReference)), data }));
  accessMessage(chip, new Uint8Array(0), auxiliary);

  const refused = (step: keyof typeof stepRefusals, at: number, sw: number): TerminalAuthentication => ({ granted: false, reason: stepRefusals[step].get(sw) ?? 'refused', at, sw });
  const command = (ins: number, p1: number, p2: number, data: Uint8Array): ReturnType<CardSession['send']> => session.send({ cla: 0x00, ins, p1, p2, data });

  for (const [at, { signer, data }] of certificates.entries()) {
    const setDst = await command(0x22, 0x81, 0xb6, signer);
    if (setDst.sw !== 0x9000) return refused('setDst', at, setDst.sw);
    const verified = await command(0x2a, 0x00, 0xbe, data);
    if (verified.sw !== 0x9000) return refused('verifyCertificate', at, verified.sw);
  }
  const at = chain.length;
  const setAt = await command(0x22, 0x81, 0xa4, concat(encodeTlv(0x80, terminalAuthenticationOid), holder, auxiliary));
  if (setAt.sw !== 0x9000) return refused('setAt', at, setAt.sw);
  const challenge = await session.send({ cla: 0x00, ins: 0x84, p1: 0x00, p2: 0x00, ne: 8 });
  if (challenge.sw !== 0x9000) return refused('getChallenge', at, challenge.sw);
  if (challenge.data.length !== 8) throw answerError('GET CHALLENGE');
  const signature = sign(accessMessage(chip, challenge.data, auxiliary));
  if (signature.length !== 64) throw new RangeError('a signature has 64 bytes');
  const authenticated = await command(0x82, 0x00, 0x00, signature);
  return authenticated.sw === 0x9000 ? { granted: true } : refused('externalAuthenticate', at, authenticated.sw);
}
