import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/** Tells the test runner how many cases of a file ran, so that a folder that is there and unread fails the run. */
function report(relativePath: string, cases: number): void {
  const file = process.env['VECTOR_COUNT_FILE'];
  if (file !== undefined && file !== '') appendFileSync(file, `${relativePath} ${cases}\n`);
}

/** Cases of a published file: the tests of its groups (Wycheproof), the entries of a list, or one. */
function casesIn(suite: unknown): number {
  if (Array.isArray(suite)) return suite.length;
  const { numberOfTests, vectors } = suite as { numberOfTests?: number; vectors?: unknown[] };
  return numberOfTests ?? vectors?.length ?? 1;
}

/**
 * A file of the standards' vectors, from the folder that STANDARD_VECTORS names; undefined, with one line that says so, where it is not set.
 * With `register`, tests are registered inside it and call `count` for each case they ran; none counted fails. Without it the caller
 * runs every case of the returned value.
 */
export function standardVectors<T>(relativePath: string, register?: (suite: T, count: () => void) => void): T | undefined {
  const folder = process.env['STANDARD_VECTORS'];
  if (folder === undefined || folder === '') {
    process.stdout.write(`STANDARD_VECTORS is not set: ${relativePath} was not run\n`);
    return undefined;
  }
  const suite = JSON.parse(readFileSync(join(folder, relativePath), 'utf8')) as T;
  if (casesIn(suite) === 0) throw new Error(`${relativePath} holds no case`);
  if (register === undefined) {
    report(relativePath, casesIn(suite));
    return suite;
  }
  let cases = 0;
  register(suite, () => {
    cases += 1;
  });
  afterAll(() => {
    report(relativePath, cases);
    expect(cases, `cases of ${relativePath} that ran`).toBeGreaterThan(0);
  });
  return suite;
}
