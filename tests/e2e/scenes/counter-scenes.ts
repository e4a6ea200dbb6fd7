import type { Scene } from './scene.js';

const nothing: Scene = { play: () => Promise.reject(new Error('no scene yet')) };

/** The counter's screens. */
export const counterScenes = {
  counter: { ready: nothing, empty: nothing, torn: nothing, resuming: nothing, resumed: nothing, search: nothing, 'search-empty': nothing, drafts: nothing, delete: nothing, offline: nothing, stale: nothing, 'clock-wrong': nothing, 'reader-missing': nothing, help: nothing, failed: nothing },
  'counter-new': { identity: nothing },
  'counter-desk': { waiting: nothing, reading: nothing, valid: nothing, 'window-open': nothing, suspended: nothing, lost: nothing, ended: nothing, cloned: nothing, closed: nothing, 'by-number': nothing, 'by-number-offline': nothing, refused: nothing, 'why-not': nothing, endorse: nothing, writing: nothing, endorsed: nothing, torn: nothing, move: nothing, 'move-incomplete': nothing, moved: nothing, approval: nothing, 'approval-wrong': nothing, cancel: nothing, pin: nothing, 'pin-keypad-missing': nothing, returned: nothing, 'hand-over': nothing, done: nothing },
  'counter-applications': { filled: nothing, empty: nothing, making: nothing, opened: nothing, papers: nothing, refuse: nothing, approved: nothing, make: nothing, writing: nothing, made: nothing, 'batch-put': nothing, 'batch-writing': nothing, 'batch-take': nothing, 'batch-failed': nothing, 'batch-done': nothing, failed: nothing },
  'counter-queue': { waiting: nothing, empty: nothing, offline: nothing, quarantined: nothing, retrying: nothing },
  'counter-books': { ready: nothing, counting: nothing, difference: nothing, approval: nothing, closed: nothing, 'numbers-low': nothing, failed: nothing },
} as const satisfies Record<string, Record<string, Scene>>;
