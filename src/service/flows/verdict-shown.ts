import type { Verdict } from '../../contract/index.js';
import type { Verified } from '../../workflows/index.js';

/** A verdict in the contract's form. */
export const verdictShown = ({ result, answer, lines, permitNumber, statusListAgeSeconds }: Verified['verdict']): Verdict => ({
  result,
  ...(answer === undefined ? {} : { answer }),
  lines: lines.map(({ check, result: each, reason, code }) => ({ check, result: each, reason, ...(code === undefined ? {} : { code }) })),
  ...(permitNumber === undefined ? {} : { permitNumber }),
  ...(statusListAgeSeconds === undefined ? {} : { statusListAgeSeconds }),
});
