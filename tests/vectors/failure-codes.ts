import { writeFileSync } from 'node:fs';
import { exitCodeOf, failureCodes, failures, type FailureCode } from '../../src/contract/index.js';

/** `firmware-specs/failure-codes.md`, made from the contract's table so that the page cannot say something else than the product. */
export const failureCodesFile = 'firmware-specs/failure-codes.md';

const rowOf = (code: FailureCode): string => {
  const { severity, zh, nextZh, en, nextEn } = failures[code];
  return `| ${[code, severity, String(exitCodeOf(code)), zh, nextZh, en, nextEn].join(' | ')} |`;
};

export const failureCodesPage = (): string =>
  [
    '# Failure codes',
    '',
    'Normative, generated from `src/contract/failures.ts` by `npm run vectors`; edit there. A code is stable: it MUST NOT change its meaning, and a removed code',
    'MUST NOT be used again. A *refusal* is an expected answer and nothing is broken; a *fault* is hardware, storage, network or a bug. A person is shown the',
    'sentence and the next step in their language, never a bare code; `detail` beside a code names a field, a status word or a count and MUST NOT hold personal data.',
    '',
    '| code | severity | exit | sentence (zh-CN) | next step (zh-CN) | sentence (en) | next step (en) |',
    '|---|---|---|---|---|---|---|',
    ...failureCodes.map(rowOf),
    '',
  ].join('\n');

/** Writes the page below `root`, the root of the repository. */
export const writeFailureCodes = (root: string): void => writeFileSync(`${root}/${failureCodesFile}`, failureCodesPage());
