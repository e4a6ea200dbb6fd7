import { Boxes } from './boxes.js';
import type { PutInside } from './settings.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** Where boxes under the local key lie: table, its key column, and the place inside the box. */
const tables = [
  { table: 'journal', key: 'serial', place: 'journal' },
  { table: 'card_update', key: 'chip', place: 'card-update' },
  { table: 'draft', key: 'id', place: 'draft' },
  { table: 'own_record', key: 'id', place: 'own' },
  { table: 'check_history', key: 'id', place: 'history' },
] as const;

/** The key over the local data (journal, card updates, drafts, own records, history of checks): locked while nobody who may read them is signed in. */
export interface LocalDataView {
  readonly locked: boolean;
  /** @throws CodedError STORAGE_CORRUPT: not the key of what lies there; it stays locked */
  unlock(localKey: Uint8Array): void;
  /** Wipes the key from memory. */
  lock(): void;
  /** Calls `listener` whenever the key is wiped, be it for another one (another person, a new key): what was read under it is to be forgotten. The answer ends it. */
  onLock(listener: () => void): () => void;
  /** Rows under the local key, locked or not. */
  rows(): number;
}
export interface LocalData extends LocalDataView {
  /**
   * Boxes every row anew under `next` and stores `settings` (the copies of the key) in the same transaction; what lay under the key before is gone from the
   * files on return. Stays unlocked. @throws CodedError SIGN_IN_REQUIRED: locked while there are rows
   */
  rekey(next: Uint8Array, settings: Readonly<Record<string, unknown>>): void;
  /**
   * Deletes drafts, own records, the history of checks and the intents to update issued cards, which nobody can open any more, and begins anew under `next`. An update that was half done is
   * done or not as its card shows; only its record is missing, and whoever put the card down does the step again. The journal must be empty: its cards are spoiled first.
   */
  beginAnew(next: Uint8Array, settings: Readonly<Record<string, unknown>>): void;
}

/** Counts the changes of the local key: another program that still holds the key before must not box anything under it. */
export function keyGeneration(store: ReadStore): () => number {
  const select = store.query<{ generation: number } & Row>('SELECT generation FROM local_key WHERE id = 1');
  return () => store.read(() => select.get()?.generation ?? 0);
}

interface BoxRow extends Row {
  id: string;
  boxed: Uint8Array;
}

export function localDataView(store: ReadStore, boxes: Boxes): LocalDataView {
  const first = tables.map(({ table, key, place }) => ({ place, query: store.query<BoxRow>(`SELECT ${key} AS id, boxed FROM ${table} LIMIT 1`) }));
  const counts = tables.map(({ table }) => store.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`));
  return {
    get locked() {
      return boxes.locked;
    },
    unlock: (localKey) => {
      const candidate = new Boxes(localKey);
      // Opened outside the reading: a wrong key is no sign of a damaged file.
      const rows = store.read(() => first.map(({ place, query }) => ({ place, row: query.get() })));
      for (const { place, row } of rows) if (row !== undefined) candidate.open(`${place}/${row.id}`, row.boxed);
      candidate.lock();
      boxes.unlock(localKey);
    },
    lock: () => {
      boxes.lock();
    },
    onLock: (listener) => boxes.onLock(listener),
    rows: () => store.read(() => counts.reduce((sum, query) => sum + (query.get()?.n ?? 0), 0)),
  };
}

export function localData(store: WriteStore, boxes: Boxes, putInside: PutInside): LocalData {
  const view = localDataView(store, boxes);
  const all = tables.map(({ table, key, place }) => ({
    place,
    query: store.query<BoxRow>(`SELECT ${key} AS id, boxed FROM ${table}`),
    update: store.command(`UPDATE ${table} SET boxed = ? WHERE ${key} = ?`),
  }));
  const count = store.command('UPDATE local_key SET generation = generation + 1 WHERE id = 1');
  const deleteDrafts = store.command('DELETE FROM draft');
  const deleteUpdates = store.command('DELETE FROM card_update');
  const deleteOwn = store.command('DELETE FROM own_record');
  const deleteHistory = store.command('DELETE FROM check_history');
  const change = (next: Uint8Array, settings: Readonly<Record<string, unknown>>, rows: (under: Boxes) => void): void => {
    store.write(() => {
      rows(new Boxes(next));
      count();
      for (const [name, value] of Object.entries(settings)) putInside(name, value);
    });
    boxes.unlock(next);
    // The copies of the key before, and boxes under it, still stand in the write-ahead log until it is emptied.
    store.truncateLog();
  };
  return {
    get locked() {
      return boxes.locked;
    },
    unlock: (localKey) => view.unlock(localKey),
    lock: () => view.lock(),
    onLock: (listener) => view.onLock(listener),
    rows: () => view.rows(),
    rekey: (next, settings) => {
      if (view.rows() > 0) boxes.requireOpen();
      change(next, settings, (under) => {
        for (const { place, query, update } of all) for (const { id, boxed } of query.all()) update(under.close(`${place}/${id}`, boxes.open(`${place}/${id}`, boxed)), id);
      });
    },
    beginAnew: (next, settings) => {
      change(next, settings, () => {
        deleteDrafts();
        deleteOwn();
        deleteHistory();
        deleteUpdates();
        if (view.rows() > 0) throw new Error('the journal still has entries');
      });
    },
  };
}
