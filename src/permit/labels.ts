import { CborTag, encodeCbor } from '../cose/index.js';
import type { FullDate } from './dates.js';

/** Encoding side of `fields.ts`: a map of integer labels from pairs; an undefined value is an absent label. */
export const labelled = (entries: readonly (readonly [number, unknown])[]): Map<number, unknown> =>
  new Map(entries.filter(([, value]) => value !== undefined));

/** RFC 8943 full-date. */
export const dateTag = (date: FullDate | undefined): CborTag | undefined => (date === undefined ? undefined : new CborTag(1004, date));

/** COSE_Key EC2 P-256 of a compressed point (33 bytes, 02 or 03 ‖ x), as in RFC 9053 7.1.1. */
export const compressedP256Key = (point: Uint8Array): Map<number, unknown> => {
  if (point.length !== 33 || (point[0] !== 2 && point[0] !== 3)) throw new RangeError('not a compressed point');
  return new Map<number, unknown>([
    [1, 2],
    [-1, 1],
    [-2, point.slice(1)],
    [-3, point[0] === 3],
  ]);
};

/** Encodes, then reads back by the decoder: what this room writes it accepts, or PayloadError says at once what is wrong with it. */
export const encodeChecked = (map: Map<number, unknown>, decode: (bytes: Uint8Array) => unknown): Uint8Array => {
  const bytes = encodeCbor(map);
  decode(bytes);
  return bytes;
};

