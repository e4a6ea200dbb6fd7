import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clearStage } from '../template.js';
import { Day } from './day.js';
import { errands } from './errands.js';
import { pageOf } from './table.js';

/** `npm run counter-day`: plays every errand and writes docs/counter-day.md; 1 when an errand or the books came out otherwise. */
const file = fileURLToPath(new URL('../../../../docs/counter-day.md', import.meta.url));
const day = await Day.begin(process.pid);
try {
  for (const errand of errands) {
    const { cost } = await day.serve(errand);
    process.stderr.write(`counter-day: ${errand.what}: ${(cost.machineMs / 1000).toFixed(1)} s, ${cost.keys} keys, ${cost.clicks} clicks\n`);
  }
  await day.push();
  await day.expectBooks();
  writeFileSync(file, pageOf(day.played));
} finally {
  await day.end();
  clearStage(process.pid);
}
