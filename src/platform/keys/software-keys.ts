import { coseKeyId, okpKey } from '../../cose/index.js';
import { aesCmac, nodeCrypto, p256KeyPair, signP256 } from '../../node-crypto/index.js';
import type { CardMaster, EcKey, SigningKey } from './port.js';

/** The names of an Ed25519 public key, and a way to sign with its private part. */
export const namedKey = (publicKey: Uint8Array, signer: (message: Uint8Array) => Uint8Array): SigningKey => {
  const coseKey = okpKey(publicKey);
  return { publicKey, coseKey, kid: coseKeyId(coseKey, nodeCrypto.sha256), sign: signer };
};

/** @param seed 32 bytes (RFC 8032 5.1.5) */
export const signingKeyOf = (seed: Uint8Array): SigningKey => namedKey(nodeCrypto.ed25519.publicKey(seed), (message) => nodeCrypto.ed25519.sign(seed, message));

/** @param scalar 32 bytes, 1 to n − 1 */
export const ecKeyOf = (scalar: Uint8Array): EcKey => ({ publicKey: p256KeyPair(scalar).publicKey, sign: (message) => signP256(scalar, message) });

/** @param key 16 bytes */
export const cardMasterOf = (key: Uint8Array): CardMaster => ({ cmac: (message) => aesCmac(key, message) });
