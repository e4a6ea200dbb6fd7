/**
 * Everything that proves the product, once it is built and its types are checked: lint, the table of rooms, and the tests. Ends with one line, `N passed, N failed, N skipped`, counted from
 * vitest's own report; each of the checks beside the tests counts as one failed. Before it stand the tests that passed only at a second try. Arguments are vitest's filters. Where the folder
 * that STANDARD_VECTORS names exists and a full run took no case from it, the run has failed: vectors that nobody reads prove nothing.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInBackground } from './test/background.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const filters = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'residence-card-test-'));
const reportFile = join(scratch, 'report.json');
const vectorCountFile = join(scratch, 'standard-vectors');
const secondTriesFile = join(scratch, 'second-tries');

const say = (text) => process.stdout.write(`${text}\n`);

const runTests = () =>
  new Promise((settle) => {
    const env = { ...process.env, TEST_REPORT_FILE: reportFile, VECTOR_COUNT_FILE: vectorCountFile, SECOND_TRIES_FILE: secondTriesFile };
    const child = spawn(process.execPath, [join(root, 'node_modules', 'vitest/vitest.mjs'), 'run', ...filters], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', () => settle(false));
    child.on('exit', (code) => settle(code === 0));
  });

const linesOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []);

/** Tests as vitest counted them. A file that could not be loaded holds no test that failed, yet it failed. */
const count = () => {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  for (const file of brokenFiles) say(`failed as a whole: ${file.name}`);
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length, skipped: report.numPendingTests + report.numTodoTests };
};

/** Cases of the standards that ran: test files append `path count` lines. */
const standardCases = () => linesOf(vectorCountFile).reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)?.[1] ?? 0), 0);

/** The types of the renderer were checked when it was built; those of its tests, which import components, `tsc -b` cannot see. */
const checksBeside = [
  ['lint failed', ['eslint/bin/eslint.js', '.', '--max-warnings', '0']],
  ['the table of rooms is violated', ['dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'src', 'drivers', 'electron']],
  ['the types of the tests of the renderer do not fit', ['vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'tests/renderer']],
];

/** One after the other, in what time the tests leave of the processors while they wait for cards, pages and processes. */
const checkBeside = async () => {
  const failures = [];
  for (const [failure, [script, ...args]] of checksBeside) {
    const { good, told } = await runInBackground(root, join(root, 'node_modules', script), args);
    if (!good) failures.push({ failure, told });
  }
  return failures;
};

const checks = async () => {
  const failures = [];
  const beside = checkBeside();
  const green = await runTests();
  const { passed, failed, skipped } = count();
  if (!green && failed === 0) failures.push('vitest failed outside its tests');
  if (passed + failed === 0) failures.push('no test ran');

  const vectors = process.env.STANDARD_VECTORS;
  if (vectors !== undefined && existsSync(vectors) && filters.length === 0) {
    const cases = standardCases();
    say(`standard vectors: ${cases} cases`);
    if (cases === 0) failures.push('STANDARD_VECTORS exists and none of its cases ran');
  }
  for (const { failure, told } of await beside) {
    say(told);
    failures.push(failure);
  }
  for (const name of linesOf(secondTriesFile)) say(`passed only at a second try: ${name}`);
  for (const failure of failures) say(`✕ ${failure}`);
  return { passed, failed: failed + failures.length, skipped };
};

try {
  const { passed, failed, skipped } = await checks();
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
