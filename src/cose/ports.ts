/** Ed25519 (RFC 8032) of some engine. Callers verify through `verifyEd25519`, never here: engines differ on malleable and small-order inputs. */
export interface Ed25519Engine {
  /** @param publicKey 32 bytes @param signature 64 bytes @returns false for anything wrong; never throws for bytes from outside */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** @param seed 32 bytes, the private key of RFC 8032 5.1.5 @returns 64 bytes */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** The public key of a seed, 32 bytes. */
  publicKey(seed: Uint8Array): Uint8Array;
}

/** SHA-256 (FIPS 180-4): any bytes to 32. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** What the pure rooms need of cryptography. */
export interface CryptoPort {
  readonly ed25519: Ed25519Engine;
  readonly sha256: Sha256;
}
