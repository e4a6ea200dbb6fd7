import { hkdfSync } from 'node:crypto';

const length = 32;
/** Order of the group of P-256 (SP 800-186 3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

export const isScalar = (bytes: Uint8Array): boolean => bytes.length === length && numberOf(bytes) > 0n && numberOf(bytes) < order;

/** A private key out of another secret, by extra bits (FIPS 186-5 A.2.1): 128 of them, so that the remainder has no bias worth naming. */
export const derivedScalar = (secret: Uint8Array, info: string): Uint8Array => {
  const wide = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, length + 16));
  const scalar = (numberOf(wide) % (order - 1n)) + 1n;
  return new Uint8Array(Buffer.from(scalar.toString(16).padStart(2 * length, '0'), 'hex'));
};
