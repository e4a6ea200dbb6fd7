import { files, type FileName } from './permit-application.js';
import { concat, encodeTlv } from '../iso7816/index.js';

/** Files of the personalisation stream, in the order that personalisation.md 4 fixes. */
export const streamFiles = ['cardAccess', 'permit', 'holder', 'photo', 'residence', 'sod'] as const satisfies readonly FileName[];
export type StreamFiles = Readonly<Record<(typeof streamFiles)[number], Uint8Array>>;

/** First values of the chip's counters and its date, YYYY-MM-DD. */
export interface StreamCounters {
  readonly residence: number;
  readonly endorsements: number;
  readonly services: number;
  readonly cardDate: string;
}

/** A card stores no longer stream (personalisation.md 3), bytes. */
export const maxStream = 14_336;

const uint32 = (n: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
};
const bcdDate = (date: string): Uint8Array => Uint8Array.from([date.slice(2, 4), date.slice(5, 7), date.slice(8, 10)].map((two) => Number.parseInt(two, 16)));

/** The stream of personalisation.md 4. RangeError when it is longer than a card stores. */
export function buildStream(contents: StreamFiles, counters: StreamCounters): Uint8Array {
  const parts = streamFiles.map((name) => {
    const { fid } = files[name];
    return encodeTlv(0x70, concat(encodeTlv(0x51, Uint8Array.of(fid >> 8, fid & 0xff)), encodeTlv(0x53, contents[name])));
  });
  const first = [encodeTlv(0x90, uint32(counters.residence)), encodeTlv(0x91, uint32(counters.endorsements)), encodeTlv(0x92, uint32(counters.services))];
  const stream = concat(...parts, encodeTlv(0xce, concat(...first, encodeTlv(0x93, bcdDate(counters.cardDate)))));
  if (stream.length > maxStream) throw new RangeError(`the stream has ${stream.length} bytes, a card stores ${maxStream}`);
  return stream;
}
