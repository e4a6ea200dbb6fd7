import type { Left } from './day.js';

/** What an errand leaves behind, as an auditor would write it down. */
export const left = (permitNumber: string, events: readonly string[], more: Partial<Left> = {}): Left => ({ permitNumber, state: 'active', events, cards: [0], fen: 0, pins: [], ...more });

/** What came after what was left before, on the same day. */
export const followed = (before: Left, events: readonly string[], { pins = [], fen = 0, ...more }: Partial<Left> = {}): Left => ({
  ...before,
  ...more,
  events: [...before.events, ...events],
  pins: [...before.pins, ...pins],
  fen: before.fen + fen,
});
