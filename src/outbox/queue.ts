import { CodedError, done, failed, priorityOf, type CapturedRecord, type Outcome } from '../contract/index.js';
import { encodeCbor, sameBytes, sealTo, type CryptoPort, type Sealer } from '../cose/index.js';
import { chainHash, chainStart } from './chain.js';
import { KnownTime, largestLead, type Clock } from './known-time.js';
import type { NoteDay } from './day-books.js';
import type { OwnRecordsInside } from './own-records.js';
import type { PlatformKey } from './platform-signature.js';
import { openReceipt } from './receipt.js';
import type { Row, WriteStore } from './store.js';
import { QueueView, type ChainState, type RecordOutcome } from './queue-view.js';

export interface Acknowledged {
  /** records deleted by this receipt; 0 when it came a second time */
  readonly deleted: number;
  /** the last sequence number that the platform has received */
  readonly last: number;
  readonly quarantined: readonly (readonly [seq: number, code: string])[];
}

/** How much may wait before new work is refused (sync.md 4.3). */
export interface QueueLimit {
  readonly records: number;
  /** of sealed records */
  readonly bytes: number;
}

/** What the platform says of one record of an epoch (sync.md 5, record-status). */
export interface HeardStatus {
  readonly seq: number;
  readonly outcome: RecordOutcome;
  readonly code?: string;
}

/** Records that left the queue of which it is remembered what became of them. */
const rememberedStatuses = 1_000;
/** What has this priority or a smaller one is taken by a full queue too: losses and cards that came back. */
const alwaysTaken = 1;

/** sync.md 3: one ephemeral key pair lives an hour at most. */
const sealerSeconds = 3_600;

interface QueueParts {
  readonly store: WriteStore;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  readonly sealingKey: Uint8Array;
  /** called inside the transaction of a receipt that names a new sealing key */
  readonly keepSealingKey: (key: Uint8Array) => void;
  /** the counter's own list, kept in step inside the same transactions */
  readonly own: OwnRecordsInside;
  readonly noteDay: NoteDay;
}

/** CBOR knows `undefined`, the wire does not: an absent option is left out (sync.md 3). */
function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, withoutAbsent(member)]),
  );
}

type Tip = Pick<ChainState, 'next_seq' | 'head' | 'server_time' | 'last_captured' | 'acknowledged_seq' | 'pending_bytes'> & Row;

/** The queue: sealed records, gapless numbers, one hash chain. Every change is one transaction. */
export class Queue extends QueueView {
  readonly #parts: QueueParts;
  readonly #tip;
  readonly #insert;
  readonly #advance;
  readonly #remove;
  readonly #settle;
  readonly #quarantine;
  readonly #boundTime;
  readonly #rechain;
  readonly #restart;
  readonly #giveUpNumbers;
  readonly #giveUpIndexes;
  readonly #receivedBytes;
  readonly #received;
  readonly #typeOf;
  readonly #noteReceived;
  readonly #forget;
  readonly #markAdvanced;
  readonly #hearStatus;
  readonly #leaveQuarantine;
  readonly #time: KnownTime;
  #limit: QueueLimit = { records: Infinity, bytes: Infinity };
  #sealer: Sealer;
  #sealerUntil = 0;
  #sealingKey: Uint8Array;

  constructor(parts: QueueParts) {
    super(parts.store, parts.crypto);
    const { store } = parts;
    this.#parts = parts;
    this.#sealingKey = parts.sealingKey;
    this.#sealer = sealTo(parts.sealingKey);
    // What an enqueue needs and no more: this is the one path whose speed is measured.
    this.#tip = store.query<Tip>('SELECT next_seq, head, server_time, last_captured, acknowledged_seq, pending_bytes FROM chain WHERE id = 1');
    this.#insert = store.command('INSERT INTO record (seq, type, priority, captured_at, sealed, hash) VALUES (?, ?, ?, ?, ?, ?)');
    this.#advance = store.command('UPDATE chain SET next_seq = ?, head = ?, last_captured = ?, pending_bytes = ? WHERE id = 1');
    this.#remove = store.command('DELETE FROM record WHERE seq <= ?');
    this.#settle = store.command('UPDATE chain SET acknowledged_seq = ?, acknowledged_hash = ?, pending_bytes = pending_bytes - ? WHERE id = 1');
    this.#receivedBytes = store.query<{ bytes: number }>('SELECT coalesce(sum(length(sealed)), 0) AS bytes FROM record WHERE seq <= ?');
    this.#received = store.query<{ seq: number; type: string; captured_at: number }>('SELECT seq, type, captured_at FROM record WHERE seq <= ? AND seq > ?');
    this.#typeOf = store.query<{ type: string }>('SELECT type FROM record WHERE seq = ?');
    this.#noteReceived = store.command('INSERT INTO record_status (epoch, seq, type, captured_at, outcome, code, heard_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#forget = store.command(`DELETE FROM record_status WHERE (epoch, seq) <= (?1, ?2 - ${rememberedStatuses}) AND outcome <> 'quarantined'`);
    this.#markAdvanced = store.command('UPDATE record SET advanced = 1 WHERE seq = ? AND priority = 0');
    this.#hearStatus = store.command('UPDATE record_status SET outcome = ?3, code = ?4, heard_at = ?5 WHERE epoch = ?1 AND seq = ?2 AND (outcome <> ?3 OR code IS NOT ?4)');
    this.#leaveQuarantine = store.command('DELETE FROM quarantine WHERE epoch = ? AND seq = ?');
    this.#quarantine = store.command('INSERT INTO quarantine (epoch, seq, type, code, reported_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#boundTime = store.command(
      // A record before that lies ahead of a signed time was stamped by a wrong clock: it must not drag the next ones along.
      `UPDATE chain SET server_time = max(server_time, ?1), last_captured = CASE WHEN last_captured > ?1 + ${largestLead} THEN ?1 ELSE last_captured END
       WHERE id = 1 AND (server_time < ?1 OR last_captured > ?1 + ${largestLead})`,
    );
    this.#time = new KnownTime(parts.clock);
    this.#rechain = store.command('UPDATE record SET seq = ?, hash = ? WHERE seq = ?');
    this.#giveUpNumbers = store.command('UPDATE number_block SET next = last + 1');
    this.#giveUpIndexes = store.command('UPDATE delegation SET next = last + 1');
    this.#restart = store.command(
      'UPDATE chain SET epoch = ?, next_seq = ?, head = ?, acknowledged_seq = 0, acknowledged_hash = ? WHERE id = 1',
    );
  }

  /** Seals `record`; the plain bytes never reach the disk. */
  seal(record: CapturedRecord): Uint8Array {
    const now = this.#parts.clock.now();
    // A clock set back must not stretch the hour: `until` further away than an hour is as good as over.
    if (now >= this.#sealerUntil || this.#sealerUntil - now > sealerSeconds) {
      this.#sealer = sealTo(this.#sealingKey);
      this.#sealerUntil = now + sealerSeconds;
    }
    return this.#sealer.seal(encodeCbor(withoutAbsent(record)));
  }

  /** Appends inside a transaction of the caller, however full the queue is: the work is done. Answers the sequence number. */
  append(record: CapturedRecord, sealed: Uint8Array): number {
    return this.#append(this.#tipRow(), record, sealed);
  }

  #tipRow(): Tip {
    return this.#tip.get() ?? this.chainRow();
  }

  #append(chain: Tip, record: CapturedRecord, sealed: Uint8Array): number {
    const { type } = record;
    const seq = chain.next_seq;
    const priority = priorityOf(type);
    // A clock that was set back cannot back-date a capture.
    const capturedAt = this.#time.capture(chain.server_time, chain.last_captured);
    const hash = chainHash(this.crypto.sha256, chain.head, { seq, type, priority, capturedAt, sealed });
    this.#insert(seq, type, priority, capturedAt, sealed, hash);
    this.#advance(seq + 1, hash, capturedAt, chain.pending_bytes + sealed.length);
    this.#parts.own.note(seq, record, capturedAt);
    this.#parts.noteDay(record, capturedAt);
    return seq;
  }

  #isFull(chain: Tip, type: CapturedRecord['type']): boolean {
    const { records, bytes } = this.#limit;
    return priorityOf(type) > alwaysTaken && (chain.next_seq - 1 - chain.acknowledged_seq >= records || chain.pending_bytes >= bytes);
  }

  /** From now on new work is refused while this much waits (sync.md 4.3). No limit until told. */
  setLimit(limit: QueueLimit): void {
    this.#limit = limit;
  }

  /** Whether a record of this type would be taken now: OUTBOX_FULL before the work begins, not after it. */
  admits(type: CapturedRecord['type']): Outcome<undefined> {
    return this.#parts.store.read(() => (this.#isFull(this.#tipRow(), type) ? failed('OUTBOX_FULL') : done(undefined)));
  }

  /** One record, durable on return. Answers its sequence number. @throws CodedError OUTBOX_FULL (priority 2 and greater), DISK_FULL, STORAGE_* */
  enqueue(record: CapturedRecord): number {
    const sealed = this.seal(record);
    return this.#parts.store.write(() => {
      const chain = this.#tipRow();
      if (this.#isFull(chain, record.type)) throw new CodedError('OUTBOX_FULL');
      return this.#append(chain, record, sealed);
    });
  }

  /**
   * Deletes what a receipt covers (sync.md 4): only when it verifies under `keys`, names this terminal, epoch and range, and its hash is
   * this queue's own. Anything else is RECEIPT_INVALID and changes nothing. The same receipt twice is no error.
   */
  acknowledge(bytes: Uint8Array, keys: readonly PlatformKey[]): Outcome<Acknowledged> {
    const receipt = openReceipt(bytes, keys, this.crypto);
    if (receipt === undefined) return failed('RECEIPT_INVALID', 'signature or shape');
    const { first, last, quarantined } = receipt;
    let wiped = 0;
    const outcome = this.#parts.store.write((): Outcome<Acknowledged> => {
      const chain = this.chainRow();
      if (receipt.terminal !== chain.terminal) return failed('RECEIPT_INVALID', 'terminal');
      if (receipt.epoch !== chain.epoch) return failed('RECEIPT_INVALID', 'epoch');
      if (last >= chain.next_seq || first > chain.acknowledged_seq + 1) return failed('RECEIPT_INVALID', 'range');
      if (last < chain.acknowledged_seq) return done({ deleted: 0, last: chain.acknowledged_seq, quarantined });
      const own = this.hashAt(last, chain);
      if (own === undefined || !sameBytes(receipt.hash, own)) return failed('RECEIPT_INVALID', 'hash');
      const { bytes } = this.#receivedBytes.get(last) ?? { bytes: 0 };
      const received = this.#received.all(last, Math.max(chain.acknowledged_seq, last - rememberedStatuses));
      const refused = new Map(quarantined);
      const types = new Map([...refused.keys()].map((seq) => [seq, this.#typeOf.get(seq)?.type]));
      // What goes first makes room for what is noted, or a full disk could never be emptied by a push.
      const deleted = this.#remove(last);
      wiped = this.#parts.own.received(last, receipt.time);
      for (const [seq, code] of refused) {
        const type = types.get(seq);
        if (type !== undefined) this.#quarantine(chain.epoch, seq, type, code, receipt.time);
      }
      for (const { seq, type, captured_at: capturedAt } of received) {
        const code = refused.get(seq);
        this.#noteReceived(chain.epoch, seq, type, capturedAt, code === undefined ? 'applied' : 'quarantined', code ?? null, receipt.time);
      }
      this.#forget(chain.epoch, last);
      this.#settle(last, receipt.hash, bytes);
      this.#parts.keepSealingKey(receipt.platformSealingKey);
      return done({ deleted, last, quarantined });
    });
    if (outcome.ok && !sameBytes(receipt.platformSealingKey, this.#sealingKey)) {
      this.#sealingKey = receipt.platformSealingKey;
      this.#sealerUntil = 0;
    }
    // The wiped lines still stand in the write-ahead log until it is emptied.
    if (wiped > 0) this.#parts.store.truncateLog();
    return outcome;
  }

  /** Remembers a time that the platform signed: no record is captured before it, moved on by the monotonic clock from here. */
  boundTime(serverTime: number): void {
    this.#parts.store.write(() => this.#boundTime(serverTime));
    this.#time.hear(serverTime);
  }

  /** No earlier than this can it be: the last signed time, moved on since it was heard. Seconds since 1970 UTC, 0 unknown. */
  knownTime(): number {
    return this.#time.atLeast(this.serverTime());
  }

  /** The platform applied these ahead of their turn (sync.md 4.1): they are not sent ahead again, and wait in the queue as before. */
  noteAdvanced(seqs: readonly number[]): void {
    this.#parts.store.write(() => {
      for (const seq of seqs) this.#markAdvanced(seq);
    });
  }

  /** What the platform says became of records of an epoch. One that is applied after all leaves the quarantine. */
  noteStatuses(epoch: number, statuses: readonly HeardStatus[], heardAt: number): void {
    this.#parts.store.write(() => {
      for (const { seq, outcome, code } of statuses) {
        this.#hearStatus(epoch, seq, outcome, code ?? null, heardAt);
        if (outcome !== 'quarantined') this.#leaveQuarantine(epoch, seq);
      }
    });
  }

  /**
   * A new epoch (an administrator began one: the data was restored from a copy): what is still here is numbered and chained anew from 1.
   * Sealed bytes stay as they are. Nothing is lost; what the platform had already received in the old epoch it recognises by content.
   * Permit numbers and status indexes that the copy still holds may have been given since it was made: they are given up, and a sync brings new blocks.
   */
  beginEpoch(epoch: number): Outcome<{ readonly epoch: number; readonly pending: number }> {
    const begun = this.#parts.store.write((): Outcome<{ readonly epoch: number; readonly pending: number }> => {
      const chain = this.chainRow();
      if (epoch <= chain.epoch) return failed('SYNC_EPOCH', `the epoch is ${chain.epoch} already`);
      const start = chainStart(this.crypto.sha256, chain.terminal, epoch);
      this.#parts.own.forgetReceived();
      let head = start;
      let seq = 0;
      // Numbers only fall (the lowest pending is at least 1), in ascending order: no step meets a number that is still taken.
      for (let page = this.pendingRows(100, 0); page.length > 0; page = this.pendingRows(100, page.at(-1)?.seq ?? 0)) {
        for (const record of page) {
          seq += 1;
          head = chainHash(this.crypto.sha256, head, { ...record, seq });
          this.#rechain(seq, head, record.seq);
          this.#parts.own.renumber(seq, record.seq);
        }
      }
      this.#restart(epoch, seq + 1, head, start);
      this.#giveUpNumbers();
      this.#giveUpIndexes();
      return done({ epoch, pending: seq });
    });
    if (begun.ok) this.#parts.store.truncateLog();
    return begun;
  }
}

/** Makes the chain's row in a new database, or checks that this is the terminal it belongs to. */
export function prepareChain(store: WriteStore, crypto: CryptoPort, terminal: string): ChainState {
  const select = store.query<ChainState & Row>('SELECT * FROM chain WHERE id = 1');
  const insert = store.command(
    'INSERT INTO chain (id, terminal, epoch, next_seq, head, acknowledged_seq, acknowledged_hash, server_time) VALUES (1, ?1, 1, 1, ?2, 0, ?2, 0) ON CONFLICT DO NOTHING',
  );
  const found = store.read(() => select.get());
  if (found !== undefined) return found;
  return store.write(() => {
    // Another program may have been quicker between the two transactions; then its row stands.
    insert(terminal, chainStart(crypto.sha256, terminal, 1));
    const made = select.get();
    if (made === undefined) throw new Error('the chain has no row');
    return made;
  });
}
