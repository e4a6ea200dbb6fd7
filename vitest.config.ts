import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/runner/longest-first.js';
import { SecondTries } from './tests/runner/second-tries.js';

const report = process.env.TEST_REPORT_FILE;

/** Folders that drive a browser or Electron, mostly with a pcscd of their own. */
const driven = ['e2e', 'electron', 'packaging'];
/** Folders that compute and keep books in one process: one of its own for each file would take longer to load the modules than most of them run. */
const pure = ['attack', 'card', 'contract', 'cose', 'cvc', 'emulator', 'iso7816', 'node-crypto', 'outbox', 'permit', 'platform', 'sync', 'vectors', 'workflows'];
/** In those folders: what starts pcscd, loads a PKCS#11 module, whose token stands in the environment, or holds the clock. */
const impure = ['tests/workflows/*pcscd.test.ts', 'tests/emulator/virtual-reader.test.ts', 'tests/platform/{cvca,token,terminal-certificates,keys}.test.ts', 'tests/sync/sync-loop.test.ts'];

export default defineConfig({
  test: {
    projects: [
      // A browser that stalls once on a busy machine is no finding: a second try, which is told (tests/runner/second-tries.ts).
      { extends: true, test: { name: 'driven', include: [`tests/{${driven.join()}}/**/*.test.ts`], retry: 1 } },
      { extends: true, test: { name: 'plain', include: [`tests/!(${[...driven, ...pure].join('|')})/**/*.test.ts`, ...impure] } },
      { extends: true, test: { name: 'pure', include: [`tests/{${pure.join()}}/**/*.test.ts`], exclude: impure, isolate: false } },
    ],
    // Without the standards' vectors some suites register no case (and say so); with them an empty suite is a failure. The test command fails when nothing ran.
    passWithNoTests: (process.env.STANDARD_VECTORS ?? '') === '',
    // One more than the two cores of the machine that proves a change: what starts pcscd, a platform or a browser waits for it half of its time.
    maxWorkers: 3,
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
