import type { VerdictLine, VerdictResult } from '../../../contract/index.js';

/** Colours of a state by its token; nine results share five, and each has its own word and its own sign in the shape. */
export type VerdictTone = 'valid' | 'suspended' | 'revoked' | 'cloned' | 'undetermined';
export type VerdictOutline = 'circle' | 'triangle' | 'octagon' | 'striped-square' | 'dashed-ring';
export type VerdictGlyph = 'tick' | 'bars' | 'hourglass' | 'cross' | 'copies' | 'fake' | 'back' | 'dots' | 'question';

export interface VerdictSign {
  readonly tone: VerdictTone;
  readonly outline: VerdictOutline;
  readonly glyph: VerdictGlyph;
}

export const verdictSigns = {
  valid: { tone: 'valid', outline: 'circle', glyph: 'tick' },
  suspended: { tone: 'suspended', outline: 'triangle', glyph: 'bars' },
  expired: { tone: 'suspended', outline: 'triangle', glyph: 'hourglass' },
  revoked: { tone: 'revoked', outline: 'octagon', glyph: 'cross' },
  cloned: { tone: 'cloned', outline: 'striped-square', glyph: 'copies' },
  forged: { tone: 'cloned', outline: 'striped-square', glyph: 'fake' },
  'rolled-back': { tone: 'cloned', outline: 'striped-square', glyph: 'back' },
  unconfirmed: { tone: 'undetermined', outline: 'dashed-ring', glyph: 'dots' },
  undetermined: { tone: 'undetermined', outline: 'dashed-ring', glyph: 'question' },
} as const satisfies Readonly<Record<VerdictResult, VerdictSign>>;

/** What a history row's result means here; a result that a newer service knows reads as undetermined. */
export const knownResult = (result: string): VerdictResult => (Object.hasOwn(verdictSigns, result) ? (result as VerdictResult) : 'undetermined');

/** These say that somebody made or changed the card: the panel of what to report belongs to them. */
export const isReportable = (result: VerdictResult): boolean => verdictSigns[result].tone === 'cloned';

export type LineMark = 'passed' | 'failed' | 'open';

/** ✓ only for a check that ran and passed; – for one that could not be judged; ✕ for one that found something. */
export const markOf = (result: VerdictResult): LineMark => {
  switch (result) {
    case 'valid':
      return 'passed';
    case 'undetermined':
    case 'unconfirmed':
      return 'open';
    case 'cloned':
    case 'forged':
    case 'rolled-back':
    case 'revoked':
    case 'suspended':
    case 'expired':
      return 'failed';
  }
};
export const markSigns = { passed: '✓', failed: '✕', open: '–' } as const satisfies Readonly<Record<LineMark, string>>;

/** Positions of the lines never change. */
export const checkOrder = ['signature', 'chip', 'status', 'dates', 'counters'] as const satisfies readonly VerdictLine['check'][];
