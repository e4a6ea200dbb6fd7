/**
 * What the pixels of a portrait say about how it was taken: light, contrast, background. Advice for the clerk, never a refusal: it does not find a face, it looks where the guide puts one.
 */
export const photoHints = ['dark', 'bright', 'flat', 'one-sided', 'background-dark', 'background-uneven'] as const;
export type PhotoHint = (typeof photoHints)[number];

/** RGBA, row by row: an ImageData. */
export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

export interface Measures {
  /** mean luma (0 to 255) where the face is */
  readonly face: number;
  /** how far the luma of the face spreads (standard deviation) */
  readonly contrast: number;
  /** difference between the halves of the face */
  readonly sides: number;
  readonly background: number;
  readonly backgroundSpread: number;
}

interface Sum {
  n: number;
  total: number;
  squares: number;
}
const empty = (): Sum => ({ n: 0, total: 0, squares: 0 });
const add = (sum: Sum, luma: number): void => {
  sum.n += 1;
  sum.total += luma;
  sum.squares += luma * luma;
};
const mean = ({ n, total }: Sum): number => (n === 0 ? 0 : total / n);
const spread = (sum: Sum): number => Math.sqrt(Math.max(0, (sum.n === 0 ? 0 : sum.squares / sum.n) - mean(sum) ** 2));

/** Where the guide's oval lies, in parts of the picture: middle and half axes. The guide is drawn from these. */
export const oval = { x: 0.5, y: 0.46, rx: 0.27, ry: 0.32, eyes: 0.46 } as const;

/** Beside and above the head: the background as it is seen above the shoulders. */
const isBackground = (x: number, y: number): boolean => y < 0.55 && (x < 0.12 || x > 0.88 || y < 0.05);
const isFace = (x: number, y: number): boolean => ((x - oval.x) / (oval.rx * 0.8)) ** 2 + ((y - oval.y) / (oval.ry * 0.8)) ** 2 <= 1;

/** Rec. 601 luma of every pixel, gathered by place. */
export const measure = ({ data, width, height }: Pixels): Measures => {
  const [left, right, face, background] = [empty(), empty(), empty(), empty()];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = (row * width + column) * 4;
      const luma = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
      const [x, y] = [(column + 0.5) / width, (row + 0.5) / height];
      if (isBackground(x, y)) add(background, luma);
      else if (isFace(x, y)) {
        add(face, luma);
        add(x < oval.x ? left : right, luma);
      }
    }
  }
  return { face: mean(face), contrast: spread(face), sides: Math.abs(mean(left) - mean(right)), background: mean(background), backgroundSpread: spread(background) };
};

/** Proposals to try at a real counter, in the order in which a clerk mends them. */
const limits = { dark: 80, bright: 215, flat: 14, sides: 45, background: 150, backgroundSpread: 24 } as const;

export const hintsOf = ({ face, contrast, sides, background, backgroundSpread }: Measures): readonly PhotoHint[] => [
  ...(face < limits.dark ? (['dark'] as const) : []),
  ...(face > limits.bright ? (['bright'] as const) : []),
  ...(contrast < limits.flat && face >= limits.dark && face <= limits.bright ? (['flat'] as const) : []),
  ...(sides > limits.sides ? (['one-sided'] as const) : []),
  ...(background < limits.background ? (['background-dark'] as const) : []),
  ...(backgroundSpread > limits.backgroundSpread ? (['background-uneven'] as const) : []),
];
