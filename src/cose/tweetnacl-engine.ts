import nacl from 'tweetnacl';
import type { Ed25519Engine } from './ports.js';

/** Ed25519 by tweetnacl: where there is no Node, and as the second engine of the tests. About 130 verifications a second. */
export const tweetnaclEngine: Ed25519Engine = {
  verify: (publicKey, message, signature) =>
    publicKey.length === 32 && signature.length === 64 && nacl.sign.detached.verify(message, signature, publicKey),
  sign: (seed, message) => nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey),
  publicKey: (seed) => nacl.sign.keyPair.fromSeed(seed).publicKey,
};
