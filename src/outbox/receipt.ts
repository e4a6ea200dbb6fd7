import { syncTyp } from '../contract/index.js';
import { CborError, decodeCbor, type CryptoPort } from '../cose/index.js';
import { openPlatformObject, type PlatformKey } from './platform-signature.js';

/** A receipt of sync.md 4, verified and of the right shape; not yet compared with the queue. */
export interface Receipt {
  readonly terminal: string;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  readonly hash: Uint8Array;
  readonly time: number;
  readonly quarantined: readonly (readonly [seq: number, code: string])[];
  readonly platformSealingKey: Uint8Array;
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isBytes = (value: unknown, length: number): value is Uint8Array => value instanceof Uint8Array && value.length === length;

/** The receipt in `bytes`, or undefined: not signed by a key of the platform in its time, or not the closed map of sync.md 4. */
export function openReceipt(bytes: Uint8Array, keys: readonly PlatformKey[], crypto: CryptoPort): Receipt | undefined {
  const object = openPlatformObject(bytes, syncTyp.receipt, keys, crypto);
  if (object === undefined) return undefined;
  let map: unknown;
  try {
    map = decodeCbor(object.payload);
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
  if (!(map instanceof Map) || map.size !== 8) return undefined;
  const fields: ReadonlyMap<unknown, unknown> = map;
  const [terminal, epoch, first, last, hash, time, listed, sealingKey] = [1, 2, 3, 4, 5, 6, 7, 8].map((label) => fields.get(label));
  if (typeof terminal !== 'string' || !isCount(epoch) || !isCount(first) || !isCount(last) || !isCount(time)) return undefined;
  if (!isBytes(hash, 32) || !isBytes(sealingKey, 32) || !Array.isArray(listed)) return undefined;
  if (first < 1 || last < first || time < object.signer.from || time > object.signer.until) return undefined;
  const quarantined: [number, string][] = [];
  for (const entry of listed as unknown[]) {
    if (!Array.isArray(entry) || entry.length !== 2) return undefined;
    const [seq, code] = entry as unknown[];
    // A newer platform may name a code that this program does not know; it is stored as it is, but it must look like a code.
    if (!isCount(seq) || seq < first || seq > last || typeof code !== 'string' || !/^[A-Z][A-Z0-9_]{1,59}$/.test(code)) return undefined;
    quarantined.push([seq, code]);
  }
  return { terminal, epoch, first, last, hash, time, quarantined, platformSealingKey: sealingKey };
}
