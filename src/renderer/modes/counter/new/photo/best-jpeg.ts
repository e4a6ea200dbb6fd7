/** The best JPEG that a card holds: full size at the highest quality that fits; where even a poor one does not, fewer pixels. */

/** EF.Photo of the card profile holds no more. */
export const photoBytes = 10_240;

/** Below `least` a face shows blocks: fewer pixels look better. */
const quality = { least: 0.4, most: 0.95, closeEnough: 0.01 } as const;
const scales = [1, 0.85, 0.7, 0.55, 0.4, 0.25] as const;

/** A JPEG of the picture at this scale of its full size and this quality (0 to 1). */
export type EncodeJpeg = (scale: number, quality: number) => Promise<Uint8Array>;

export interface BestJpeg {
  readonly jpeg: Uint8Array;
  readonly scale: number;
  readonly quality: number;
}

/** Null: it does not fit however small it is. */
export const bestJpeg = async (encode: EncodeJpeg, limit: number = photoBytes): Promise<BestJpeg | null> => {
  for (const scale of scales) {
    const top = await encode(scale, quality.most);
    if (top.length <= limit) return { jpeg: top, scale, quality: quality.most };
    let best: BestJpeg = { jpeg: await encode(scale, quality.least), scale, quality: quality.least };
    if (best.jpeg.length > limit) continue;
    let [low, high]: [number, number] = [quality.least, quality.most];
    while (high - low > quality.closeEnough) {
      const middle = (low + high) / 2;
      const jpeg = await encode(scale, middle);
      if (jpeg.length <= limit) {
        best = { jpeg, scale, quality: middle };
        low = middle;
      } else high = middle;
    }
    return best;
  }
  return null;
};
