import type { PermitRefusalCode } from './refusal.js';

/** Worst first: the worst line decides. */
export const verdictOrder = ['cloned', 'forged', 'rolled-back', 'revoked', 'suspended', 'expired', 'unconfirmed', 'undetermined', 'valid'] as const;
export type VerdictResult = (typeof verdictOrder)[number];

export interface VerdictLine {
  readonly check: 'signature' | 'dates' | 'status' | 'chip' | 'counters';
  readonly result: VerdictResult;
  /** stable, listed in payload.md 6 */
  readonly reason: string;
  readonly code?: PermitRefusalCode;
}

/** The shape of the contract's verdict (a test proves it). */
export interface Verdict {
  readonly result: VerdictResult;
  /** the law's answer: 有效 / 中止 / 挂失·注销 / 查无; absent when nothing can be said */
  readonly answer?: 'valid' | 'suspended' | 'cancelled' | 'not-found';
  readonly lines: VerdictLine[];
  /** only of an authentic card */
  readonly permitNumber?: string;
  readonly statusListAgeSeconds?: number;
}
