import type { CapturedRecord } from '../contract/index.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** What a day's captures come to, numbers only: they stay when the records have left for the platform. */
export interface DayTotals {
  readonly fees: { readonly count: number; readonly fen: number };
  /** cards issued, replacements among them */
  readonly issued: number;
  readonly spoiled: number;
  readonly handedOver: number;
  /** refusals of an endorsement are not among them */
  readonly endorsed: number;
  readonly moved: number;
  readonly returned: number;
}

export interface DayBooksView {
  /** Totals of the day in China (UTC+8) that `at` lies in, seconds since 1970 UTC. */
  totals(at: number): DayTotals;
}

/** Inside a transaction of the caller: counts a record that is being captured. */
export type NoteDay = (record: CapturedRecord, capturedAt: number) => void;

const counted = ['fee', 'issue', 'spoiled', 'hand-over', 'endorsement', 'residence-change', 'card-return'] as const;
type Counted = (typeof counted)[number];
const countedAs = (record: CapturedRecord): Counted | undefined =>
  record.type === 'endorsement' && record.decision === 'refused' ? undefined : counted.find((item) => item === record.type);

const chinaOffset = 8 * 3_600;
/** Days in China since 1970. */
export const dayInChina = (at: number): number => Math.floor((at + chinaOffset) / 86_400);
/** Days that are kept: a month and the closure before it. */
const keptDays = 45;

interface TotalRow extends Row {
  item: string;
  count: number;
  fen: number;
}

export function dayBooksView(store: ReadStore): DayBooksView {
  const select = store.query<TotalRow>('SELECT item, count, fen FROM day_total WHERE day = ?');
  return {
    totals: (at) => {
      const rows = new Map(store.read(() => select.all(dayInChina(at))).map((row) => [row.item, row]));
      const fees = rows.get('fee');
      const of = (item: Counted): number => rows.get(item)?.count ?? 0;
      return {
        fees: { count: of('fee'), fen: fees?.fen ?? 0 },
        issued: of('issue'),
        spoiled: of('spoiled'),
        handedOver: of('hand-over'),
        endorsed: of('endorsement'),
        moved: of('residence-change'),
        returned: of('card-return'),
      };
    },
  };
}

export function noteDay(store: WriteStore): NoteDay {
  const add = store.command(
    'INSERT INTO day_total (day, item, count, fen) VALUES (?1, ?2, 1, ?3) ON CONFLICT (day, item) DO UPDATE SET count = count + 1, fen = fen + excluded.fen',
  );
  const forget = store.command('DELETE FROM day_total WHERE day < ?');
  return (record, capturedAt) => {
    const item = countedAs(record);
    if (item === undefined) return;
    add(dayInChina(capturedAt), item, record.type === 'fee' ? record.fen : 0);
    forget(dayInChina(capturedAt) - keptDays);
  };
}
