import type { Ed25519Engine } from './ports.js';

/** Group order L = 2^252 + 27742317777372353535851937790883648493 and p = 2^255 - 19 (RFC 8032 5.1), little-endian. */
const order = [
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
const prime = [0xed, ...Array.from({ length: 30 }, () => 0xff), 0x7f];

/** a < b, both 32 bytes little-endian. Public values only: the time tells where they differ. */
function isBelow(a: readonly number[] | Uint8Array, b: readonly number[]): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/**
 * The y-coordinates of the eight points whose order divides 8 (each also with its sign bit): 0, 1, -1 and the two of order 8, as hexadecimal of the
 * little-endian bytes. A signature under such a key verifies for messages nobody signed, in tweetnacl and in OpenSSL alike.
 */
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
]);

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Whether 32 bytes are the one encoding of a point that a key or R may be: y < p, and not of small order. (x = 0 with the sign bit set,
 * the other encoding that is not canonical, occurs only at y = 1 and y = -1, which are of small order.) Being on the curve is the engine's to check.
 */
export function isAcceptablePoint(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  const y = Uint8Array.from(encoded);
  y[31] = (y[31] ?? 0) & 0x7f;
  // Small orders are rare and cheap to tell by the first byte; the text is made only then.
  return isBelow(y, prime) && !([0x00, 0x01, 0xec, 0xc7, 0x26].includes(y[0] ?? 0) && smallOrder.has(hex(y)));
}

/**
 * Verifies an Ed25519 signature as payload.md 1 demands: refuses S ≥ L, a public key or R that is not canonical or of small order (RFC 8032
 * 5.1.7 step 1, SP 800-186), and wrong lengths, before the engine is asked. Returns false for everything wrong; never throws.
 */
export function verifyEd25519(engine: Ed25519Engine, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || !isAcceptablePoint(publicKey)) return false;
  if (!isBelow(signature.subarray(32), order) || !isAcceptablePoint(signature.subarray(0, 32))) return false;
  return engine.verify(publicKey, message, signature);
}
