import type { KeptCheck } from '../../src/outbox/index.js';

export const checkedNumber = '330302202610000429';

/** An invented check of a shift. */
export const checked = (at: number, by = 'p1'): Omit<KeptCheck, 'id'> => ({
  at,
  by,
  verdict: { result: 'valid', answer: 'valid', lines: [{ check: 'status', result: 'valid', reason: 'status-valid' }], permitNumber: checkedNumber },
  listIssuedAt: at - 3_600,
  purpose: 'station',
  place: '火车站北广场',
});
