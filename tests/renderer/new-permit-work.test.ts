import { describe, expect, test, vi } from 'vitest';
import { checkPhoto, photoLimit } from '../../src/permit/index.js';
import { createAutosave, pauseMilliseconds, type SaveState } from '../../src/renderer/modes/counter/new/autosave.js';
import { foundList, wholeDivision } from '../../src/renderer/modes/counter/new/found-list.js';
import { bestJpeg, photoBytes, type EncodeJpeg } from '../../src/renderer/modes/counter/new/photo/best-jpeg.js';
import { chosenOf, labelHash } from '../../src/renderer/modes/counter/new/photo/camera.js';
import { cropOf, moved, portrait, wholeView } from '../../src/renderer/modes/counter/new/photo/crop.js';
import { hintsOf, measure, oval, type Pixels } from '../../src/renderer/modes/counter/new/photo/hints.js';

/** What works while a clerk types: saving, the list of divisions, and the photo's arithmetic on drawn pixels. */

describe('saving', () => {
  /** A saver whose clock and disk are turned by hand. */
  const saver = () => {
    const states: SaveState<string>['kind'][] = [];
    const waiting: { act: () => void; at: number; off: boolean }[] = [];
    const saves: ((told: { savedAt: number } | { failure: string }) => void)[] = [];
    const autosave = createAutosave<string>({
      save: () => new Promise((resolve) => saves.push(resolve)),
      after: (at, act) => {
        const timer = { act, at, off: false };
        waiting.push(timer);
        return () => (timer.off = true);
      },
      changed: ({ kind }) => states.push(kind),
    });
    const tick = (): void => waiting.splice(0).forEach(({ act, off }) => off || act());
    const settle = async (told: { savedAt: number } | { failure: string } = { savedAt: 7 }): Promise<void> => {
      saves.shift()!(told);
      await new Promise((resolve) => setTimeout(resolve, 0));
    };
    return { autosave, states, waiting, saves, tick, settle };
  };

  test('a pause after the last key, not after each', async () => {
    const { autosave, states, waiting, saves, tick, settle } = saver();
    autosave.touch();
    autosave.touch();
    expect(waiting.filter(({ off }) => !off).map(({ at }) => at)).toEqual([pauseMilliseconds]);
    expect(saves.length).toBe(0);
    tick();
    expect(saves.length).toBe(1);
    await settle();
    expect(states.at(-1)).toBe('saved');
  });

  test('what is typed while one save goes on follows it, once', async () => {
    const { autosave, states, saves, tick, settle } = saver();
    autosave.touch();
    tick();
    autosave.touch();
    tick();
    expect(saves.length).toBe(1);
    await settle();
    expect([saves.length, states.at(-1)]).toEqual([1, 'unsaved']);
    await settle();
    expect([saves.length, states.at(-1)]).toEqual([0, 'saved']);
  });

  test('at once when a field is left; nothing where nothing changed', async () => {
    const { autosave, saves, settle } = saver();
    await autosave.flush();
    expect(saves.length).toBe(0);
    autosave.touch();
    void autosave.flush();
    expect(saves.length).toBe(1);
    await settle();
  });

  test('a save that was refused is said, and tried again with the next change', async () => {
    const { autosave, states, saves, settle } = saver();
    autosave.touch();
    void autosave.flush();
    await settle({ failure: 'DISK_FULL' });
    expect(states.at(-1)).toBe('failed');
    void autosave.flush();
    expect(saves.length).toBe(1);
    await settle();
    expect(states.at(-1)).toBe('saved');
  });

  test('nothing after the end', () => {
    const { autosave, saves, tick } = saver();
    autosave.touch();
    autosave.stop();
    autosave.touch();
    tick();
    expect(saves.length).toBe(0);
  });
});

describe('the list of divisions', () => {
  test('arrow keys go round; Enter takes the marked one; a closed list gives nothing', async () => {
    const list = foundList(async (text) => Promise.resolve([`${text}1`, `${text}2`, `${text}3`]));
    expect(list.current()).toBeUndefined();
    await list.ask('wm');
    expect(list.current()).toBe('wm1');
    list.move(-1);
    expect(list.current()).toBe('wm3');
    list.move(1);
    list.move(1);
    expect(list.current()).toBe('wm2');
    list.close();
    expect(list.current()).toBeUndefined();
  });

  test('the newest answer counts, however late an older one comes', async () => {
    const answers = new Map<string, (lines: readonly string[]) => void>();
    const list = foundList((text) => new Promise<readonly string[]>((resolve) => answers.set(text, resolve)));
    const [older, newer] = [list.ask('w'), list.ask('wm')];
    answers.get('wm')!(['五马']);
    await newer;
    answers.get('w')!(['望里', '万全']);
    await older;
    expect(list.shown.lines).toEqual(['五马']);
    await list.ask('  ');
    expect(list.shown.open).toBe(false);
  });

  test('twelve digits of a town, a village, a village typed beside', () => {
    expect([wholeDivision('330302006'), wholeDivision('330302006012'), wholeDivision('330302006', '7'), wholeDivision('330302006012', '021')]).toEqual(['330302006000', '330302006012', '330302006007', '330302006021']);
  });
});

describe('the crop', () => {
  const ratio = portrait.width / portrait.height;
  test('the largest part of the portrait’s shape, in the middle', () => {
    const wide = cropOf(1280, 960, wholeView);
    expect([wide.height, wide.top, Math.round(wide.left)]).toEqual([960, 0, Math.round((1280 - 960 * ratio) / 2)]);
    expect(cropOf(400, 4000, wholeView)).toMatchObject({ left: 0, width: 400 });
  });
  test('it keeps its shape and never leaves the picture', () => {
    for (const [width, height] of [[1280, 960], [300, 900], [358, 441], [7, 5]] as const)
      for (const zoom of [0.2, 1, 2.5, 99])
        for (const at of [-1, 0, 0.3, 1, 2]) {
          const { left, top, width: w, height: h } = cropOf(width, height, { zoom, x: at, y: at });
          expect(w / h).toBeCloseTo(ratio, 6);
          expect(left >= 0 && top >= 0 && left + w <= width + 1e-6 && top + h <= height + 1e-6).toBe(true);
        }
    expect(() => cropOf(0, 100, wholeView)).toThrow(RangeError);
  });
  test('keys move and enlarge it within bounds', () => {
    expect(moved(wholeView, 'left').x).toBeLessThan(0.5);
    expect(moved(wholeView, 'farther')).toEqual(wholeView);
    let view = wholeView;
    for (let n = 0; n < 200; n += 1) view = moved(moved(view, 'nearer'), 'down');
    expect([view.zoom, view.y]).toEqual([4, 1]);
  });
});

describe('hints', () => {
  /** A drawn sitter: a face of two tones before a wall. */
  const drawn = ({ face = 150, shade = 0, side = 0, wall = 240, clutter = 0 }: { face?: number; shade?: number; side?: number; wall?: number; clutter?: number } = {}): Pixels => {
    const [width, height] = [90, 110];
    const data = new Uint8ClampedArray(width * height * 4);
    for (let row = 0; row < height; row += 1)
      for (let column = 0; column < width; column += 1) {
        const [x, y] = [(column + 0.5) / width, (row + 0.5) / height];
        const inside = ((x - oval.x) / oval.rx) ** 2 + ((y - oval.y) / oval.ry) ** 2 <= 1;
        const luma = inside ? face + ((row >> 2) % 2 === 0 ? shade : -shade) + (x < oval.x ? side : -side) : wall - ((row >> 3) % 2 === 0 ? clutter : 0);
        data.set([luma, luma, luma, 255], (row * width + column) * 4);
      }
    return { data, width, height };
  };
  const hints = (options: Parameters<typeof drawn>[0]) => hintsOf(measure(drawn(options)));

  test('a good picture has none', () => expect(hints({ shade: 30 })).toEqual([]));
  test.each([
    [{ face: 50, shade: 30 }, ['dark']],
    [{ face: 235, shade: 15 }, ['bright']],
    [{ shade: 2 }, ['flat']],
    [{ side: 40 }, ['one-sided']],
    [{ shade: 30, wall: 90 }, ['background-dark']],
    [{ shade: 30, clutter: 90 }, ['background-uneven']],
  ] as const)('%o', (options, expected) => expect(hints(options)).toEqual(expected));
  test('nothing but a black picture says so at once', () => expect(hints({ face: 0, wall: 0 })).toEqual(['dark', 'background-dark']));
});

describe('the best JPEG', () => {
  /** Grows with pixels and quality, as an encoder's does. */
  const sized = (bytes: number): EncodeJpeg => (scale, quality) => Promise.resolve(new Uint8Array(Math.round(bytes * scale * scale * quality * quality)));

  test('as much as a card holds', () => expect(photoBytes).toBe(photoLimit));
  test('the highest quality where it fits', async () => expect(await bestJpeg(sized(9_000))).toMatchObject({ scale: 1, quality: 0.95 }));
  test('just below the limit at full size', async () => {
    const best = await bestJpeg(sized(20_000));
    expect(best?.scale).toBe(1);
    expect(best!.jpeg.length).toBeLessThanOrEqual(photoLimit);
    expect(best!.jpeg.length).toBeGreaterThan(photoLimit * 0.95);
  });
  test('fewer pixels rather than blocks', async () => {
    const best = await bestJpeg(sized(100_000));
    expect(best!.scale).toBeLessThan(1);
    expect(best!.quality).toBeGreaterThanOrEqual(0.4);
    expect(best!.jpeg.length).toBeLessThanOrEqual(photoLimit);
  });
  test('nothing fits', async () => expect(await bestJpeg(sized(100_000_000))).toBeNull());
  test('few tries', async () => {
    const encode = vi.fn(sized(20_000));
    await bestJpeg(encode);
    expect(encode.mock.calls.length).toBeLessThan(12);
  });
  test('what the card refuses is refused here by its size alone', () => expect(checkPhoto(new Uint8Array(photoLimit + 1)).ok).toBe(false));
});

test('the camera that was used last, by a hash of its label', () => {
  const cameras = [{ id: 'a', label: 'Integrated' }, { id: 'b', label: '高拍仪' }];
  expect(labelHash('高拍仪')).toMatch(/^[0-9a-f]{8}$/);
  expect(chosenOf(cameras, labelHash('高拍仪'))?.id).toBe('b');
  expect(chosenOf(cameras, null)?.id).toBe('a');
  expect(chosenOf(cameras, labelHash('gone'))?.id).toBe('a');
  expect(chosenOf([], null)).toBeUndefined();
});
