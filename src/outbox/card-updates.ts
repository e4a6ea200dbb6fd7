import { capturedRecord, CodedError, type CapturedRecord } from '../contract/index.js';
import type { Boxes } from './boxes.js';
import type { Queue } from './queue.js';
import type { ReadStore, Row, WriteStore } from './store.js';

const targets = ['residence', 'endorsements', 'services'] as const;

/**
 * The intent to write one object onto an issued card: it stands here before the card is touched. `chip` is the thumbprint of the card's key, 16 hexadecimal
 * digits. `record` is what the outbox gets when the object is on the card; absent: nothing is captured for it.
 */
export interface CardUpdate {
  readonly chip: string;
  readonly permitNumber: string;
  readonly target: (typeof targets)[number];
  readonly counter: number;
  readonly object: Uint8Array;
  readonly record?: CapturedRecord;
  readonly startedAt: number;
}

/** Throws CodedError SIGN_IN_REQUIRED while local data is locked. */
export interface CardUpdatesView {
  findUpdate(chip: string): CardUpdate | undefined;
  listUpdates(): CardUpdate[];
  /** How many stand there, locked or not. */
  updates(): number;
}
export interface CardUpdates extends CardUpdatesView {
  /** Durable on return. A chip has one at a time: another one for it is a bug and throws. */
  putUpdate(update: CardUpdate): void;
  /** One transaction: the record, if any, enters the queue and the intent goes. The sequence number of the record. */
  commitUpdate(chip: string): number | undefined;
  /** The intent goes, nothing is captured: the object never came onto the card, or something newer lies there. */
  dropUpdate(chip: string): void;
}

interface UpdateRow extends Row {
  chip: string;
  boxed: Uint8Array;
}

/** CBOR gives maps back; records are objects. */
const objectOf = (value: unknown): unknown =>
  value instanceof Map ? Object.fromEntries([...(value as Map<string, unknown>)].map(([key, member]) => [key, objectOf(member)])) : value;

function updateOf({ chip, boxed }: UpdateRow, boxes: Boxes): CardUpdate {
  const content = boxes.open(`card-update/${chip}`, boxed);
  const [permitNumber, named, counter, object, startedAt, plain]: unknown[] = Array.isArray(content) ? (content as unknown[]) : [];
  const target = targets.find((each) => each === named);
  const record = plain === null ? undefined : capturedRecord.safeParse(objectOf(plain));
  const sound = typeof permitNumber === 'string' && target !== undefined && typeof counter === 'number' && object instanceof Uint8Array && typeof startedAt === 'number';
  if (!sound || record?.success === false) throw new CodedError('STORAGE_CORRUPT', 'card update');
  return { chip, permitNumber, target, counter, object, startedAt, ...(record === undefined ? {} : { record: record.data }) };
}

export function cardUpdatesView(store: ReadStore, boxes: Boxes): CardUpdatesView {
  const byChip = store.query<UpdateRow>('SELECT chip, boxed FROM card_update WHERE chip = ?');
  const all = store.query<UpdateRow>('SELECT chip, boxed FROM card_update ORDER BY chip');
  const count = store.query<{ n: number }>('SELECT count(*) AS n FROM card_update');
  return {
    updates: () => store.read(() => count.get()?.n ?? 0),
    findUpdate: (chip) => {
      boxes.requireOpen();
      const row = store.read(() => byChip.get(chip));
      return row === undefined ? undefined : updateOf(row, boxes);
    },
    listUpdates: () => {
      boxes.requireOpen();
      return store.read(() => all.all()).map((row) => updateOf(row, boxes));
    },
  };
}

export function cardUpdates(store: WriteStore, boxes: Boxes, queue: Queue): CardUpdates {
  const insert = store.command('INSERT INTO card_update (chip, boxed) VALUES (?, ?)');
  const remove = store.command('DELETE FROM card_update WHERE chip = ?');
  const view = cardUpdatesView(store, boxes);
  const removeOne = (chip: string): void => {
    // Without its intent the update was closed already: a second record for it would be a duplicate.
    if (remove(chip) !== 1) throw new Error('no update for this chip');
  };
  return {
    ...view,
    putUpdate: ({ chip, permitNumber, target, counter, object, record, startedAt }) => {
      // Boxed inside the transaction: another program may just be changing the key.
      store.write(() => insert(chip, boxes.close(`card-update/${chip}`, [permitNumber, target, counter, object, startedAt, record ?? null])));
    },
    commitUpdate: (chip) => {
      const record = view.findUpdate(chip)?.record;
      const sealed = record === undefined ? undefined : queue.seal(record);
      const seq = store.write(() => {
        removeOne(chip);
        return record === undefined || sealed === undefined ? undefined : queue.append(record, sealed);
      });
      // The boxed object still stands in the write-ahead log until it is emptied.
      store.truncateLog();
      return seq;
    },
    dropUpdate: (chip) => {
      store.write(() => {
        removeOne(chip);
      });
      store.truncateLog();
    },
  };
}
