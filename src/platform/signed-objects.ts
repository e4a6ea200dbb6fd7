import { encodeCbor, signSign1With } from '../cose/index.js';
import { syncTyp } from '../contract/index.js';
import type { PlatformKeys, SigningKey } from './keys/index.js';

/** Signs a CBOR map as COSE_Sign1 with the kid of the key. */
export const signMap = (typ: string, entries: readonly (readonly [number, unknown])[], key: SigningKey): Uint8Array =>
  signSign1With({ typ, kid: key.kid, payload: encodeCbor(new Map(entries)) }, (toBeSigned) => key.sign(toBeSigned));

/** Server time object (sync.md 2). `nonce`: the terminal's 8 bytes. */
export const signServerTime = (keys: PlatformKeys, time: number, nonce: Uint8Array): Uint8Array => signMap(syncTyp.time, [[1, time], [2, nonce]], keys.platform);

export interface ReceiptOf {
  readonly terminal: string;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  readonly hash: Uint8Array;
  readonly time: number;
  readonly quarantined: readonly (readonly [number, string])[];
}

/** Receipt (sync.md 4). */
export const signReceipt = (keys: PlatformKeys, of: ReceiptOf): Uint8Array =>
  signMap(
    syncTyp.receipt,
    [[1, of.terminal], [2, of.epoch], [3, of.first], [4, of.last], [5, of.hash], [6, of.time], [7, of.quarantined], [8, keys.sealing.publicKey]],
    keys.platform,
  );

export interface AdvancedOf {
  readonly terminal: string;
  readonly epoch: number;
  readonly time: number;
  /** for each number null or its code */
  readonly outcomes: readonly (readonly [number, string | null])[];
}

/** Answer to an advance (sync.md 4.1): no receipt. */
export const signAdvanced = (keys: PlatformKeys, of: AdvancedOf): Uint8Array =>
  signMap(syncTyp.advanced, [[1, of.terminal], [2, of.epoch], [3, of.time], [4, of.outcomes]], keys.platform);

/** Named settings (sync.md 5.1). */
export const signConfig = (keys: PlatformKeys, name: string, version: number, issuedAt: number, contents: unknown): Uint8Array =>
  signMap(syncTyp.config, [[1, name], [2, version], [3, issuedAt], [4, contents]], keys.platform);
