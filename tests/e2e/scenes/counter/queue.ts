import type { Scene } from '../scene.js';
import { by } from './at-home.js';

/** What waits for the platform. */
export const queueScenes = {
  empty: by('F10', 'main h1'),
} as const satisfies Record<string, Scene>;
