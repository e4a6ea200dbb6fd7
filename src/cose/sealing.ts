import nacl from 'tweetnacl';
import { joinBytes } from './bytes.js';
import { CoseError } from './errors.js';

const publicBytes = nacl.box.publicKeyLength;
const nonceBytes = nacl.box.nonceLength;

/** X25519 key pair (RFC 7748), 32 bytes each. */
export interface SealingKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** Random bytes of the platform's generator. */
export const randomBytes = (length: number): Uint8Array => nacl.randomBytes(length);

/** A fresh X25519 key pair, or that of a secret key of 32 bytes. */
export function sealingKeyPair(secretKey?: Uint8Array): SealingKeyPair {
  return secretKey === undefined ? nacl.box.keyPair() : nacl.box.keyPair.fromSecretKey(secretKey);
}

/** The key both sides share, or undefined for a public key of small order: its shared secret is zero and known to all (RFC 7748 6.1). */
function sharedKey(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array | undefined {
  if (publicKey.length !== publicBytes) return undefined;
  const secret = nacl.scalarMult(secretKey, publicKey);
  return secret.every((byte) => byte === 0) ? undefined : nacl.box.before(publicKey, secretKey);
}

/** Seals many plaintexts to one recipient under one ephemeral key: at most an hour and one process (sync.md 3). */
export interface Sealer {
  readonly ephemeralPublicKey: Uint8Array;
  /** epk 32 ‖ nonce 24 ‖ secretbox: 72 bytes longer than the plaintext. */
  seal(plain: Uint8Array): Uint8Array;
}

/** For vectors: both chosen by the caller. A nonce used twice under one ephemeral key gives the plaintexts away. */
export interface SealingChoices {
  readonly ephemeralSecretKey?: Uint8Array | undefined;
  readonly nonce?: (() => Uint8Array) | undefined;
}

/** A sealer with a fresh ephemeral key. Throws CoseError when the recipient's key is not 32 bytes or of small order. */
export function sealTo(recipientPublicKey: Uint8Array, choices: SealingChoices = {}): Sealer {
  const ephemeral = sealingKeyPair(choices.ephemeralSecretKey);
  const key = sharedKey(recipientPublicKey, ephemeral.secretKey);
  if (key === undefined) throw new CoseError('the recipient key is no X25519 key to seal to');
  return {
    ephemeralPublicKey: ephemeral.publicKey,
    seal: (plain) => joinBytes(ephemeral.publicKey, secretbox(key, plain, choices.nonce?.())),
  };
}

/** Shared keys by recipient's secret key and ephemeral public key: a batch of one terminal comes under one or two. */
const known = new WeakMap<Uint8Array, Map<string, Uint8Array>>();
const knownLimit = 512;

function rememberedKey(epk: Uint8Array, secretKey: Uint8Array): Uint8Array | undefined {
  const keys = known.get(secretKey) ?? new Map<string, Uint8Array>();
  known.set(secretKey, keys);
  const name = epk.join(',');
  const found = keys.get(name) ?? sharedKey(epk, secretKey);
  if (found === undefined) return undefined;
  if (keys.size >= knownLimit) keys.clear();
  keys.set(name, found);
  return found;
}

/** Opens what {@link sealTo} made; undefined when it is too short, altered, or for another key. */
export function openSealed(secretKey: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < publicBytes + nonceBytes + nacl.secretbox.overheadLength) return undefined;
  const key = rememberedKey(sealed.slice(0, publicBytes), secretKey);
  return key === undefined ? undefined : secretboxOpen(key, sealed.subarray(publicBytes));
}

/** Random bytes not yet handed out: one call of the generator costs as much for 64 nonces as for one. */
let nonces: Uint8Array = new Uint8Array(0);

function freshNonce(): Uint8Array {
  if (nonces.length === 0) nonces = nacl.randomBytes(64 * nonceBytes);
  const nonce = nonces.subarray(0, nonceBytes);
  nonces = nonces.subarray(nonceBytes);
  return nonce;
}

/** nonce 24 ‖ secretbox (XSalsa20-Poly1305), the nonce random unless given. @param key 32 bytes */
export function secretbox(key: Uint8Array, plain: Uint8Array, nonce: Uint8Array = freshNonce()): Uint8Array {
  return joinBytes(nonce, nacl.secretbox(plain, nonce, key));
}

/** Opens what {@link secretbox} made; undefined when it is too short or altered. */
export function secretboxOpen(key: Uint8Array, boxed: Uint8Array): Uint8Array | undefined {
  if (boxed.length < nonceBytes + nacl.secretbox.overheadLength) return undefined;
  return nacl.secretbox.open(boxed.subarray(nonceBytes), boxed.subarray(0, nonceBytes), key) ?? undefined;
}
