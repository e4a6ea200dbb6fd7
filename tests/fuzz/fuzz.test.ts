import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leastTogether, parserFiles } from './parser-files.js';
import { root, runSuite, type Ordered, type SuiteResult } from './suite.js';
import { targets } from './targets.js';

const findings = mkdtempSync(join(tmpdir(), 'residence-card-fuzz-test-'));
afterAll(() => rmSync(findings, { recursive: true }));
const seed = 20_261_124;
const run = (list: readonly Ordered[], deadlineMs?: number): Promise<SuiteResult> => runSuite({ targets: list, seed, findings, ...(deadlineMs === undefined ? {} : { deadlineMs }) });

describe('what is fuzzed', () => {
  it.each(parserFiles)('%s is a file', (file) => expect(existsSync(join(root, file))).toBe(true));

  it('has names of its own', () => {
    expect(new Set(targets.map(({ name }) => name)).size).toBe(targets.length);
    expect(new Set(parserFiles).size).toBe(parserFiles.length);
  });
});

describe('planted faults', () => {
  it.each([
    ['crash', 'crash', /TypeError: planted/],
    ['allocation', 'allocation', /bytes for an input of/],
    ['hang', 'hang', /no end/],
    ['death', 'crash', /the process died/],
  ])('a %s is found, named, and its input saved', { timeout: 60_000 }, async (name, kind, what) => {
    const result = await run([{ name: `planted-${name}`, runs: 3_000 }], 1_500);
    expect(result.findings).toHaveLength(1);
    expect(result.findings[0]).toMatchObject({ target: `planted-${name}`, kind });
    expect(result.findings[0]?.what).toMatch(what);
    expect(statSync(result.findings[0]?.file ?? '').size).toBeGreaterThan(1);
  });
});

describe('a short run of every target', () => {
  it('finds nothing and reaches the lines of the parsers', { timeout: 240_000 }, async () => {
    const result = await run(targets.map(({ name, shortRun }) => ({ name, runs: shortRun })), 20_000);
    process.stdout.write(`fuzz: ${result.executions} executions in ${result.seconds.toFixed(1)} s, ${result.kept} new-coverage inputs, ${result.covered}/${result.lines} lines\n`);
    expect(result.findings).toEqual([]);
    expect(result.tooLow).toEqual([]);
    expect(result.covered / result.lines).toBeGreaterThanOrEqual(leastTogether);
    for (const { name, shortRun } of targets) expect(result.targets.find(({ target }) => target === name)?.executions).toBeGreaterThanOrEqual(shortRun);
  });
});
