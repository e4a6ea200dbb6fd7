import type { Scene } from '../scene.js';
import { by } from './at-home.js';

/** The new permit, from the identity to the hand-over. */
export const newPermitScenes = {
  identity: by('F2', '[data-step="identity"]'),
} as const satisfies Record<string, Scene>;
