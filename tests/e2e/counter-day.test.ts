import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookedDay } from './day/books.js';
import { Day } from './day/day.js';
import { errands } from './day/errands.js';
import { errandsIn, namesOf } from './day/table.js';

/** A day at the counter, errand by errand. `npm run counter-day` plays the same and writes docs/counter-day.md. */
const page = fileURLToPath(new URL('../../docs/counter-day.md', import.meta.url));

/** Of a typed resident with complete papers, without name, address, employer and telephone number. */
const mostKeys = 60;
const mostClicks = 15;

describe('the day', () => {
  let day: Day;
  beforeAll(async () => {
    day = await Day.begin();
  }, 180_000);
  afterAll(() => day.end());

  it.each(errands.map((errand) => [`${errand.who}: ${errand.what}`, errand] as const))('%s', { timeout: 90_000 }, async (_, errand) => {
    const { cost } = await day.serve(errand);
    if (errand !== errands[0]) return;
    expect(cost.keys).toBeLessThanOrEqual(mostKeys);
    expect(cost.clicks).toBeLessThanOrEqual(mostClicks);
  });

  it('the books of the platform say what was done, each record once', { timeout: 90_000 }, async () => {
    await day.push();
    await day.expectBooks();
    const books = await bookedDay(day.world);
    expect(books).toMatchObject({ whole: true, open: 0, refused: 1, fees: { count: 2, fen: 4_000 }, blanks: { used: day.blanksTaken, spoiled: 0 } });
    // The clocks went on by the hour that the platform was away.
    expect(books.seconds).toBeGreaterThanOrEqual(3_600);
    expect(books.records).toMatchObject({ registration: 1, supplement: 1, fee: 2 });
    expect(await day.app.watched.faults()).toEqual([]);
  });
});

it('docs/counter-day.md lists the errands that there are', () => {
  expect(existsSync(page)).toBe(true);
  expect(errandsIn(readFileSync(page, 'utf8'))).toEqual(namesOf(errands));
});
