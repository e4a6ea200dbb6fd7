import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookedDay } from './day/books.js';
import { Day } from './day/day.js';
import { errands } from './day/errands.js';
import { errandsIn, namesOf } from './day/table.js';

/** A day at the counter, in part: the errands that stand for the others. `npm run counter-day` plays all of them and writes docs/counter-day.md. */
const page = fileURLToPath(new URL('../../docs/counter-day.md', import.meta.url));
const played = errands.filter(({ inTests }) => inTests);

/** Of a typed resident with complete papers, without name, address, employer and telephone number. */
const mostKeys = 60;
const mostClicks = 15;

describe('the day', () => {
  let day: Day;
  beforeAll(async () => {
    day = await Day.begin();
  }, 180_000);
  afterAll(() => day.end());

  it.each(played.map((errand) => [`${errand.who}: ${errand.what}`, errand] as const))('%s', { timeout: 90_000 }, async (_, errand) => {
    const { cost } = await day.serve(errand);
    if (errand !== errands[0]) return;
    expect(cost.keys).toBeLessThanOrEqual(mostKeys);
    expect(cost.clicks).toBeLessThanOrEqual(mostClicks);
  });

  it('the books of the platform say what was done, each record once', { timeout: 90_000 }, async () => {
    await day.push();
    await day.expectBooks();
    const books = await bookedDay(day.world);
    expect(books).toMatchObject({ whole: true, open: 0, fees: { count: 0, fen: 0 }, blanks: { used: day.blanksTaken, spoiled: 0 } });
    expect(await day.app.watched.faults()).toEqual([]);
  });
});

it('docs/counter-day.md lists the errands that there are', () => {
  expect(existsSync(page)).toBe(true);
  expect(errandsIn(readFileSync(page, 'utf8'))).toEqual(namesOf(errands));
});
