import { createECDH, ECDH } from 'node:crypto';

const curve = 'prime256v1';

/** An ephemeral P-256 key pair: 32-byte scalar and 65-byte uncompressed point. */
export interface EphemeralKey {
  readonly privateKey: Uint8Array;
  readonly point: Uint8Array;
}

/** A fresh key pair, or the one of a given scalar (vectors). */
export function ephemeralKey(scalar?: Uint8Array): EphemeralKey {
  const ecdh = createECDH(curve);
  if (scalar === undefined) ecdh.generateKeys();
  else ecdh.setPrivateKey(scalar);
  const privateKey = new Uint8Array(32);
  const raw = ecdh.getPrivateKey();
  privateKey.set(raw, 32 - raw.length);
  return { privateKey, point: new Uint8Array(ecdh.getPublicKey()) };
}

/** Uncompressed (65) or compressed (33) form of a point of the curve; undefined when the bytes are no such point. */
function convert(point: Uint8Array, form: 'compressed' | 'uncompressed'): Uint8Array | undefined {
  // 06/07 (hybrid) is not used by any of our objects; X9.62's point at infinity is the single byte 00.
  const wellFormed = (point.length === 65 && point[0] === 4) || (point.length === 33 && (point[0] === 2 || point[0] === 3));
  if (!wellFormed) return undefined;
  try {
    return new Uint8Array(ECDH.convertKey(point, curve, undefined, undefined, form) as Buffer);
  } catch {
    return undefined;
  }
}

export const uncompressedPoint = (point: Uint8Array): Uint8Array | undefined => convert(point, 'uncompressed');
export const compressedPoint = (point: Uint8Array): Uint8Array | undefined => convert(point, 'compressed');

/** x-coordinate of ECDH, 32 bytes with leading zeros (TR-03111 4.3.1); undefined when `point` is not on the curve. */
export function sharedSecret(privateKey: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  const peer = uncompressedPoint(point);
  if (peer === undefined) return undefined;
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(privateKey);
  return new Uint8Array(ecdh.computeSecret(peer));
}
