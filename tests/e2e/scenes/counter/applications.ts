import type { Scene } from '../scene.js';
import { by } from './at-home.js';

/** Applications by stage. */
export const applicationsScenes = {
  empty: by('F5', 'main h1'),
} as const satisfies Record<string, Scene>;
