import type { CryptoPort } from '../../cose/index.js';
import { nodeCrypto } from '../../node-crypto/index.js';

const limit = 4_096;

/**
 * node:crypto with a memory for good signatures under one key: the issuer's. Every record of a terminal carries the same certificate, and a
 * verification costs as much as everything SQLite does for the record. Only what verified is remembered, by all bytes of message and signature.
 */
export const rememberingCrypto = (issuer: Uint8Array): CryptoPort => {
  const verified = new Set<string>();
  const issuerName = Buffer.from(issuer).toString('latin1');
  return {
    sha256: nodeCrypto.sha256,
    ed25519: {
      ...nodeCrypto.ed25519,
      verify: (publicKey, message, signature) => {
        if (Buffer.from(publicKey).toString('latin1') !== issuerName) return nodeCrypto.ed25519.verify(publicKey, message, signature);
        // The signature has a fixed length (64 bytes), so the two parts cannot run into one another.
        const name = Buffer.concat([signature, message]).toString('latin1');
        if (verified.has(name)) return true;
        const good = nodeCrypto.ed25519.verify(publicKey, message, signature);
        if (good && verified.size < limit) verified.add(name);
        return good;
      },
    },
  };
};
