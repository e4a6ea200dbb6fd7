import type { Scene } from './scene.js';

const nothing: Scene = { play: () => Promise.reject(new Error('no scene yet')) };

/** The counter's screens. */
export const counterScenes = {
  counter: { ready: nothing },
  'counter-new': { identity: nothing },
  'counter-desk': { ready: nothing },
  'counter-applications': { ready: nothing },
  'counter-queue': { ready: nothing },
  'counter-books': { ready: nothing },
} as const satisfies Record<string, Record<string, Scene>>;
