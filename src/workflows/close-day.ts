import { done, failed, type Outcome, type ReconciliationRecord } from '../contract/index.js';
import { dateInChina } from '../permit/index.js';
import { attempt } from './attempt.js';
import type { CounterContext, Recorded } from './counter-work.js';

/** What the terminal's own books say of a day: fees that it took, and what became of its blanks. */
export interface DayBooks {
  readonly fees: { readonly count: number; readonly fen: number };
  readonly blanks: { readonly opening: number; readonly received: number; readonly issued: number; readonly spoiled: number };
}

/** What a person counted. */
export interface DayCount {
  /** money in the drawer, fen */
  readonly fen: number;
  readonly blanks: number;
}

/** Blanks that must lie there: what was there, plus what came, less what left. */
export const blanksExpected = ({ blanks }: DayBooks): number => blanks.opening + blanks.received - blanks.issued - blanks.spoiled;

/**
 * Closes a day: money and blanks counted against the books. A difference is refused (FEES_DIFFER, STOCK_DIFFERS) until a supervisor has seen it
 * (`approvedBy`, not the one who counted); then it is recorded as it is: every blank and every fen is accounted for, also the missing ones.
 */
export function closeDay(ctx: CounterContext, books: DayBooks, count: DayCount, approvedBy?: string): Promise<Outcome<Recorded>> {
  return attempt(() => {
    const seen = approvedBy !== undefined && approvedBy.trim() !== '' && approvedBy.trim() !== ctx.by.trim();
    if (!seen && count.fen !== books.fees.fen) return Promise.resolve(failed('FEES_DIFFER', `${count.fen - books.fees.fen} fen`));
    if (!seen && count.blanks !== blanksExpected(books)) return Promise.resolve(failed('STOCK_DIFFERS', `${count.blanks - blanksExpected(books)}`));
    const at = ctx.clock.now();
    const record: ReconciliationRecord = {
      type: 'reconciliation',
      day: dateInChina(at),
      fees: { ...books.fees, counted: count.fen },
      blanks: { ...books.blanks, counted: count.blanks },
      by: ctx.by,
      at,
    };
    return Promise.resolve(done({ seq: ctx.outbox.enqueue(record) }));
  });
}
