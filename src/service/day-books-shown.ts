import type { DayBooksShown } from '../contract/index.js';
import type { CounterDesk } from './counter-desk.js';

/** The books of today as the contract shows them: the terminal's own totals, which stay when their records have left. */
export const dayBooksShown = (desk: Pick<CounterDesk, 'books'>): DayBooksShown => {
  const { day, fees, blanks, expected, handedOver, endorsed, moved, returned, closedOn } = desk.books();
  return { day, fees, blanks: { ...blanks, expected }, handedOver, endorsed, moved, returned, ...(closedOn === undefined ? {} : { closedOn }) };
};
