import { createECDH, createPrivateKey, sign } from 'node:crypto';
import { coseKeyId, okpKey } from '../../cose/index.js';
import { aesCmac, nodeCrypto } from '../../node-crypto/index.js';
import type { CardMaster, EcKey, SigningKey } from './port.js';

/** The names of an Ed25519 public key, and a way to sign with its private part. */
export const namedKey = (publicKey: Uint8Array, signer: (message: Uint8Array) => Uint8Array): SigningKey => {
  const coseKey = okpKey(publicKey);
  return { publicKey, coseKey, kid: coseKeyId(coseKey, nodeCrypto.sha256), sign: signer };
};

/** @param seed 32 bytes (RFC 8032 5.1.5) */
export const signingKeyOf = (seed: Uint8Array): SigningKey => namedKey(nodeCrypto.ed25519.publicKey(seed), (message) => nodeCrypto.ed25519.sign(seed, message));

/** @param scalar 32 bytes, 1 to n − 1 */
export const ecKeyOf = (scalar: Uint8Array): EcKey => {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(scalar);
  const publicKey = new Uint8Array(pair.getPublicKey());
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: text(publicKey.slice(1, 33)), y: text(publicKey.slice(33)), d: text(scalar) };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return { publicKey, sign: (message) => new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' })) };
};

/** @param key 16 bytes */
export const cardMasterOf = (key: Uint8Array): CardMaster => ({ cmac: (message) => aesCmac(key, message) });
