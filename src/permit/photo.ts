import { refuse, type Refusal } from './refusal.js';

/** The largest JPEG a card holds (firmware-specs/permit-application.md 2, EF.Photo). */
export const photoLimit = 10_240;

export interface PhotoFacts {
  readonly ok: true;
  readonly width: number;
  readonly height: number;
}

const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];
/** SOF0-SOF15 without DHT (C4), JPG (C8) and DAC (CC): ITU-T T.81 table B.1 */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const isStandalone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** The next marker in entropy-coded data: FF00 is a stuffed byte and RSTn belong to the scan (T.81 B.1.1.5). */
const endOfScan = (jpeg: Uint8Array, from: number): number => {
  let at = from;
  while (at + 1 < jpeg.length) {
    const next = jpeg[at + 1] ?? 0;
    if (jpeg[at] === 0xff && next !== 0x00 && next !== 0xff && !isStandalone(next)) return at;
    at += 1;
  }
  return jpeg.length;
};

/**
 * Walks the marker segments of a JPEG (T.81 annex B): SOI first, one frame with its dimensions, at least one scan, EOI as the last two
 * bytes. It does not decode the picture. A file with anything after EOI is refused: what is signed is a picture and nothing else.
 */
export const checkPhoto = (jpeg: Uint8Array): PhotoFacts | Refusal => {
  const word = (at: number): number => ((jpeg[at] ?? 0) << 8) | (jpeg[at + 1] ?? 0);
  if (jpeg.length < 4 || word(0) !== (0xff00 | SOI)) return refuse('PHOTO_NOT_JPEG', 'photo');
  if (jpeg.length > photoLimit) return refuse('PHOTO_TOO_LARGE', 'photo');
  let frame: { width: number; height: number } | undefined;
  let scans = 0;
  let at = 2;
  while (at + 1 < jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === EOI) {
      const whole = at + 2 === jpeg.length && frame !== undefined && scans > 0;
      return whole && frame !== undefined ? { ok: true, ...frame } : refuse('PHOTO_NOT_JPEG', 'photo');
    }
    const length = word(at + 2);
    if (marker === SOI || isStandalone(marker) || length < 2 || at + 2 + length > jpeg.length) break;
    if (isFrame(marker)) {
      const [height, width] = [word(at + 5), word(at + 7)];
      if (frame !== undefined || length < 8 || width === 0 || height === 0) break;
      frame = { width, height };
    }
    at += 2 + length;
    if (marker === SOS) {
      if (frame === undefined) break;
      scans += 1;
      at = endOfScan(jpeg, at);
    }
  }
  return refuse('PHOTO_NOT_JPEG', 'photo');
};
