export type Colour = readonly [number, number, number];
/** Signed distance to a shape's edge in pixels, negative inside. */
export type Shape = (x: number, y: number) => number;

export const ellipse =
  (cx: number, cy: number, rx: number, ry: number): Shape =>
  (x, y) => {
    const [px, py] = [(x - cx) / rx, (y - cy) / ry];
    const near = Math.hypot(px, py);
    const slope = Math.hypot(px / rx, py / ry);
    return slope === 0 ? -Math.min(rx, ry) : (near * (near - 1)) / slope;
  };

export const both =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.max(a(x, y), b(x, y));
export const either =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.min(a(x, y), b(x, y));
export const without =
  (a: Shape, b: Shape): Shape =>
  (x, y) =>
    Math.max(a(x, y), -b(x, y));
export const above =
  (limit: number): Shape =>
  (_, y) =>
    y - limit;
/** Left of the line from (x0, y0) to (x1, y1), seen in its direction. */
export const leftOf =
  (x0: number, y0: number, x1: number, y1: number): Shape =>
  (x, y) =>
    ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / Math.hypot(x1 - x0, y1 - y0);

/** A stroke of round ends through a quadratic Bézier curve, as twelve capsules. `width` tapers to nothing at the ends when `tapered`. */
export const stroke = (points: readonly [number, number, number, number, number, number], width: number, tapered = false): Shape => {
  const [x0, y0, x1, y1, x2, y2] = points;
  const nodes = Array.from({ length: 13 }, (_, i) => {
    const t = i / 12;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return { x: a * x0 + b * x1 + c * x2, y: a * y0 + b * y1 + c * y2, r: (width / 2) * (tapered ? Math.sin(Math.PI * (0.12 + 0.76 * t)) : 1) };
  });
  return (x, y) => {
    let least = Infinity;
    for (let i = 1; i < nodes.length; i += 1) {
      const [from, to] = [nodes[i - 1], nodes[i]];
      if (from === undefined || to === undefined) continue;
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const t = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, Math.hypot(x - from.x - t * dx, y - from.y - t * dy) - (from.r + (to.r - from.r) * t));
    }
    return least;
  };
};

/** One colour, or one for each place. */
export type Paint = Colour | ((x: number, y: number) => Colour);

/** Pixels are painted in blocks of this side; a block that the shape does not reach is skipped whole. */
const block = 16;

/** A picture of RGBA bytes. Edges are anti-aliased by the distance to them; `soft` widens the edge to a shade. */
export class Canvas {
  readonly data: Uint8Array;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8Array(width * height * 4).fill(255);
  }

  /** Paints where the shape is; `opacity` 0 to 1. */
  fill(shape: Shape, colour: Paint, options: { readonly soft?: number; readonly opacity?: number } = {}): this {
    const { soft = 1, opacity = 1 } = options;
    for (let top = 0; top < this.height; top += block) {
      for (let left = 0; left < this.width; left += block) {
        // Distances are first-order estimates for ellipses, hence twice the block's half diagonal.
        if (shape(left + block / 2, top + block / 2) < block * Math.SQRT2 + soft) this.#fillBlock(left, top, shape, colour, soft, opacity);
      }
    }
    return this;
  }

  #fillBlock(left: number, top: number, shape: Shape, colour: Paint, soft: number, opacity: number): void {
    for (let y = top; y < Math.min(top + block, this.height); y += 1) {
      for (let x = left; x < Math.min(left + block, this.width); x += 1) {
        const cover = Math.min(1, Math.max(0, 0.5 - shape(x + 0.5, y + 0.5) / soft)) * opacity;
        if (cover > 0) this.#blend((y * this.width + x) * 4, typeof colour === 'function' ? colour(x, y) : colour, cover);
      }
    }
  }

  #blend(at: number, colour: Colour, cover: number): void {
    for (let channel = 0; channel < 3; channel += 1) {
      const under = this.data[at + channel] ?? 0;
      this.data[at + channel] = Math.round(under + ((colour[channel] ?? 0) - under) * cover);
    }
  }
}

export const shade = (colour: Colour, by: number): Colour => [Math.min(255, colour[0] * by), Math.min(255, colour[1] * by), Math.min(255, colour[2] * by)];
export const mix = (a: Colour, b: Colour, t: number): Colour => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
