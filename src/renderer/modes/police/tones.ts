import type { VerdictResult } from '../../../contract/index.js';

/** One beep for every outcome would tell nothing: how many there are and how high they are does. Hertz and milliseconds; nothing is a melody. */
export interface ToneRow {
  readonly count: 1 | 2 | 3;
  readonly pitch: 'high' | 'middle' | 'low';
  readonly soft?: true;
}

export const tones = {
  valid: { count: 1, pitch: 'high' },
  suspended: { count: 2, pitch: 'middle' },
  expired: { count: 2, pitch: 'middle' },
  revoked: { count: 3, pitch: 'low' },
  cloned: { count: 3, pitch: 'low' },
  forged: { count: 3, pitch: 'low' },
  'rolled-back': { count: 3, pitch: 'low' },
  unconfirmed: { count: 2, pitch: 'low' },
  undetermined: { count: 2, pitch: 'low' },
  refused: { count: 1, pitch: 'low', soft: true },
} as const satisfies Readonly<Record<VerdictResult | 'refused', ToneRow>>;
export type ToneName = keyof typeof tones;

export const pitches = { high: 880, middle: 587, low: 262 } as const satisfies Readonly<Record<ToneRow['pitch'], number>>;
export const toneLengthMs = 140;
export const toneGapMs = 110;
