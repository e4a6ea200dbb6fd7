import { cpSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filmSitter, type Scene as Filmed } from '../../fake-camera.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { formAt, formLeftAt, formScene, newcomer, photoOf } from './forms.js';

/** The photo of a new permit: what the camera films is a file, read when the camera is opened. */
const filmOf = ({ world }: Scenery): string => join(world.root, 'sitter.y4m');
const aside = (scenery: Scenery): string => join(scenery.world.root, 'aside.y4m');

const instead = async (scenery: Scenery, filmed: Filmed): Promise<void> => {
  cpSync(filmOf(scenery), aside(scenery));
  filmSitter(filmOf(scenery), filmed);
  return Promise.resolve();
};
const unplugged = async (scenery: Scenery): Promise<void> => Promise.resolve(renameSync(filmOf(scenery), aside(scenery)));
const backAgain = async (scenery: Scenery): Promise<void> => {
  if (existsSync(aside(scenery))) renameSync(aside(scenery), filmOf(scenery));
  return Promise.resolve();
};

const opened = async (scenery: Scenery): Promise<void> => {
  await formLeftAt(scenery, 'photo', formAt('photo', newcomer()));
};
const live = async (scenery: Scenery): Promise<void> => {
  await opened(scenery);
  await scenery.page.locator('[data-state="live"] [data-shoot] button:focus').waitFor();
  await scenery.page.locator('.photo video').evaluate(async (video) => {
    const shown = video as unknown as { readyState: number; onloadeddata: () => void };
    if (shown.readyState < 2) await new Promise<void>((there) => (shown.onloadeddata = there));
  });
};

export const photoScenes = {
  'camera-off': formScene(async (scenery) => {
    await unplugged(scenery);
    await opened(scenery);
    await scenery.page.locator('[data-state="off"] [data-code="CAMERA_UNAVAILABLE"]').waitFor();
  }, backAgain),
  'camera-live': formScene(live),
  'camera-hints': formScene(async (scenery) => {
    await instead(scenery, { light: 0.25 });
    await live(scenery);
    await scenery.page.locator('.hint').first().waitFor();
  }, backAgain),
  'photo-taken': formScene(async (scenery) => {
    await live(scenery);
    await scenery.page.keyboard.press('Space');
    await scenery.page.locator('[data-state="taken"] p.small[role="status"]').waitFor();
  }),
  'photo-kept': formScene(async (scenery) => {
    const person = newcomer();
    await formLeftAt(scenery, 'photo', formAt('photo', person), { photo: photoOf(person) });
    await scenery.page.locator('[data-state="kept"] img').waitFor();
  }),
  'photo-refused': formScene(async (scenery) => {
    await live(scenery);
    const letter = join(scenery.world.root, 'letter.jpg');
    writeFileSync(letter, 'no picture at all');
    await scenery.page.locator('.photo input[type="file"]').setInputFiles(letter);
    await scenery.page.locator('[data-code="PHOTO_NOT_JPEG"]').waitFor();
  }),
} as const satisfies Record<string, Scene>;
