import { done, failureCodes, type FailureCode, type QueueLine, type TornCard, type WorkflowOutcome } from '../../../contract/index.js';
import { maskName } from '../../../outbox/index.js';
import { counties } from '../../../permit/index.js';
import { begunCards } from '../../../workflows/index.js';
import type { CounterBooks } from '../../counter-books.js';
import { CounterDesk } from '../../counter-desk.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import { askApproval } from './approval.js';
import { byClerk } from './by-clerk.js';

const linesShown = 200;
const quarantinedShown = 100;

const known = (code: string): FailureCode => (failureCodes as readonly string[]).includes(code) ? (code as FailureCode) : 'RECORD_REFUSED';

/** Today's books in the contract's form. */
export const booksShown = ({ blanks, expected, closedOn, fees, day, handedOver, endorsed, moved, returned }: CounterBooks): WorkflowOutcome<'books'> => ({
  day,
  fees: { count: fees.count, fen: fees.fen },
  blanks: { ...blanks, expected },
  handedOver,
  endorsed,
  moved,
  returned,
  ...(closedOn === undefined ? {} : { closedOn }),
});

/** Half-written cards of the journal. */
export const tornCardsOf = ({ outbox }: Pick<Terminal, 'outbox'>): TornCard[] =>
  begunCards(outbox.journal).map(({ serial, name, can, tries }) => ({ serial, serialEnd: serial.slice(-4), maskedName: maskName(name), at: can === undefined ? 'prepare' : 'write', tries }));

/** What waits for the platform, newest first, why the last sync failed, and what the platform would not take. */
export const queue = (context: FlowContext) =>
  byClerk<'queue'>(context, 'stock', async (_, __, terminal) => {
    const { outbox } = terminal;
    const { pending, acknowledged, epoch: present } = outbox.counts();
    const own = outbox.ownRecords.list();
    const waiting: QueueLine[] = own
      .slice(0, linesShown + 1)
      .filter(({ seq }) => seq > acknowledged)
      .map(({ seq, type, reference, maskedName, by, at }) => ({ seq, type, reference, maskedName, by, at }));
    const quarantined = outbox.quarantined(quarantinedShown).map(({ epoch, seq, type, code, reportedAt }) => {
      const line = epoch === present ? own.find((each) => each.seq === seq) : undefined;
      return { epoch, seq, type, code: known(code), reportedAt, ...(line === undefined ? {} : { reference: line.reference }) };
    });
    const { lastAt, lastFailure } = context.syncing();
    return Promise.resolve(
      done({
        pending,
        oldestAt: pending === 0 ? null : (outbox.pending(1)[0]?.capturedAt ?? null),
        lines: waiting.slice(0, linesShown),
        more: waiting.length > linesShown,
        quarantined,
        lastSyncAt: lastAt,
        lastFailure,
      }),
    );
  });

/** Blanks whose keys lie here and that nobody has begun, half-written cards, and the permit numbers that are left. */
export const stock = (context: FlowContext) =>
  byClerk<'stock'>(context, 'stock', async (_, __, { outbox }) => {
    const begun = new Set(outbox.journal.serials());
    const blanks = outbox.keySets.serials().filter((serial) => !begun.has(serial)).length;
    const numbers = outbox.numbers
      .blocks()
      .map(({ division, year, kind, left }) => ({ division, county: counties.find(({ code: its }) => its === division)?.name ?? '', year, kind: kind === 1 ? ('residence' as const) : ('temporary' as const), left }))
      .sort((a, b) => a.left - b.left);
    return Promise.resolve(done({ blanks, torn: tornCardsOf({ outbox }), numbers }));
  });

export const books = (context: FlowContext) => byClerk<'books'>(context, 'reconcile', async (_, __, terminal) => Promise.resolve(done(booksShown(new CounterDesk(terminal).books()))));

/** A difference is recorded as it is once a second person has seen it; what has changed meanwhile (a fee, a card, the day) is counted anew. FEES_DIFFER, STOCK_DIFFERS */
export const closeDay = (context: FlowContext) =>
  byClerk<'close-day'>(context, 'reconcile', async (handle, { fen, blanks }, terminal) => {
    const counted = { fen, blanks };
    const desk = new CounterDesk(terminal);
    const books = desk.books();
    const { day } = books;
    const closed = await desk.closeDay(counted);
    if (closed.ok) return done({ day, differs: false });
    if (closed.code !== 'FEES_DIFFER' && closed.code !== 'STOCK_DIFFERS') return closed;
    const second = await askApproval(handle, terminal, 'reconcile');
    if (!second.ok) return second;
    const seen = await desk.closeDay(counted, second.value, undefined, books);
    return seen.ok ? done({ day, differs: true }) : seen;
  });
