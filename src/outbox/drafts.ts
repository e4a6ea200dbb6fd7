import { CodedError } from '../contract/index.js';
import type { Boxes } from './boxes.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** An application that the counter began and has not handed in. `content` is what CBOR can hold (maps come back as Map). */
export interface Draft {
  readonly id: string;
  readonly content: unknown;
  /** seconds since 1970 UTC */
  readonly savedAt: number;
}

/** All of it throws CodedError SIGN_IN_REQUIRED while local data is locked. */
export interface DraftsView {
  get(id: string): Draft | undefined;
  /** Newest first. */
  list(): Draft[];
}
export interface Drafts extends DraftsView {
  /** Durable on return; the same id replaces. @throws RangeError: an id that is not 1 to 40 of a-z 0-9 and "-": it lies in clear and must name nobody */
  put(id: string, content: unknown, savedAt: number): void;
  /** Gone from the files on return. False: there was none. */
  delete(id: string): boolean;
  /** Calls `listener` with the id of each draft that this program put or deleted; the answer ends it. */
  onChange(listener: (id: string) => void): () => void;
}

interface DraftRow extends Row {
  id: string;
  boxed: Uint8Array;
}

export function draftsView(store: ReadStore, boxes: Boxes): DraftsView {
  const one = store.query<DraftRow>('SELECT id, boxed FROM draft WHERE id = ?');
  const all = store.query<DraftRow>('SELECT id, boxed FROM draft ORDER BY id');
  const opened = ({ id, boxed }: DraftRow): Draft => {
    const box = boxes.open(`draft/${id}`, boxed);
    const [savedAt, content]: unknown[] = Array.isArray(box) ? (box as unknown[]) : [];
    if (typeof savedAt !== 'number') throw new CodedError('STORAGE_CORRUPT', 'draft');
    return { id, content, savedAt };
  };
  return {
    get: (id) => {
      boxes.requireOpen();
      const row = store.read(() => one.get(id));
      return row === undefined ? undefined : opened(row);
    },
    list: () => {
      boxes.requireOpen();
      return store
        .read(() => all.all())
        .map(opened)
        .sort((a, b) => b.savedAt - a.savedAt);
    },
  };
}

export function drafts(store: WriteStore, boxes: Boxes): Drafts {
  const upsert = store.command('INSERT INTO draft (id, boxed) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET boxed = excluded.boxed');
  const remove = store.command('DELETE FROM draft WHERE id = ?');
  const listeners = new Set<(id: string) => void>();
  const changed = (id: string): void => {
    for (const listener of listeners) listener(id);
  };
  return {
    ...draftsView(store, boxes),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    put: (id, content, savedAt) => {
      if (!/^[a-z0-9-]{1,40}$/.test(id)) throw new RangeError('the id of a draft');
      store.write(() => upsert(id, boxes.close(`draft/${id}`, [savedAt, content])));
      changed(id);
    },
    delete: (id) => {
      boxes.requireOpen();
      const removed = store.write(() => remove(id));
      if (removed > 0) store.truncateLog();
      changed(id);
      return removed > 0;
    },
  };
}
