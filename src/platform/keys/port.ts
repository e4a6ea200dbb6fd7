import type { CoseKey, SealingKeyPair } from '../../cose/index.js';

export type Environment = 'test' | 'production';

/** An Ed25519 key with its COSE_Key and kid. Where its private part lies is not told. */
export interface SigningKey {
  /** 32 bytes */
  readonly publicKey: Uint8Array;
  readonly coseKey: CoseKey;
  readonly kid: Uint8Array;
  /** RFC 8032, 64 bytes. Throws CodedError HSM_UNAVAILABLE where the key lies in a module. */
  sign(message: Uint8Array): Uint8Array;
}

/** A P-256 key. */
export interface EcKey {
  /** uncompressed point, 65 bytes */
  readonly publicKey: Uint8Array;
  /** ECDSA with SHA-256, r ‖ s, 64 bytes. Throws CodedError HSM_UNAVAILABLE where the key lies in a module. */
  sign(message: Uint8Array): Uint8Array;
}

/** The SCP03 master, AES-128: key diversification (personalisation.md 1) needs nothing of it but CMAC. */
export interface CardMaster {
  /** AES-CMAC, 16 bytes, of a message of one byte or more (modules refuse none). Throws CodedError HSM_UNAVAILABLE where the key lies in a module. */
  cmac(message: Uint8Array): Uint8Array;
}

/**
 * The keys that cards and terminals trust for years and that nobody can take back from them: the port behind which a file or a PKCS#11 token lies.
 * Everything is synchronous, as the module's own functions are.
 */
export interface KeyVault {
  readonly root: SigningKey;
  readonly issuer: SigningKey;
  /** card-verifiable certificates of document verifiers (terminal-authentication.md 1.2); the CVCA's first key */
  readonly cvca: EcKey;
  /** The CVCA's key of a generation, 1 being `cvca`; another process may have made it. Throws CodedError HSM_UNAVAILABLE, STORAGE_CORRUPT: it is not there. */
  cvcaOf(generation: number): EcKey;
  /**
   * Makes the CVCA's key of the generation after the newest, or finds it where it was made before and no certificate was stored for it. The caller lets no
   * other process do the same. Throws CodedError as `cvcaOf`, and for a place that cannot be written.
   */
  makeCvca(generation: number): Promise<EcKey>;
  /** certificates of terminals */
  readonly documentVerifier: EcKey;
  readonly cardMaster: CardMaster;
  /** Ends the session with the module, where there is one. */
  close(): void;
}

/** What the platform alone owns: the vault, and the keys that stay in its process (docs/platform.md, Keys). */
export interface PlatformKeys extends KeyVault {
  readonly environment: Environment;
  readonly name: string;
  readonly issuer: SigningKey & { readonly prefixes: readonly string[] };
  readonly statusList: SigningKey;
  /** receipts and server time */
  readonly platform: SigningKey;
  readonly sealing: SealingKeyPair;
  /** 32 bytes, for the boxes of personal data */
  readonly dataKey: Uint8Array;
  /** within these the trust list entitles the keys */
  readonly validFrom: number;
  readonly validUntil: number;
}
