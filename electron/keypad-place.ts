/** Where the keypad is shown: on a screen of the holder's own where there is one, else over the clerk's. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DisplayPlace {
  readonly id: number;
  readonly bounds: Rectangle;
}

export interface KeypadPlace {
  readonly bounds: Rectangle;
  /** it lies over the clerk's screen, which has to be turned */
  readonly turn: boolean;
}

const share = 0.8;

/** `clerk`: the display that the clerk's window is on. `windowed`: what lies over it leaves an edge of it. */
export const keypadPlace = (displays: readonly DisplayPlace[], clerk: DisplayPlace, windowed: boolean): KeypadPlace => {
  const holder = displays.find(({ id }) => id !== clerk.id);
  if (holder !== undefined) return { bounds: holder.bounds, turn: false };
  const { x, y, width, height } = clerk.bounds;
  if (!windowed) return { bounds: clerk.bounds, turn: true };
  const inner = { width: Math.round(width * share), height: Math.round(height * share) };
  return { bounds: { x: x + Math.round((width - inner.width) / 2), y: y + Math.round((height - inner.height) / 2), ...inner }, turn: true };
};
