/** The part of a picture that becomes the portrait: as high as it is wide times 441/358 (GA 461), moved and enlarged by the clerk. */
export const portrait = { width: 358, height: 441 } as const;

/** `zoom` 1: the largest part that fits; `x`, `y`: where its middle stands, 0 to 1 of the picture. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}
export const wholeView: View = { zoom: 1, x: 0.5, y: 0.5 };
const mostZoom = 4;

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** In pixels of the picture; it never leaves it. @throws RangeError for a picture without pixels */
export const cropOf = (width: number, height: number, { zoom, x, y }: View): Rectangle => {
  if (!(width > 0 && height > 0)) throw new RangeError('a picture without pixels');
  const ratio = portrait.width / portrait.height;
  const [wide, high] = width / height > ratio ? [height * ratio, height] : [width, width / ratio];
  const scale = 1 / clamp(zoom, 1, mostZoom);
  const [w, h] = [wide * scale, high * scale];
  return { left: clamp(x * width - w / 2, 0, width - w), top: clamp(y * height - h / 2, 0, height - h), width: w, height: h };
};

export type Move = 'left' | 'right' | 'up' | 'down' | 'nearer' | 'farther';
const step = 0.02;

/** What a key does to the view. It stays where the crop can still move. */
export const moved = (view: View, move: Move): View => {
  switch (move) {
    case 'left':
      return { ...view, x: clamp(view.x - step, 0, 1) };
    case 'right':
      return { ...view, x: clamp(view.x + step, 0, 1) };
    case 'up':
      return { ...view, y: clamp(view.y - step, 0, 1) };
    case 'down':
      return { ...view, y: clamp(view.y + step, 0, 1) };
    case 'nearer':
      return { ...view, zoom: clamp(view.zoom * 1.05, 1, mostZoom) };
    case 'farther':
      return { ...view, zoom: clamp(view.zoom / 1.05, 1, mostZoom) };
  }
};
