import { CodedError } from '../contract/index.js';
import { CoseError, decodeCbor, type CryptoPort } from '../cose/index.js';
import { openPlatformObject, type PlatformKey } from '../outbox/index.js';

export const invalid = (what: string, cause?: unknown): CodedError => new CodedError('PLATFORM_ANSWER_INVALID', what, cause === undefined ? {} : { cause });

/** CBOR of an answer. @throws CodedError PLATFORM_ANSWER_INVALID, with `what` as its detail */
export const decoded = (bytes: Uint8Array, what: string): unknown => {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CoseError) throw invalid(what, error);
    throw error;
  }
};

export const mapOf = (bytes: Uint8Array, what: string): Map<unknown, unknown> => {
  const value = decoded(bytes, what);
  if (value instanceof Map) return value as Map<unknown, unknown>;
  throw invalid(what);
};

export interface PlatformTrust {
  readonly crypto: CryptoPort;
  /** trusted keys of role 3 */
  readonly platformKeys: () => readonly PlatformKey[];
}

/**
 * The map that the platform signed: closed (labels 1 to `size`), and signed by a key in its time when `timeLabel` says when.
 * @throws CodedError PLATFORM_ANSWER_INVALID, with `what` as its detail
 */
export const signedMap = (bytes: Uint8Array, typ: string, size: number, timeLabel: number, { crypto, platformKeys }: PlatformTrust, what: string): Map<unknown, unknown> => {
  const opened = openPlatformObject(bytes, typ, platformKeys(), crypto);
  if (opened === undefined) throw invalid(what);
  const map = mapOf(opened.payload, what);
  const time = map.get(timeLabel);
  if (map.size !== size || typeof time !== 'number' || !Number.isSafeInteger(time)) throw invalid(what);
  for (let label = 1; label <= size; label += 1) if (!map.has(label)) throw invalid(what);
  if (time < opened.signer.from || time > opened.signer.until) throw invalid(what);
  return map;
};
