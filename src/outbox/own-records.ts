import { randomBytes } from 'node:crypto';
import { CodedError, type CapturedRecord } from '../contract/index.js';
import type { Boxes } from './boxes.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** One line of the counter's list of what it captured and the platform has not receipted: enough to find a case again, nothing more. */
export interface OwnRecord {
  readonly seq: number;
  readonly type: string;
  /** permit number, else the number on the resident's slip, else the card's serial */
  readonly reference: string;
  /** first character and asterisks; '' where the record holds no name */
  readonly maskedName: string;
  /** operator id, '' when nobody was signed in */
  readonly by: string;
  readonly at: number;
}

export interface OwnRecordsView {
  /** Newest first. @throws CodedError SIGN_IN_REQUIRED: local data is locked */
  list(limit?: number): OwnRecord[];
}

interface OwnRow extends Row {
  id: string;
  seq: number;
  boxed: Uint8Array;
}

/** Minimal reads: a list over the shoulder must not give a name away. */
export function maskName(name: string): string {
  const [first = '', ...rest] = Array.from(name);
  return first + '*'.repeat(Math.min(rest.length, 3));
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** What the list says of a record; undefined for checks and looks at them, which answer about a card and name nobody. */
function lineOf(record: CapturedRecord): Omit<OwnRecord, 'seq'> | undefined {
  if (record.type === 'verification' || record.type === 'check-viewed') return undefined;
  // The records differ in what they carry; each of these fields means the same in all of them.
  const fields: Readonly<Record<string, unknown>> = record;
  const reference = text(fields['permitNumber']) ?? text(fields['receipt']) ?? text(fields['voucher']) ?? text(fields['serial']) ?? '';
  const maskedName = 'application' in record ? maskName(record.application.name) : '';
  const at = 'issuedAt' in record ? record.issuedAt : record.at;
  return { type: record.type, reference, maskedName, by: text(fields['by']) ?? text(fields['requestedBy']) ?? '', at };
}

export function ownRecordsView(store: ReadStore, boxes: Boxes): OwnRecordsView {
  const newest = store.query<OwnRow>('SELECT id, seq, boxed FROM own_record ORDER BY seq DESC LIMIT ?');
  return {
    list: (limit = 1_000) => {
      boxes.requireOpen();
      return store
        .read(() => newest.all(limit))
        .map(({ id, seq, boxed }) => {
          const content = boxes.open(`own/${id}`, boxed);
          const [type, reference, maskedName, by, at]: unknown[] = Array.isArray(content) ? (content as unknown[]) : [];
          const sound = typeof type === 'string' && typeof reference === 'string' && typeof maskedName === 'string' && typeof by === 'string' && typeof at === 'number';
          if (!sound) throw new CodedError('STORAGE_CORRUPT', 'own record');
          return { seq, type, reference, maskedName, by, at };
        });
    },
  };
}

/** The writing side, each inside a transaction that the caller holds. */
export interface OwnRecordsInside {
  note(seq: number, record: CapturedRecord): void;
  /** What a receipt covers goes with the records themselves. Answers the number of rows. */
  wipe(last: number): number;
  /** A new epoch numbers the queue anew. */
  renumber(seq: number, before: number): void;
}

export function ownRecords(store: WriteStore, boxes: Boxes): OwnRecordsInside {
  const insert = store.command('INSERT INTO own_record (id, seq, boxed) VALUES (?, ?, ?)');
  const remove = store.command('DELETE FROM own_record WHERE seq <= ?');
  const move = store.command('UPDATE own_record SET seq = ? WHERE seq = ?');
  return {
    note: (seq, record) => {
      const line = boxes.locked ? undefined : lineOf(record);
      if (line === undefined) return;
      // The number is outside the box: it changes with the epoch, also while nobody is signed in.
      const id = randomBytes(16).toString('hex');
      insert(id, seq, boxes.close(`own/${id}`, [line.type, line.reference, line.maskedName, line.by, line.at]));
    },
    wipe: (last) => remove(last),
    renumber: (seq, before) => {
      move(seq, before);
    },
  };
}
