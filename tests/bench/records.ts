import type { CapturedRecord } from '../../src/contract/index.js';
import { encodeCbor } from '../../src/cose/index.js';

/** Bytes of one sealed record in the lines about the outbox and the push. */
export const sealedBytes = 1_200;
/** ephemeral key 32, nonce 24, authenticator 16 (sync.md 3) */
const seal = 72;

/** A record of a verification, its reason stretched until the sealed record has the size that is measured. */
export const verificationOf = (n: number, at: number): CapturedRecord => {
  const record = (reason: string): CapturedRecord => ({ type: 'verification', permitNumber: String(330302202600000000n + BigInt(n)), result: 'valid', reason, mode: 'counter', at });
  // A text of 256 bytes and more has a head of three bytes, the empty one of one.
  return record('x'.repeat(sealedBytes - seal - encodeCbor(record('')).length - 2));
};
