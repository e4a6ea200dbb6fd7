import { answerError } from './errors.js';
import { parseTlv } from '../iso7816/index.js';

/** AID of the residence permit application (permit-application.md 1). */
export const permitAid = Uint8Array.of(0xf0, 0x57, 0x5a, 0x52, 0x50, 0x01);

/** Files of several records read by offset or GET DATA: `53 L record` one after the other (permit-application.md 4). Length of a record and their number. */
export const recordFiles = { services: { length: 640, count: 12 }, accessLog: { length: 32, count: 32 } } as const;
/** Tag and length of a `53` object around a record up to 640 bytes, and up to 127. */
const recordHead = { services: 4, accessLog: 2 } as const;
const whole = (name: keyof typeof recordFiles): number => recordFiles[name].count * (recordHead[name] + recordFiles[name].length);

/**
 * Files of the application (permit-application.md 2): FID, data object tag (`C0 + SFI`) and the greatest length that a read may give, in bytes: of Endorsements
 * one record, of Services and AccessLog all of them.
 */
export const files = {
  cardAccess: { fid: 0x011c, tag: 0xdc, limit: 256 },
  version: { fid: 0x0101, tag: 0xc1, limit: 32 },
  permit: { fid: 0x0102, tag: 0xc2, limit: 256 },
  holder: { fid: 0x0103, tag: 0xc3, limit: 640 },
  photo: { fid: 0x0104, tag: 0xc4, limit: 10_304 },
  residence: { fid: 0x0105, tag: 0xc5, limit: 1_024 },
  endorsements: { fid: 0x0106, tag: 0xc6, limit: 640 },
  services: { fid: 0x0107, tag: 0xc7, limit: whole('services') },
  sod: { fid: 0x0108, tag: 0xc8, limit: 1_536 },
  accessLog: { fid: 0x010a, tag: 0xca, limit: whole('accessLog') },
} as const;
export type FileName = keyof typeof files;

/** Records of a file as it is read whole, in its order. Throws CARD_ANSWER_INVALID for anything but `53` objects within number and length, none empty. */
export function recordsOf(name: keyof typeof recordFiles, content: Uint8Array): readonly Uint8Array[] {
  const { length, count } = recordFiles[name];
  const objects = strictly(name, content);
  if (objects.length > count || objects.some(({ tag, value }) => tag !== 0x53 || value.length === 0 || value.length > length)) throw answerError(`${name}: records`);
  return objects.map(({ value }) => value);
}

function strictly(name: string, content: Uint8Array): ReturnType<typeof parseTlv> {
  try {
    return parseTlv(content, { strict: true });
  } catch (cause) {
    throw answerError(name, cause);
  }
}
