import { openCounter } from './counter.js';
import { enqueue } from './enqueue.js';
import { progress, tableOf, type Line } from './lines.js';
import { personalise } from './personalise.js';
import { push } from './push.js';
import { statusList } from './status-list.js';
import { verdict } from './verdict.js';

/**
 * Measures what the product promises about speed and size, each number beside its floor from the same run. With `--json` one object on standard
 * output, else a table; progress on standard error. Exit code 1 when a line misses its limit.
 */
const measure = async (): Promise<Line[]> => {
  const lines: Line[] = [];
  const counter = await openCounter(2);
  try {
    lines.push(...(await personalise(counter)));
    lines.unshift(...(await verdict(counter)));
    lines.push(...enqueue());
    lines.push(...(await push(counter)));
  } finally {
    await counter.close();
  }
  return [...lines, ...(await statusList())];
};

const lines = await measure();
process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify({ lines })}\n` : `${tableOf(lines)}\n`);
const missed = lines.filter(({ ok }) => !ok);
for (const { name, value, unit, ratio, limit } of missed) progress(`${name} misses its limit: ${value} ${unit}${ratio === null ? '' : `, ratio ${ratio}`}; wanted ${limit ?? ''}`);
process.exitCode = missed.length === 0 ? 0 : 1;
