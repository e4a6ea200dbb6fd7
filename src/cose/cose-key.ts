import { encodeCbor } from './cbor.js';
import { joinBytes } from './bytes.js';
import { CoseError } from './errors.js';
import type { Sha256 } from './ports.js';

/** A COSE_Key (RFC 9052 7) with integer labels: the map stands as it is inside other structures. */
export type CoseKey = Map<number, unknown>;

function fixed(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`${bytes.length} bytes where ${length} belong`);
  return bytes;
}

/** `{1: 1 (OKP), -1: 6 (Ed25519), -2: key}` (RFC 9053 7.2). @param publicKey 32 bytes */
export const okpKey = (publicKey: Uint8Array): CoseKey => new Map<number, unknown>([[1, 1], [-1, 6], [-2, fixed(publicKey, 32)]]);

/** `{1: 2 (EC2), -1: 1 (P-256), -2: x, -3: y is odd}` (RFC 9053 7.1.1). @param point 65 bytes, uncompressed (04 ‖ x ‖ y) */
export function p256Key(point: Uint8Array): CoseKey {
  if (fixed(point, 65)[0] !== 4) throw new RangeError('not an uncompressed point');
  return new Map<number, unknown>([[1, 2], [-1, 1], [-2, point.slice(1, 33)], [-3, ((point[64] ?? 0) & 1) === 1]]);
}

/** The map when it has exactly these labels and constants; both kinds of key are closed. */
function closedKey(value: unknown, constants: readonly (readonly [number, number])[], labels: number): Map<unknown, unknown> {
  if (!(value instanceof Map) || value.size !== labels) throw new CoseError('COSE_Key: not the map of this kind');
  const key = value as Map<unknown, unknown>;
  for (const [label, constant] of constants) if (key.get(label) !== constant) throw new CoseError(`COSE_Key: label ${label} is not ${constant}`);
  return key;
}

function coordinate(key: Map<unknown, unknown>): Uint8Array {
  const x = key.get(-2);
  if (!(x instanceof Uint8Array) || x.length !== 32) throw new CoseError('COSE_Key: label -2 is not 32 bytes');
  return x;
}

/** The 32 bytes of an Ed25519 COSE_Key. Throws CoseError for any other map; the point itself is judged by `verifyEd25519`. */
export const parseOkpKey = (value: unknown): Uint8Array => coordinate(closedKey(value, [[1, 1], [-1, 6]], 3));

/** The compressed point (33 bytes, 02 or 03 ‖ x) of a P-256 COSE_Key. Throws CoseError; whether it is on the curve shows when it is decompressed. */
export function parseP256Key(value: unknown): Uint8Array {
  const key = closedKey(value, [[1, 2], [-1, 1]], 4);
  const odd = key.get(-3);
  if (typeof odd !== 'boolean') throw new CoseError('COSE_Key: label -3 is not the sign of y');
  return joinBytes(Uint8Array.of(odd ? 3 : 2), coordinate(key));
}

/** Key identifier and thumbprint: the first 8 bytes of SHA-256 over the deterministic encoding of the key (payload.cddl). */
export const coseKeyId = (key: CoseKey, sha256: Sha256): Uint8Array => sha256(encodeCbor(key)).slice(0, 8);
