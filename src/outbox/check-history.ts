import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { checkPlace, checkPurpose, CodedError, verdict } from '../contract/index.js';
import type { Boxes } from './boxes.js';
import type { ReadStore, Row, WriteStore } from './store.js';

const content = z.strictObject({ by: z.string(), verdict, listIssuedAt: z.int().nullable(), purpose: checkPurpose, place: checkPlace });

/** What was answered about a card in this shift, who asked, why and where. Nobody's data but the permit number inside the verdict. */
export interface KeptCheck extends z.infer<typeof content> {
  readonly id: string;
  /** seconds since 1970 UTC */
  readonly at: number;
}

/** All of it throws CodedError SIGN_IN_REQUIRED while local data is locked. `by`: operator id, '' when nobody was signed in. */
export interface CheckHistoryView {
  /** Newest first. */
  list(by: string): KeptCheck[];
  get(id: string, by: string): KeptCheck | undefined;
}
/** What deletes needs no key, and is gone from the files on return; it answers the number of lines. */
export interface CheckHistory extends CheckHistoryView {
  /** Durable on return; its id. @throws CodedError SIGN_IN_REQUIRED: local data is locked */
  add(check: Omit<KeptCheck, 'id'>): string;
  /** What was kept longer than `seconds`, and what a clock that was ahead kept for later. */
  purge(now: number, seconds: number): number;
  /** The lines of everybody else. @throws CodedError SIGN_IN_REQUIRED */
  keepOnly(by: string): number;
  clear(): number;
}

interface CheckRow extends Row {
  id: string;
  at: number;
  boxed: Uint8Array;
}

export function checkHistoryView(store: ReadStore, boxes: Boxes): CheckHistoryView {
  const all = store.query<CheckRow>('SELECT id, at, boxed FROM check_history ORDER BY at DESC, rowid DESC');
  const one = store.query<CheckRow>('SELECT id, at, boxed FROM check_history WHERE id = ?');
  const opened = ({ id, at, boxed }: CheckRow): KeptCheck => {
    const text = boxes.open(`history/${id}`, boxed);
    const parsed = content.safeParse(typeof text === 'string' ? JSON.parse(text) : undefined);
    if (!parsed.success) throw new CodedError('STORAGE_CORRUPT', 'history');
    return { id, at, ...parsed.data };
  };
  return {
    list: (by) => {
      boxes.requireOpen();
      return store
        .read(() => all.all())
        .map(opened)
        .filter((check) => check.by === by);
    },
    get: (id, by) => {
      boxes.requireOpen();
      const row = store.read(() => one.get(id));
      const check = row === undefined ? undefined : opened(row);
      return check?.by === by ? check : undefined;
    },
  };
}

export function checkHistory(store: WriteStore, boxes: Boxes): CheckHistory {
  const view = checkHistoryView(store, boxes);
  const insert = store.command('INSERT INTO check_history (id, at, boxed) VALUES (?, ?, ?)');
  const ids = store.query<{ id: string }>('SELECT id FROM check_history');
  const old = store.query<{ id: string }>('SELECT id FROM check_history WHERE at <= ? OR at > ?');
  const remove = store.command('DELETE FROM check_history WHERE id = ?');
  const removed = (which: readonly string[]): number => {
    // Asked every minute, and most of the time there is nothing: no write, then.
    if (which.length === 0) return 0;
    store.write(() => {
      for (const id of which) remove(id);
    });
    store.truncateLog();
    return which.length;
  };
  const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
  return {
    ...view,
    add: ({ at, by, verdict, listIssuedAt, purpose, place }) => {
      const id = randomBytes(16).toString('hex');
      const text = JSON.stringify({ by, verdict, listIssuedAt, purpose, place });
      // Boxed inside the transaction: another program may just be changing the key.
      store.write(() => insert(id, at, boxes.close(`history/${id}`, text)));
      return id;
    },
    purge: (now, seconds) => removed(idsOf(store.read(() => old.all(now - seconds, now + seconds)))),
    keepOnly: (by) => {
      const own = new Set(idsOf(view.list(by)));
      return removed(idsOf(store.read(() => ids.all())).filter((id) => !own.has(id)));
    },
    clear: () => removed(idsOf(store.read(() => ids.all()))),
  };
}
