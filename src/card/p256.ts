import { createECDH, ECDH } from 'node:crypto';

const curve = 'prime256v1';

/** An ephemeral P-256 key pair: 32-byte scalar and 65-byte uncompressed point. */
export interface EphemeralKey {
  readonly privateKey: Uint8Array;
  readonly point: Uint8Array;
  /** {@link sharedSecret} of this key. */
  agree(point: Uint8Array): Uint8Array | undefined;
}

/** A fresh key pair, or the one of a given scalar (vectors). */
export function ephemeralKey(scalar?: Uint8Array): EphemeralKey {
  const ecdh = createECDH(curve);
  if (scalar === undefined) ecdh.generateKeys();
  else ecdh.setPrivateKey(scalar);
  const privateKey = new Uint8Array(32);
  const raw = ecdh.getPrivateKey();
  privateKey.set(raw, 32 - raw.length);
  return { privateKey, point: new Uint8Array(ecdh.getPublicKey()), agree: (point) => agreed(ecdh, point) };
}

let spare: EphemeralKey | undefined;

/** A key pair that is used once: the one made ahead, or a fresh one. */
export function takeEphemeralKey(): EphemeralKey {
  const taken = spare ?? ephemeralKey();
  spare = undefined;
  return taken;
}

/** Makes the next contact's key pair while nobody waits. */
export function makeEphemeralKeyAhead(): void {
  spare ??= ephemeralKey();
}

/** 06/07 (hybrid) is not used by any of our objects; X9.62's point at infinity is the single byte 00. */
const isWellFormed = (point: Uint8Array): boolean => (point.length === 65 && point[0] === 4) || (point.length === 33 && (point[0] === 2 || point[0] === 3));

/** Uncompressed (65) or compressed (33) form of a point of the curve; undefined when the bytes are no such point. */
function convert(point: Uint8Array, form: 'compressed' | 'uncompressed'): Uint8Array | undefined {
  if (!isWellFormed(point)) return undefined;
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
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(privateKey);
  return agreed(ecdh, point);
}

function agreed(ecdh: ECDH, point: Uint8Array): Uint8Array | undefined {
  if (!isWellFormed(point)) return undefined;
  try {
    return new Uint8Array(ecdh.computeSecret(point));
  } catch {
    return undefined;
  }
}
