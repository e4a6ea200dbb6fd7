import type { LifeCycleEvent } from '../../permit/index.js';
import type { LookupStore, PermitEvent, RecordStatus, StockCount } from './ports.js';
import type { Db, KyselyAccess } from './write.js';

/** The events of a permit and of the applications that its cards were made for, in the order of their times (as `life-rows.ts` tells them). */
const eventsOf = async (db: Db, permitNumber: string): Promise<PermitEvent[]> => {
  const permit = await db.selectFrom('permits').select('person_key').where('permit_number', '=', permitNumber).executeTakeFirst();
  if (permit === undefined) return [];
  const own = await db.selectFrom('events').selectAll().where('permit_number', '=', permitNumber).execute();
  const receipts = [...new Set(own.flatMap((row) => (row.receipt === null ? [] : [row.receipt])))];
  const others =
    receipts.length === 0
      ? []
      : await db
          .selectFrom('events')
          .selectAll()
          .where('receipt', 'in', receipts)
          .where('permit_number', 'is', null)
          .where((e) => e.or([e('person_key', 'is', null), e('person_key', '=', permit.person_key)]))
          .execute();
  const order = (a: (typeof own)[number], b: (typeof own)[number]): number =>
    a.at - b.at || Number(a.origin_terminal > b.origin_terminal) - Number(a.origin_terminal < b.origin_terminal) || a.origin_epoch - b.origin_epoch || a.origin_seq - b.origin_seq;
  return [...own, ...others].sort(order).map((row) => ({
    type: row.type,
    at: row.at,
    terminal: row.origin_terminal === '' ? undefined : row.origin_terminal,
    applied: row.applied === 1,
    code: row.code ?? undefined,
    // Written by `life-rows.ts` from the same type.
    facts: JSON.parse(row.facts) as LifeCycleEvent,
    terminated: row.terminated === null ? undefined : row.terminated === 1,
  }));
};

const zero = { opening: 0, stock: 0, allotted: 0, used: 0, spoiled: 0, returned: 0 };

/** What administration and pulls ask: no holder, no box is read. */
export const lookupStore = ({ db }: KyselyAccess): LookupStore => ({
  events: (permitNumber) => eventsOf(db, permitNumber),

  cards: async (permitNumber) =>
    (await db.selectFrom('cards').selectAll().where('permit_number', '=', permitNumber).orderBy('issued_at', 'desc').orderBy('serial', 'desc').execute()).map((row) => ({
      serial: row.serial,
      statusIndex: row.status_index,
      status: row.status,
      replaced: row.replaced ?? undefined,
    })),

  numberIndex: async (prefixes) => {
    if (prefixes.length === 0) return [];
    const rows = await db
      .selectFrom('cards')
      .innerJoin('permits', 'permits.permit_number', 'cards.permit_number')
      .select(['cards.permit_number as number', 'cards.status_index as index', 'cards.serial as serial', 'permits.serial as newest'])
      .where((e) => e.or(prefixes.map((prefix) => e('cards.permit_number', 'like', `${prefix}%`))))
      .orderBy('cards.permit_number')
      .orderBy('cards.status_index')
      .execute();
    return rows.map((row) => ({ permitNumber: row.number, statusIndex: row.index, newest: row.serial === row.newest }));
  },

  recordStatuses: async (terminal, epoch, after, most) => {
    const rows = await db
      .selectFrom('intake_ledger as l')
      .leftJoin('quarantine as q', (join) => join.onRef('q.terminal', '=', 'l.terminal').onRef('q.epoch', '=', 'l.epoch').onRef('q.seq', '=', 'l.seq'))
      .select(['l.seq as seq', 'l.outcome as outcome', 'l.code as code', 'q.state as state'])
      .where('l.terminal', '=', terminal)
      .where('l.epoch', '=', epoch)
      .where('l.seq', '>', after)
      .orderBy('l.seq')
      .limit(most)
      .execute();
    return rows.map(({ seq, outcome, code, state }): RecordStatus => ({ seq, outcome: outcome === 'applied' && state === 'resolved' ? 'resolved' : outcome, code: code ?? undefined }));
  },

  stock: async () => {
    const rows = await db.selectFrom('blanks').select((e) => ['terminal_id', 'state', e.fn.countAll<number>().as('n')]).groupBy(['terminal_id', 'state']).orderBy('terminal_id').execute();
    const entered = await db.selectFrom('blanks').select((e) => ['terminal_id', e.fn.countAll<number>().as('n')]).groupBy('terminal_id').execute();
    return entered.map(({ terminal_id, n }): StockCount => {
      const own = rows.filter((row) => row.terminal_id === terminal_id);
      return { terminal: terminal_id ?? undefined, ...zero, ...Object.fromEntries(own.map((row) => [row.state, row.n])), opening: n };
    });
  },

  feesOn: async (day) => {
    const taken = await db
      .selectFrom('fees')
      .select((e) => ['origin_terminal as terminal', e.fn.countAll<number>().as('count'), e.fn.sum<number>('fen').as('fen')])
      .where('day', '=', day)
      .groupBy('origin_terminal')
      .orderBy('origin_terminal')
      .execute();
    const closed = await db.selectFrom('reconciliations').selectAll().where('day', '=', day).orderBy('at').execute();
    const terminals = [...new Set([...taken.map((row) => row.terminal), ...closed.map((row) => row.origin_terminal)])].sort();
    return terminals.map((terminal) => {
      const own = taken.find((row) => row.terminal === terminal);
      // The last closing of the day counts: an earlier one was corrected by it.
      const last = closed.findLast((row) => row.origin_terminal === terminal);
      return {
        terminal,
        count: own?.count ?? 0,
        fen: own?.fen ?? 0,
        closed: last === undefined ? undefined : { count: last.fee_count, fen: last.fee_fen, counted: last.fee_counted },
      };
    });
  },

  overdueApplications: async (day) =>
    (await db.selectFrom('applications').selectAll().where('state', 'in', ['accepted', 'approved']).where('due_on', '<', day).orderBy('due_on').orderBy('receipt').execute()).map((row) => ({
      receipt: row.receipt,
      state: row.state,
      purpose: row.purpose ?? undefined,
      dueOn: row.due_on ?? '',
      missingPapers: row.missing_papers,
      permitNumber: row.permit_number ?? undefined,
    })),
});
