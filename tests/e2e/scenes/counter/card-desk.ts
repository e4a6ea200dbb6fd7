import type { Scene } from '../scene.js';
import { by } from './at-home.js';

/** The card desk. */
export const cardDeskScenes = {
  waiting: by('F4', 'form.number'),
} as const satisfies Record<string, Scene>;
