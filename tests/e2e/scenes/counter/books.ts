import type { Scene } from '../scene.js';
import { by } from './at-home.js';

/** Stock, fees and the end of the day. */
export const booksScenes = {
  ready: by('F8', 'main h1'),
} as const satisfies Record<string, Scene>;
