import { randomBytes } from 'node:crypto';
import { CodedError, type CapturedRecord } from '../contract/index.js';
import { sha256 } from '../node-crypto/index.js';
import type { Boxes } from './boxes.js';
import { dayInChina } from './day-books.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** One line of the counter's list of what it captured today or what still waits: enough to find a case again, nothing more. */
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

/** The same line with what it is found by; held in memory only, and shown to nobody. */
export interface SearchableRecord extends OwnRecord {
  /** '' where the record holds none, or was captured by a program that did not keep it */
  readonly name: string;
  /** last four characters of the ID number */
  readonly idEnd: string;
  /** `idNumberDigest` of it */
  readonly idDigest: string;
  /** number on the slip, where the reference is another one */
  readonly receipt: string;
}

export interface OwnRecordsView {
  /** Newest first. @throws CodedError SIGN_IN_REQUIRED: local data is locked */
  list(limit?: number): OwnRecord[];
  /** Oldest first, from the number behind `after`. @throws CodedError SIGN_IN_REQUIRED: local data is locked */
  searchable(after: number, limit: number): SearchableRecord[];
  /** The smallest and the greatest number; 0 of none. Lines go from the front, and a new epoch numbers them from 1 on: whoever read them sees by this what is not right any more. */
  extent(): { readonly first: number; readonly last: number };
}
export interface OwnRecords extends OwnRecordsView {
  /** Deletes what is received and of a day before that of `at` (seconds since 1970 UTC), also while locked; gone from the files on return. Answers the number of lines. */
  purge(at: number): number;
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

/** What a whole ID number is compared by, 16 hexadecimal digits: the number itself is kept nowhere for it. */
export const idNumberDigest = (idNumber: string): string => Buffer.from(sha256(Buffer.from(idNumber, 'utf8')).subarray(0, 8)).toString('hex');

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

type Line = Omit<SearchableRecord, 'seq'>;
const unnamed = { maskedName: '', name: '', idEnd: '', idDigest: '' } as const;

/** What the list says of a record; undefined for checks and looks at them, which answer about a card and name nobody. */
function lineOf(record: CapturedRecord): Line | undefined {
  if (record.type === 'verification' || record.type === 'check-viewed') return undefined;
  // The records differ in what they carry; each of these fields means the same in all of them.
  const fields: Readonly<Record<string, unknown>> = record;
  const slip = text(fields['receipt']) ?? text(fields['voucher']);
  const reference = text(fields['permitNumber']) ?? slip ?? text(fields['serial']) ?? '';
  const at = 'issuedAt' in record ? record.issuedAt : record.at;
  const named =
    'application' in record
      ? { maskedName: maskName(record.application.name), name: record.application.name, idEnd: record.application.idNumber.slice(-4), idDigest: idNumberDigest(record.application.idNumber) }
      : unnamed;
  return { type: record.type, reference, ...named, by: text(fields['by']) ?? text(fields['requestedBy']) ?? '', at, receipt: slip === undefined || slip === reference ? '' : slip };
}

/** The second form of a box; the first began with the record's type and had five members. */
const form = 2;
const isText = (value: unknown): value is string => typeof value === 'string';

function opened(content: unknown): Line {
  const box: unknown[] = Array.isArray(content) ? (content as unknown[]) : [];
  const [type, reference, maskedName, by, at, receipt = '', name = '', idEnd = '', idDigest = '']: unknown[] = box[0] === form ? box.slice(1) : box;
  const sound = isText(type) && isText(reference) && isText(maskedName) && isText(by) && typeof at === 'number' && isText(receipt) && isText(name) && isText(idEnd) && isText(idDigest);
  if (!sound) throw new CodedError('STORAGE_CORRUPT', 'own record');
  return { type, reference, maskedName, by, at, receipt, name, idEnd, idDigest };
}

const closed = ({ type, reference, maskedName, by, at, receipt, name, idEnd, idDigest }: Line): unknown[] => [form, type, reference, maskedName, by, at, receipt, name, idEnd, idDigest];

export function ownRecordsView(store: ReadStore, boxes: Boxes): OwnRecordsView {
  const newest = store.query<OwnRow>('SELECT id, seq, boxed FROM own_record ORDER BY seq DESC LIMIT ?');
  const onwards = store.query<OwnRow>('SELECT id, seq, boxed FROM own_record WHERE seq > ? ORDER BY seq LIMIT ?');
  const whole = store.query<{ first: number; last: number }>('SELECT coalesce((SELECT min(seq) FROM own_record), 0) AS first, coalesce((SELECT max(seq) FROM own_record), 0) AS last');
  const open = ({ id, boxed }: OwnRow): Line => opened(boxes.open(`own/${id}`, boxed));
  return {
    list: (limit = 1_000) => {
      boxes.requireOpen();
      return store
        .read(() => newest.all(limit))
        .map((row) => {
          const { type, reference, maskedName, by, at } = open(row);
          return { seq: row.seq, type, reference, maskedName, by, at };
        });
    },
    searchable: (after, limit) => {
      boxes.requireOpen();
      return store.read(() => onwards.all(after, limit)).map((row) => ({ seq: row.seq, ...open(row) }));
    },
    extent: () => store.read(() => whole.get()) ?? { first: 0, last: 0 },
  };
}

/** The writing side, each inside a transaction that the caller holds. Times in seconds since 1970 UTC. */
export interface OwnRecordsInside {
  note(seq: number, record: CapturedRecord, capturedAt: number): void;
  /** What a receipt covers is the platform's from now on; lines of days before that of `now` go with it. Answers the number of lines that went. */
  received(last: number, now: number): number;
  /** A new epoch numbers the queue anew: lines whose record has left have no number in it. */
  forgetReceived(): void;
  renumber(seq: number, before: number): void;
}

export function ownRecords(store: WriteStore, boxes: Boxes): { readonly ownRecords: OwnRecords; readonly inside: OwnRecordsInside } {
  const insert = store.command('INSERT INTO own_record (id, seq, day, boxed) VALUES (?, ?, ?, ?)');
  const receive = store.command('UPDATE own_record SET received = 1 WHERE seq <= ? AND received = 0');
  const remove = store.command('DELETE FROM own_record WHERE received = 1 AND day < ?');
  const forget = store.command('DELETE FROM own_record WHERE received = 1');
  const move = store.command('UPDATE own_record SET seq = ? WHERE seq = ?');
  const old = store.query<{ n: number }>('SELECT count(*) AS n FROM own_record WHERE received = 1 AND day < ?');
  return {
    ownRecords: {
      ...ownRecordsView(store, boxes),
      purge: (at) => {
        const day = dayInChina(at);
        // Asked every minute: nothing is written where nothing is old.
        if ((store.read(() => old.get(day))?.n ?? 0) === 0) return 0;
        const removed = store.write(() => remove(day));
        store.truncateLog();
        return removed;
      },
    },
    inside: {
      note: (seq, record, capturedAt) => {
        const line = boxes.locked ? undefined : lineOf(record);
        if (line === undefined) return;
        // The number is outside the box: it changes with the epoch, also while nobody is signed in.
        const id = randomBytes(16).toString('hex');
        insert(id, seq, dayInChina(capturedAt), boxes.close(`own/${id}`, closed(line)));
      },
      received: (last, now) => {
        receive(last);
        return remove(dayInChina(now));
      },
      forgetReceived: () => void forget(),
      renumber: (seq, before) => {
        move(seq, before);
      },
    },
  };
}
