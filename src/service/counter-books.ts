import { addDays, dateInChina, daysBetween, startOfDayInChina, type FullDate } from '../permit/index.js';
import { blanksExpected, type DayBooks } from '../workflows/index.js';
import { plain } from './plain.js';
import type { Terminal } from './terminal.js';

/** The setting that keeps what the last closed day left of blanks. */
const blanksSetting = 'stock/closing';
/** The setting that keeps the last day that was closed, and with how many blanks it had begun: closed again, it begins with the same. */
const closedSetting = 'stock/closed';
interface ClosedDay {
  readonly day: string;
  readonly opening: number;
  /** blanks that had been used when it was closed; absent of a day that an older program closed */
  readonly used?: number;
}
/** Days of which the books know what was used. */
const daysKept = 45;

export interface CounterBooks extends DayBooks {
  readonly day: string;
  readonly expected: number;
  readonly handedOver: number;
  readonly endorsed: number;
  readonly moved: number;
  readonly returned: number;
  /** the last day that was closed, YYYY-MM-DD */
  readonly closedOn?: string;
}

type Kept = Pick<Terminal, 'outbox' | 'clock'>;

const closedDay = (setting: unknown): ClosedDay | undefined => {
  const { day, opening, used } = (plain(setting) ?? {}) as Record<string, unknown>;
  return typeof day === 'string' && typeof opening === 'number' ? { day, opening, ...(typeof used === 'number' ? { used } : {}) } : undefined;
};

const usedOn = ({ outbox }: Kept, day: FullDate): number => {
  const { issued, spoiled } = outbox.days.totals(startOfDayInChina(day));
  return issued + spoiled;
};

/** What the last closed day left, less what was used since: on that day afterwards, and on days that nobody closed. */
const openingAfter = (terminal: Kept, closed: ClosedDay | undefined, day: FullDate): number => {
  const left = terminal.outbox.settings.get(blanksSetting);
  if (typeof left !== 'number' || closed === undefined) return typeof left === 'number' ? left : 0;
  let used = closed.used === undefined ? 0 : usedOn(terminal, closed.day) - closed.used;
  const from = daysBetween(closed.day, day) > daysKept ? addDays(day, -daysKept) : closed.day;
  for (let each = addDays(from, 1); each < day; each = addDays(each, 1)) used += usedOn(terminal, each);
  return Math.max(0, left - used);
};

/** The terminal's own books of today. Blanks that lie here are those whose keys it holds and those that are half written. */
export const counterBooks = (terminal: Kept): CounterBooks => {
  const { outbox, clock } = terminal;
  const day = dateInChina(clock.now());
  const { fees, issued, spoiled, ...counts } = outbox.days.totals(clock.now());
  const here = outbox.keySets.serials().length;
  const closed = closedDay(outbox.settings.get(closedSetting));
  const opening = closed?.day === day ? closed.opening : openingAfter(terminal, closed, day);
  const books = { fees, blanks: { opening, received: Math.max(0, here + issued + spoiled - opening), issued, spoiled } };
  return { day, ...books, expected: blanksExpected(books), ...counts, ...(closed === undefined ? {} : { closedOn: closed.day }) };
};

/** The day is closed with so many blanks counted. */
export const noteClosed = ({ outbox }: Kept, { day, blanks }: Pick<CounterBooks, 'day' | 'blanks'>, counted: number): void =>
  outbox.settings.put({ [blanksSetting]: counted, [closedSetting]: { day, opening: blanks.opening, used: blanks.issued + blanks.spoiled } });
