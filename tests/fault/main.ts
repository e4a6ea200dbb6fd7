import { parseArgs } from 'node:util';
import { printJson } from '../../src/cli/output.js';
import { failed } from '../../src/contract/index.js';
import { runFaults, type SuiteResult } from './suite.js';

/**
 * Breaks terminal, platform and the network between them, many times and in many ways, and looks whether every captured record has its one effect.
 * `--n N` faults (2,000), `--seed S`, `--json`: one object on standard output instead of the table. Exit code 1 when a record was lost or has a second
 * effect, or when a fault was not named as it must be; 2 when it was asked for wrongly.
 */
const { values } = parseArgs({ options: { n: { type: 'string', default: '2000' }, seed: { type: 'string' }, json: { type: 'boolean', default: false } } });
const n = Number(values.n);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);

const tableOf = (result: SuiteResult): string => {
  const row = (name: string, value: string | number): string => `${name.padEnd(34)} ${String(value).padStart(10)}`;
  return [
    ...Object.entries(result.faults).map(([kind, count]) => row(kind, count)),
    '',
    row('faults', result.total),
    row('seed', result.seed),
    row('captured', result.captured),
    row('durable, killed before it was said', result.unsaid),
    row('in quarantine', result.quarantined),
    row('pending', result.pending),
    row('lost', result.lost.length),
    row('duplicated', result.duplicated.length),
    row('unexpected', result.unexpected.length),
    row('database growth, bytes', result.databaseGrowth),
    row('records/s', result.recordsPerSecond.toFixed(1)),
    row('faults/s', result.faultsPerSecond.toFixed(1)),
    row('seconds', result.seconds.toFixed(1)),
    ...result.findings.map((finding) => `! ${finding}`),
  ].join('\n');
};

if (!Number.isSafeInteger(n) || n < 1 || !Number.isSafeInteger(seed)) {
  if (values.json) printJson(failed('INPUT_INVALID', '--n or --seed'));
  process.stderr.write('usage: npm run fault [-- --n N --seed S --json]\n');
  process.exitCode = 2;
} else {
  let told = 0;
  const result = await runFaults({
    n,
    seed,
    onProgress: (faults) => {
      if (faults - told < 100) return;
      told = faults;
      process.stderr.write(`${faults} faults\n`);
    },
  });
  const summary = { ...result, lost: result.lost.length, duplicated: result.duplicated.length, unexpected: result.unexpected.length };
  process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : `${tableOf(result)}\n`);
  process.exitCode = result.ok ? 0 : 1;
}
