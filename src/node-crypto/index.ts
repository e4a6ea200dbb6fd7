/**
 * The ports of `cose` filled by node:crypto, and passwords by argon2id (RFC 9106), AES-CMAC, ECDSA on P-256: Ed25519 and SHA-256 at OpenSSL's speed, for every room that runs on Node.
 * It judges nothing: the refusals that engines differ on are made in `cose` before this one is asked.
 */
import { createHash } from 'node:crypto';
import type { CryptoPort } from '../cose/index.js';
import { nodeEd25519 } from './ed25519.js';

export { nodeEd25519 };

export const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());

export const nodeCrypto: CryptoPort = { ed25519: nodeEd25519, sha256 };
export * from './cmac.js';
export * from './ecdsa-p256.js';
export * from './password.js';
