import { done, failed, priorityOf, type CapturedRecord, type Outcome } from '../contract/index.js';
import { encodeCbor, sameBytes, sealTo, type CryptoPort, type Sealer } from '../cose/index.js';
import { chainHash, chainStart } from './chain.js';
import type { OwnRecordsInside } from './own-records.js';
import type { PlatformKey } from './platform-signature.js';
import { openReceipt } from './receipt.js';
import type { Row, WriteStore } from './store.js';
import { QueueView, type ChainState } from './queue-view.js';

/** Seconds since 1970 UTC, as this machine believes. */
export interface Clock {
  now(): number;
}

export interface Acknowledged {
  /** records deleted by this receipt; 0 when it came a second time */
  readonly deleted: number;
  /** the last sequence number that the platform has received */
  readonly last: number;
  readonly quarantined: readonly (readonly [seq: number, code: string])[];
}

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
    this.#tip = store.query<{ next_seq: number; head: Uint8Array; server_time: number }>('SELECT next_seq, head, server_time FROM chain WHERE id = 1');
    this.#insert = store.command('INSERT INTO record (seq, type, priority, captured_at, sealed, hash) VALUES (?, ?, ?, ?, ?, ?)');
    this.#advance = store.command('UPDATE chain SET next_seq = ?, head = ? WHERE id = 1');
    this.#remove = store.command('DELETE FROM record WHERE seq <= ?');
    this.#settle = store.command('UPDATE chain SET acknowledged_seq = ?, acknowledged_hash = ? WHERE id = 1');
    this.#quarantine = store.command(
      'INSERT INTO quarantine (epoch, seq, type, code, reported_at) SELECT ?1, seq, type, ?3, ?4 FROM record WHERE seq = ?2 ON CONFLICT DO NOTHING',
    );
    this.#boundTime = store.command('UPDATE chain SET server_time = ? WHERE id = 1 AND server_time < ?');
    this.#rechain = store.command('UPDATE record SET seq = ?, hash = ? WHERE seq = ?');
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

  /** Appends inside a transaction of the caller; answers the sequence number. */
  append(record: CapturedRecord, sealed: Uint8Array): number {
    const { type } = record;
    const chain = this.#tip.get() ?? this.chainRow();
    const seq = chain.next_seq;
    const priority = priorityOf(type);
    // The last time that the platform signed is a lower bound: a clock that was set back cannot back-date a capture.
    const capturedAt = Math.max(this.#parts.clock.now(), chain.server_time);
    const hash = chainHash(this.crypto.sha256, chain.head, { seq, type, priority, capturedAt, sealed });
    this.#insert(seq, type, priority, capturedAt, sealed, hash);
    this.#advance(seq + 1, hash);
    this.#parts.own.note(seq, record);
    return seq;
  }

  /** One record, durable on return. Answers its sequence number. @throws CodedError DISK_FULL, STORAGE_* */
  enqueue(record: CapturedRecord): number {
    const sealed = this.seal(record);
    return this.#parts.store.write(() => this.append(record, sealed));
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
      for (const [seq, code] of quarantined) this.#quarantine(chain.epoch, seq, code, receipt.time);
      const deleted = this.#remove(last);
      wiped = this.#parts.own.wipe(last);
      this.#settle(last, receipt.hash);
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

  /** Remembers a time that the platform signed; a later one only. */
  boundTime(serverTime: number): void {
    this.#parts.store.write(() => this.#boundTime(serverTime, serverTime));
  }

  /**
   * A new epoch (an administrator began one: the data was restored from a copy): what is still here is numbered and chained anew from 1.
   * Sealed bytes stay as they are. Nothing is lost; what the platform had already received in the old epoch it recognises by content.
   */
  beginEpoch(epoch: number): Outcome<{ readonly epoch: number; readonly pending: number }> {
    return this.#parts.store.write(() => {
      const chain = this.chainRow();
      if (epoch <= chain.epoch) return failed('SYNC_EPOCH', `the epoch is ${chain.epoch} already`);
      const start = chainStart(this.crypto.sha256, chain.terminal, epoch);
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
      return done({ epoch, pending: seq });
    });
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
