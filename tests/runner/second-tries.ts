import { appendFileSync } from 'node:fs';
import type { Reporter, TestCase } from 'vitest/node';

/** Names the tests that passed only at a second try: at the end of the run, and in the file that SECOND_TRIES_FILE names, for the test command to tell them before its last line. */
export class SecondTries implements Reporter {
  readonly #named: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const name = `${test.module.relativeModuleId} > ${test.fullName}`;
    this.#named.push(name);
    noteSecondTry(name);
  }

  onTestRunEnd(): void {
    for (const name of this.#named) process.stdout.write(`passed only at a second try: ${name}\n`);
  }
}

/** Also of what a test file begins before its first test, which vitest does not try again. */
export const noteSecondTry = (what: string): void => {
  const file = process.env['SECOND_TRIES_FILE'];
  if (file !== undefined && file !== '') appendFileSync(file, `${what}\n`);
};
