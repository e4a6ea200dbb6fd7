import { findingLabels } from '../contract/index.js';
import type { PrintedFinding } from './diagnose.js';

const marks = { ok: '✓', warn: '!', fail: '✕' } as const;

/** A line of the diagnosis for a person, Chinese first, and below it what to do. */
export const printFinding = ({ check, state, sentence, step }: PrintedFinding): string => {
  const label = findingLabels[check];
  const next = step === undefined ? '' : `\n  → ${step.zh}\n    ${step.en}`;
  return `${marks[state]} ${label.zh} ${label.en}: ${sentence.zh}\n  ${sentence.en}${next}`;
};
