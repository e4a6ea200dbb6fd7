import { applicationsScenes } from './counter/applications.js';
import { booksScenes } from './counter/books.js';
import { cardDeskScenes } from './counter/card-desk.js';
import { counterHomeScenes } from './counter/home.js';
import { newPermitScenes } from './counter/new-permit.js';
import { queueScenes } from './counter/queue.js';
import type { Scene } from './scene.js';

/** The counter's screens. */
export const counterScenes = {
  counter: counterHomeScenes,
  'counter-new': newPermitScenes,
  'counter-desk': cardDeskScenes,
  'counter-applications': applicationsScenes,
  'counter-queue': queueScenes,
  'counter-books': booksScenes,
} as const satisfies Record<string, Record<string, Scene>>;
