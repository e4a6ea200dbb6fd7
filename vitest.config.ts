import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Without the standards' vectors some suites register no case (and say so); with them an empty suite is a failure. The test command fails when nothing ran.
    passWithNoTests: (process.env.STANDARD_VECTORS ?? '') === '',
    // Two cores: tests that start pcscd or a platform are real processes, and more files at once only slow each other.
    maxWorkers: 2,
    // Terminals that tests enrol wrap their keys here, never in the key store of who runs them.
    env: { RESIDENCE_CARD_KEY_STORE: join(tmpdir(), 'residence-card-test-key-store') },
    // The stage of the end-to-end tests is made once in a run, by whichever file comes first.
    globalSetup: ['tests/e2e/run-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
