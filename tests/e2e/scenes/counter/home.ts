import type { Scene } from '../scene.js';
import { atHome } from './at-home.js';

/** The counter's home screen. */
export const counterHomeScenes = {
  ready: {
    play: async (scenery) => {
      await atHome(scenery);
      await scenery.settled();
    },
  },
} as const satisfies Record<string, Scene>;
