import { availableParallelism, loadavg } from 'node:os';
import { app } from './app.js';
import { openCounter } from './counter.js';
import { enqueue } from './enqueue.js';
import { flows } from './flows.js';
import { line, progress, tableOf, type Line } from './lines.js';
import { newPermits } from './new-permit.js';
import { personalise } from './personalise.js';
import { push } from './push.js';
import { search } from './search.js';
import { statusList } from './status-list.js';
import { verdict } from './verdict.js';

/**
 * Measures what the product promises about speed and size, each number beside its floor from the same run. With `--json` one object on standard
 * output, else a table; progress on standard error. Parts named on the command line run alone. Exit code 1 when a line misses its limit.
 */
const counterParts = { personalise, verdict, flows, push };
const parts = ['verdict', 'flows', 'personalise', 'enqueue', 'push', 'status-list', 'search', 'app', 'counter'] as const;
type Part = (typeof parts)[number];
const isPart = (word: string): word is Part => (parts as readonly string[]).includes(word);

const words = process.argv.slice(2).filter((word) => word !== '--json');
const unknown = words.filter((word) => !isPart(word));
const asked = new Set<Part>(words.length === 0 ? parts : words.filter(isPart));
// They need a card that was issued.
if (asked.has('verdict') || asked.has('flows')) asked.add('personalise');

const atCounter = async (): Promise<Line[]> => {
  const chosen = (['personalise', 'verdict', 'flows', 'push'] as const).filter((part) => asked.has(part));
  if (chosen.length === 0) return [];
  const counter = await openCounter(3);
  try {
    const lines: Line[] = [];
    for (const part of chosen) lines.push(...(await counterParts[part](counter)));
    return lines;
  } finally {
    await counter.close();
  }
};

const measure = async (): Promise<Line[]> => [...(await atCounter()), ...(asked.has('enqueue') ? enqueue() : []), ...(asked.has('status-list') ? await statusList() : []), ...(asked.has('search') ? await search() : []), ...(asked.has('app') ? await app() : []), ...(asked.has('counter') ? await newPermits() : [])];

if (unknown.length > 0) {
  progress(`no such part: ${unknown.join(', ')}; there are ${parts.join(', ')}`);
  process.exitCode = 1;
} else {
  // Times mean little on a machine that is busy with something else: how busy it was is said beside them.
  const [busy = 0] = loadavg();
  const lines = [line('machine-load-per-core', busy / availableParallelism(), ''), ...(await measure())];
  process.stdout.write(process.argv.includes('--json') ? `${JSON.stringify({ lines })}\n` : `${tableOf(lines)}\n`);
  for (const { name, value, unit, ratio, limit } of lines.filter(({ ok }) => !ok)) {
    progress(`${name} misses its limit: ${value} ${unit}${ratio === null ? '' : `, ratio ${ratio}`}; wanted ${limit ?? ''}`);
  }
  process.exitCode = lines.every(({ ok }) => ok) ? 0 : 1;
}
