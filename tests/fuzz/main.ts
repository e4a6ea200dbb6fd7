import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printJson } from '../../src/cli/output.js';
import { failed } from '../../src/contract/index.js';
import { root, runSuite, type SuiteResult } from './suite.js';
import { targets } from './targets.js';

/**
 * Feeds everything that takes bytes from outside with mutated valid objects, guided by what code they reach. `--seconds N` in all (60), `--target NAME` alone
 * (again for several), `--seed S`, `--json`: one object. `--input FILE --target NAME` runs one input and nothing else. Exit code 0 only when nothing was
 * found and, for a run of all targets, the parsers' lines were reached; 2 when it was asked for wrongly.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string' },
    input: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const chosen = values.target.length === 0 ? targets : targets.filter(({ name }) => values.target.includes(name));
const known = values.target.every((name) => targets.some((entry) => entry.name === name));

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

const tableOf = (result: SuiteResult): string =>
  [
    `seed ${result.seed}`,
    ...result.files.map(({ file, lines, covered, missed }) => `${file.padEnd(40)} ${percent(covered, lines).padStart(8)} ${`${covered}/${lines}`.padStart(8)}  ${missed.slice(0, 12).join(' ')}`),
    ...result.findings.map(({ target, kind, what, file }) => `! ${kind} in ${target}: ${what}; input ${file}`),
    ...result.tooLow.map((file) => `! too few lines: ${file}`),
    `${result.targets.length} targets, ${result.executions} executions, ${result.executionsPerSecond} executions/s, ${result.kept} new-coverage inputs, ${result.crashes} crashes, ${result.hangs} hangs, ` +
      `${result.covered}/${result.lines} lines covered (${percent(result.covered, result.lines)})`,
  ].join('\n');

async function fuzz(): Promise<void> {
  const result = await runSuite({
    // Two run at a time.
    targets: chosen.map(({ name }) => ({ name, seconds: (2 * seconds) / Math.max(2, chosen.length) })),
    seed,
    findings: join(root, '.data', 'fuzz'),
    onTarget: ({ target, executions, executionsPerSecond, kept }) => void process.stderr.write(`${target}: ${executions} executions, ${executionsPerSecond}/s, ${kept} kept\n`),
  });
  // One target alone does not reach what the others are for.
  const wanted = chosen.length === targets.length ? result : { ...result, tooLow: [] };
  const ok = wanted.findings.length === 0 && wanted.tooLow.length === 0;
  process.stdout.write(values.json ? `${JSON.stringify({ ...wanted, ok })}\n` : `${tableOf(wanted)}\n`);
  process.exitCode = ok ? 0 : 1;
}

/** One input, in this process: an exception shows with its stack, a hang stays for a debugger. */
async function reproduce(file: string): Promise<void> {
  const target = await chosen[0]?.load();
  await target?.run(new Uint8Array(readFileSync(file)));
  process.stdout.write(values.json ? `${JSON.stringify({ ok: true })}\n` : 'ended as declared\n');
}

if (!known || !(seconds > 0) || !Number.isSafeInteger(seed) || (values.input !== undefined && values.target.length !== 1)) {
  if (values.json) printJson(failed('INPUT_INVALID', '--seconds, --target, --seed or --input'));
  process.stderr.write(`usage: npm run fuzz [-- --seconds N --target ${targets.map(({ name }) => name).join('|')} --seed S --input FILE --json]\n`);
  process.exitCode = 2;
} else if (values.input === undefined) await fuzz();
else await reproduce(values.input);
