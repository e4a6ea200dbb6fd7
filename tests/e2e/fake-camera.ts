import { writeFileSync } from 'node:fs';
import jpeg from 'jpeg-js';
import { drawPortrait } from '../../src/cli/invented/index.js';

/**
 * What Chromium's fake camera films: one still frame as YUV4MPEG2 (I420), played over and over. The sitter is a drawn portrait of nobody before a white wall; a dark room is the same
 * frame with less light.
 */
const frame = { width: 1280, height: 720 } as const;

export interface Scene {
  /** another face for each number */
  readonly seed?: number;
  /** 1: a bright room; 0.25: a dark one */
  readonly light?: number;
  /** of the wall behind, 255 white */
  readonly wall?: readonly [red: number, green: number, blue: number];
}

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/** The portrait, as high as the frame, in its middle: the colour of any point. */
const filmed = ({ seed = 31, light = 1, wall = [250, 250, 250] }: Scene): ((x: number, y: number) => readonly [number, number, number]) => {
  const { data, width, height } = jpeg.decode(drawPortrait(seed, { sex: 2, age: 30 }), { useTArray: true });
  const scale = frame.height / height;
  const left = (frame.width - width * scale) / 2;
  return (x, y) => {
    const [px, py] = [Math.floor((x - left) / scale), Math.floor(y / scale)];
    const at = (py * width + px) * 4;
    const inside = px >= 0 && px < width && py < height;
    const drawn = inside ? [data[at]!, data[at + 1]!, data[at + 2]!] : undefined;
    // What is white in the drawing is the wall.
    const [r = 0, g = 0, b = 0] = drawn === undefined || drawn.every((part) => part > 247) ? wall : drawn;
    return [r * light, g * light, b * light];
  };
};

/** Writes the film to `file` (`.y4m`). */
export function filmSitter(file: string, scene: Scene = {}): void {
  const colourAt = filmed(scene);
  const { width, height } = frame;
  const luma = new Uint8Array(width * height);
  const [blue, red] = [new Uint8Array(luma.length / 4), new Uint8Array(luma.length / 4)];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [r, g, b] = colourAt(x, y);
      luma[y * width + x] = clamp(16 + 0.257 * r + 0.504 * g + 0.098 * b);
      if (x % 2 === 1 || y % 2 === 1) continue;
      const at = (y / 2) * (width / 2) + x / 2;
      blue[at] = clamp(128 - 0.148 * r - 0.291 * g + 0.439 * b);
      red[at] = clamp(128 + 0.439 * r - 0.368 * g - 0.071 * b);
    }
  }
  const picture = Buffer.concat([Buffer.from('FRAME\n'), luma, blue, red]);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), picture, picture]));
}

/** Chromium's and Electron's switches for it: the device, and the permission that a person would give. */
export const cameraSwitches = (file: string): readonly string[] => ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${file}`];
