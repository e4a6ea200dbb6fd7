import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/runner/longest-first.js';
import { SecondTries } from './tests/runner/second-tries.js';

const report = process.env.TEST_REPORT_FILE;

/** Files that drive a browser or Electron, mostly with a pcscd of their own. */
const driven = 'tests/{e2e,electron,packaging}/**/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      // A browser that stalls once on a busy machine is no finding: a second try, which is told (tests/runner/second-tries.ts).
      { extends: true, test: { name: 'driven', include: [driven], retry: 1 } },
      { extends: true, test: { name: 'plain', include: ['tests/**/*.test.ts'], exclude: [driven] } },
    ],
    // Without the standards' vectors some suites register no case (and say so); with them an empty suite is a failure. The test command fails when nothing ran.
    passWithNoTests: (process.env.STANDARD_VECTORS ?? '') === '',
    // Two cores: tests that start pcscd or a platform are real processes, and more files at once only slow each other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', new SecondTries(), ...(report === undefined ? [] : [['json', { outputFile: report }] as const])],
    // Terminals that tests enrol wrap their keys here, never in the key store of who runs them.
    env: { RESIDENCE_CARD_KEY_STORE: join(tmpdir(), 'residence-card-test-key-store') },
    // The stage of the end-to-end tests is made once in a run, by whichever file comes first.
    globalSetup: ['tests/e2e/run-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
