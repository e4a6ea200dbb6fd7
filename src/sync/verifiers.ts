import type { Outcome } from '../contract/index.js';
import type { PlatformKey } from '../outbox/index.js';

/**
 * What judges an answer before it replaces the one in force. Handed in by the composition root (the rules of trust are `src/permit`'s).
 * `trustList` arguments are the verified COSE_Sign1 in force; `root` is the pinned Ed25519 key, 32 bytes; `now` in seconds since 1970 UTC.
 */
export interface Verifiers {
  /** `platformKeys`: the trusted keys of role 3. */
  trustList(bytes: Uint8Array, root: Uint8Array, now: number): Outcome<{ readonly number: number; readonly platformKeys: readonly PlatformKey[] }>;
  statusList(bytes: Uint8Array, trustList: Uint8Array, now: number): Outcome<{ readonly issuedAt: number }>;
  /** `first` and `last`: the index block of the certificate. */
  delegation(
    kcwt: Uint8Array,
    trustList: Uint8Array,
    now: number,
  ): Outcome<{ readonly terminal: string; readonly notBefore: number; readonly expires: number; readonly first: number; readonly last: number }>;
}
