import { canBytes } from './can.js';
import { bcdOfDay, uint32 } from './fields.js';
import { files, type FileName } from './files.js';
import { concat, encodeTlv } from '../iso7816/index.js';

/** Files of the personalisation stream, in the order that personalisation.md 4 fixes. */
export const streamFiles = ['cardAccess', 'permit', 'holder', 'photo', 'residence', 'sod'] as const satisfies readonly FileName[];
export type StreamFiles = Readonly<Record<(typeof streamFiles)[number], Uint8Array>>;

/** What the chip begins with: counters, date (YYYY-MM-DD), card access number (six digits) and the CVCA certificate that it trusts (a whole 7F21). */
export interface StreamCounters {
  readonly residence: number;
  readonly endorsements: number;
  readonly services: number;
  readonly cardDate: string;
  readonly can: string;
  readonly trustPoint: Uint8Array;
}

/** A card stores no longer stream (personalisation.md 3), bytes. */
export const maxStream = 14_336;

/** The stream of personalisation.md 4. RangeError when it is longer than a card stores, or for a counter, day or CAN that is none. */
export function buildStream(contents: StreamFiles, counters: StreamCounters): Uint8Array {
  const parts = streamFiles.map((name) => {
    const { fid } = files[name];
    return encodeTlv(0x70, concat(encodeTlv(0x51, Uint8Array.of(fid >> 8, fid & 0xff)), encodeTlv(0x53, contents[name])));
  });
  const first = [encodeTlv(0x90, uint32(counters.residence)), encodeTlv(0x91, uint32(counters.endorsements)), encodeTlv(0x92, uint32(counters.services))];
  const last = [encodeTlv(0x93, bcdOfDay(counters.cardDate)), encodeTlv(0x97, canBytes(counters.can)), counters.trustPoint];
  const stream = concat(...parts, encodeTlv(0xce, concat(...first, ...last)));
  if (stream.length > maxStream) throw new RangeError(`the stream has ${stream.length} bytes, a card stores ${maxStream}`);
  return stream;
}
