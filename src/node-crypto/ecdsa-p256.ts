import { createECDH, createPrivateKey, createPublicKey, ECDH, sign, verify } from 'node:crypto';

/** DER around the bytes of a key: PKCS #8 with an ECPrivateKey that leaves its public key out (RFC 5915 3), and SubjectPublicKeyInfo (RFC 5480 2), both prime256v1. */
const privatePrefix = Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 'hex');
const publicPrefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const curve = 'prime256v1';

/** A P-256 key pair: 32-byte scalar, 65-byte uncompressed point. */
export interface P256KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A fresh key pair, or the one of a given scalar. Throws RangeError for a scalar that is not 32 bytes within 1 … n − 1. */
export function p256KeyPair(scalar?: Uint8Array): P256KeyPair {
  const ecdh = createECDH(curve);
  if (scalar === undefined) ecdh.generateKeys();
  else {
    if (scalar.length !== 32) throw new RangeError(`P-256 scalar of ${scalar.length} bytes`);
    try {
      ecdh.setPrivateKey(scalar);
    } catch (cause) {
      throw new RangeError('P-256 scalar outside 1 … n − 1', { cause });
    }
  }
  const raw = ecdh.getPrivateKey();
  const privateKey = new Uint8Array(32);
  privateKey.set(raw, 32 - raw.length);
  raw.fill(0);
  return { privateKey, publicKey: new Uint8Array(ecdh.getPublicKey()) };
}

/** Whether the bytes are an uncompressed point of the curve, 65 bytes; infinity, compressed and hybrid forms are not. */
export function isP256Point(point: Uint8Array): boolean {
  if (point.length !== 65 || point[0] !== 4) return false;
  try {
    ECDH.convertKey(point, curve, undefined, undefined, 'uncompressed');
    return true;
  } catch {
    return false;
  }
}

/** ECDSA with SHA-256 (FIPS 186-5 6), plain: r ‖ s, 64 bytes (BSI TR-03111 5.2.1). Random: two signatures of one message differ. Throws RangeError for a scalar that is none. */
export function signP256(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  // OpenSSL takes a scalar of n or more and signs with what no public key belongs to.
  p256KeyPair(privateKey).privateKey.fill(0);
  const der = Buffer.concat([privatePrefix, privateKey]);
  try {
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }));
  } finally {
    der.fill(0);
  }
}

/** False for a signature of another length than 64 bytes and for what is no point of the curve. */
export function verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || !isP256Point(publicKey)) return false;
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' });
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
