import type { Scene } from '../scene.js';
import { deskPanels } from './desk-panels.js';
import { deskPins } from './desk-pins.js';
import { deskStates } from './desk-states.js';

/** The card desk: what lies there, what is done with it, and the holder's PIN. */
export const cardDeskScenes = { ...deskStates, ...deskPins, ...deskPanels } as const satisfies Record<string, Scene>;
