import jpeg from 'jpeg-js';
import type { Application } from '../../contract/index.js';
import { ageOn, photoLimit, type FullDate } from '../../permit/index.js';
import { drawFace, type Sitter } from './face.js';
import { seeded, seedOf } from './random.js';

export interface PortraitOptions {
  /** the JPEG gets as close to this as the quality steps allow and never above it; at most 10,240 */
  readonly targetBytes?: number;
}

/** A drawn portrait as JPEG, 358 × 441 (GA 461). The best quality that fits is found by halving: larger quality, larger file. */
export const drawPortrait = (seed: number, sitter: Sitter, options: PortraitOptions = {}): Uint8Array => {
  const target = Math.min(options.targetBytes ?? 9_000, photoLimit);
  const { data, width, height } = drawFace(seeded(seed), sitter);
  const encode = (quality: number): Uint8Array => new Uint8Array(jpeg.encode({ data, width, height }, quality).data);
  let [low, high] = [1, 100];
  let best: Uint8Array | undefined;
  while (low <= high) {
    const quality = (low + high) >> 1;
    const picture = encode(quality);
    if (picture.length <= target) [best, low] = [picture, quality + 1];
    else high = quality - 1;
  }
  if (best === undefined) throw new RangeError('no JPEG of this size can hold the portrait');
  return best;
};

/** The portrait of an invented applicant: always the same face for the same person. */
export const portraitOf = (application: Application, onDate: FullDate, options: PortraitOptions = {}): Uint8Array =>
  drawPortrait(seedOf(application.idNumber), { sex: application.sex === 2 ? 2 : 1, age: ageOn(application.birth, onDate) }, options);
