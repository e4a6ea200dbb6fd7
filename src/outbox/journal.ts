import { CodedError, type CapturedRecord } from '../contract/index.js';
import type { Boxes } from './boxes.js';
import { cardUpdates, cardUpdatesView, type CardUpdates, type CardUpdatesView } from './card-updates.js';
import type { EraseKeySet } from './key-sets.js';
import type { Queue } from './queue.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** A card that is being written: the write-ahead note that lets another run finish it. `payload` is the workflow's own. */
export interface JournalEntry {
  serial: string;
  state: 'reserved' | 'prepared';
  permitNumber: string;
  statusIndex: number;
  /** hex, or empty before there is a SOD */
  sodHash: string;
  payload: Uint8Array;
  startedAt: number;
  /** how often it was begun or gone on with; absent: once, by a program that did not count */
  tries?: number;
}

/** Throws CodedError SIGN_IN_REQUIRED while local data is locked, but for what says so. */
export interface JournalView extends CardUpdatesView {
  /** Serials of the cards that are half written, also while locked. */
  serials(): string[];
  find(serial: string): JournalEntry | undefined;
  findBySodHash(hex: string): JournalEntry | undefined;
  list(): JournalEntry[];
}
export interface Journal extends JournalView, CardUpdates {
  /** Durable on return. */
  put(entry: JournalEntry): void;
  /** One transaction: the sealed record (and what belongs to it, behind it) enters the queue, the entry goes, the key set is erased. Answers the sequence number of the first. */
  complete(serial: string, record: CapturedRecord, ...more: readonly CapturedRecord[]): number;
  /** As `complete`, for a blank that cannot be finished. Both work while locked: nothing is read. */
  spoil(serial: string, record: CapturedRecord): number;
}

interface JournalRow extends Row {
  serial: string;
  sod_hash: string;
  boxed: Uint8Array;
}

function entryOf(row: JournalRow, boxes: Boxes): JournalEntry {
  const content = boxes.open(`journal/${row.serial}`, row.boxed);
  const [state, permitNumber, statusIndex, payload, startedAt, sodHash, tries]: unknown[] = Array.isArray(content) ? (content as unknown[]) : [];
  const sound =
    (state === 'reserved' || state === 'prepared') &&
    typeof permitNumber === 'string' &&
    typeof statusIndex === 'number' &&
    payload instanceof Uint8Array &&
    typeof startedAt === 'number' &&
    sodHash === row.sod_hash &&
    (tries === undefined || typeof tries === 'number');
  if (!sound) throw new CodedError('STORAGE_CORRUPT', 'journal entry');
  return { serial: row.serial, state, permitNumber, statusIndex, sodHash: row.sod_hash, payload, startedAt, ...(tries === undefined ? {} : { tries }) };
}

export function journalView(store: ReadStore, boxes: Boxes): JournalView {
  const bySerial = store.query<JournalRow>('SELECT serial, sod_hash, boxed FROM journal WHERE serial = ?');
  const bySod = store.query<JournalRow>('SELECT serial, sod_hash, boxed FROM journal WHERE sod_hash = ? LIMIT 1');
  const all = store.query<JournalRow>('SELECT serial, sod_hash, boxed FROM journal ORDER BY serial');
  const opened = (row: JournalRow | undefined): JournalEntry | undefined => (row === undefined ? undefined : entryOf(row, boxes));
  // Locked is locked, also where there is nothing to open: a caller finds out on the first day, not on the first half-written card.
  const unlocked = <T>(work: () => T): T => {
    boxes.requireOpen();
    return work();
  };
  return {
    ...cardUpdatesView(store, boxes),
    serials: () => store.read(() => all.all()).map((row) => row.serial),
    find: (serial) => unlocked(() => opened(store.read(() => bySerial.get(serial)))),
    // Entries before their SOD all have the empty hash; nobody looks for one of them by it.
    findBySodHash: (hex) => unlocked(() => (hex === '' ? undefined : opened(store.read(() => bySod.get(hex))))),
    list: () => unlocked(() => store.read(() => all.all()).map((row) => entryOf(row, boxes))),
  };
}

export function journal(store: WriteStore, boxes: Boxes, queue: Queue, eraseKeySet: EraseKeySet): Journal {
  const upsert = store.command(
    'INSERT INTO journal (serial, sod_hash, boxed) VALUES (?, ?, ?) ON CONFLICT (serial) DO UPDATE SET sod_hash = excluded.sod_hash, boxed = excluded.boxed',
  );
  const remove = store.command('DELETE FROM journal WHERE serial = ?');
  const close = (serial: string, record: CapturedRecord, ...more: readonly CapturedRecord[]): number => {
    const sealed = queue.seal(record);
    const others = more.map((each) => ({ record: each, sealed: queue.seal(each) }));
    const seq = store.write(() => {
      // Without its entry the card was closed already: a second record for it would be a duplicate.
      if (remove(serial) !== 1) throw new Error('no journal entry for this serial');
      eraseKeySet(serial);
      const first = queue.append(record, sealed);
      for (const other of others) queue.append(other.record, other.sealed);
      return first;
    });
    // The erased keys (boxed) and the payload still stand in the write-ahead log until it is emptied.
    store.truncateLog();
    return seq;
  };
  return {
    ...journalView(store, boxes),
    ...cardUpdates(store, boxes, queue),
    put: ({ serial, state, permitNumber, statusIndex, sodHash, payload, startedAt, tries }) => {
      // Boxed inside the transaction: another program may just be changing the key.
      store.write(() => upsert(serial, sodHash, boxes.close(`journal/${serial}`, [state, permitNumber, statusIndex, payload, startedAt, sodHash, ...(tries === undefined ? [] : [tries])])));
    },
    complete: close,
    spoil: close,
  };
}
