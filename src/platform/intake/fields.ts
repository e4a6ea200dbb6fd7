import { CoseError, decodeCbor } from '../../cose/index.js';

/** Decoded CBOR of sync.md, read strictly: a closed map with integer labels 1…n, each checked by `is`. Undefined for anything else. */
export const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
export const isBytesOf =
  (length: number) =>
  (value: unknown): value is Uint8Array =>
    value instanceof Uint8Array && value.length === length;

/** The labels 1…n of a map as an array, when the map has these and no others. */
export const labels = (value: unknown, n: number): unknown[] | undefined => {
  if (!(value instanceof Map) || value.size !== n) return undefined;
  const map = value as Map<unknown, unknown>;
  const found = Array.from({ length: n }, (_, i) => map.get(i + 1));
  return found.every((each) => each !== undefined) ? found : undefined;
};

/** Bytes from outside as CBOR; undefined when they are none. */
export const cborOf = (bytes: Uint8Array): unknown => {
  try {
    return decodeCbor(bytes);
  } catch (error) {
    if (error instanceof CoseError) return undefined;
    throw error;
  }
};

/** Maps with text keys become plain objects, for the schemas of the contract. A key `__proto__` stays a key. */
export const plainOf = (value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries([...(value as Map<unknown, unknown>)].map(([key, each]) => [String(key), plainOf(each)]));
  return Array.isArray(value) ? value.map(plainOf) : value;
};
