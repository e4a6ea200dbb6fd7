import { z } from 'zod';
import { failureCodes, type FailureCode } from './failures.js';

const code = z.enum(failureCodes as [FailureCode, ...FailureCode[]]);

/** Verdicts, worst first (design: the worst line decides). */
export const verdictResults = ['cloned', 'forged', 'rolled-back', 'revoked', 'suspended', 'expired', 'unconfirmed', 'undetermined', 'valid'] as const;
export const verdictResult = z.enum(verdictResults);
export type VerdictResult = z.infer<typeof verdictResult>;

export const verdictLine = z.strictObject({
  check: z.enum(['signature', 'dates', 'status', 'chip', 'counters']),
  result: verdictResult,
  reason: z.string().describe('stable reason, e.g. endorsement-overdue'),
  code: code.optional(),
});
export type VerdictLine = z.infer<typeof verdictLine>;

export const verdict = z.strictObject({
  result: verdictResult,
  /** the law's answer: 有效 / 中止 / 挂失·注销 / 查无; undefined when nothing can be said */
  answer: z.enum(['valid', 'suspended', 'cancelled', 'not-found']).optional(),
  lines: z.array(verdictLine),
  permitNumber: z.string().optional(),
  statusListAgeSeconds: z.number().optional(),
});
export type Verdict = z.infer<typeof verdict>;
