import { afterAll, beforeAll } from 'vitest';
import { daylight, everyLook, everySceneIsOpenToAll } from './accessible.js';
import { everyScene, Scenery } from './scenes/index.js';

/** axe-core on every state of the counter's screens in both languages: all of them by daylight, the first of each screen in every look. */
const scenes = everyScene().filter(({ stage }) => stage === 'counter');
const firsts = new Set(scenes.filter(({ screen }, at) => scenes[at - 1]?.screen !== screen));

let scenery: Scenery;
beforeAll(async () => {
  scenery = await Scenery.open({ stage: 'counter' });
}, 180_000);
afterAll(() => scenery.close());

everySceneIsOpenToAll(scenes, () => scenery, (scene) => (firsts.has(scene) ? everyLook : daylight));
