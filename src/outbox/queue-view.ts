import { CodedError, done, failed, type Outcome } from '../contract/index.js';
import { sameBytes, type CryptoPort } from '../cose/index.js';
import { chainHash, chainStart, type QueuedRecord } from './chain.js';
import type { ReadStore, Row } from './store.js';

/** The chain's one row. */
export interface ChainState extends Row {
  terminal: string;
  epoch: number;
  next_seq: number;
  head: Uint8Array;
  acknowledged_seq: number;
  acknowledged_hash: Uint8Array;
  server_time: number;
  pending_bytes: number;
  last_captured: number;
}

export interface QueueCounts {
  readonly terminal: string;
  readonly epoch: number;
  readonly pending: number;
  readonly pendingBytes: number;
  /** records captured in this epoch, ever */
  readonly captured: number;
  /** the last number that the platform has a receipt for */
  readonly acknowledged: number;
  readonly quarantined: number;
  /** hash of the newest record */
  readonly head: Uint8Array;
  /** the last time that the platform signed, 0 none */
  readonly serverTime: number;
}

/** What the platform may say of a record (sync.md 5, record-status). */
export const recordOutcomes = ['applied', 'quarantined', 'resolved', 'repeated'] as const;
export type RecordOutcome = (typeof recordOutcomes)[number];

/** What became of a record that the platform has a receipt for. Times in seconds since 1970 UTC. */
export interface RecordStatus {
  readonly epoch: number;
  readonly seq: number;
  readonly type: string;
  readonly capturedAt: number;
  readonly outcome: RecordOutcome;
  /** why, when it is or was in quarantine */
  readonly code?: string;
  readonly heardAt: number;
}

export interface Quarantined {
  readonly epoch: number;
  readonly seq: number;
  readonly type: string;
  readonly code: string;
  readonly reportedAt: number;
}

/** What `check` found sound: the numbers it walked. */
export interface ChainReport {
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  readonly pending: number;
  readonly head: Uint8Array;
}

interface StatusRow extends Row {
  epoch: number;
  seq: number;
  type: string;
  captured_at: number;
  outcome: string;
  code: string | null;
  heard_at: number;
}

const isOutcome = (text: string): text is RecordOutcome => (recordOutcomes as readonly string[]).includes(text);

interface RecordRow extends Row {
  seq: number;
  type: string;
  priority: number;
  captured_at: number;
  sealed: Uint8Array;
  hash: Uint8Array;
}

/** The queue for those who only look: status, list, check. */
export class QueueView {
  protected readonly crypto: CryptoPort;
  readonly #store: ReadStore;
  readonly #chain;
  readonly #serverTime;
  readonly #page;
  readonly #hash;
  readonly #quarantineCount;
  readonly #quarantineRows;
  readonly #urgent;
  readonly #statuses;

  constructor(store: ReadStore, crypto: CryptoPort) {
    this.crypto = crypto;
    this.#store = store;
    this.#chain = store.query<ChainState>('SELECT * FROM chain WHERE id = 1');
    this.#serverTime = store.query<{ server_time: number }>('SELECT server_time FROM chain WHERE id = 1');
    this.#page = store.query<RecordRow>('SELECT seq, type, priority, captured_at, sealed, hash FROM record WHERE seq > ? ORDER BY seq LIMIT ?');
    this.#hash = store.query<{ hash: Uint8Array }>('SELECT hash FROM record WHERE seq = ?');
    this.#quarantineCount = store.query<{ n: number }>('SELECT count(*) AS n FROM quarantine');
    this.#quarantineRows = store.query<{ epoch: number; seq: number; type: string; code: string; reported_at: number }>(
      'SELECT epoch, seq, type, code, reported_at FROM quarantine WHERE (epoch, seq) > (?, ?) ORDER BY epoch, seq LIMIT ?',
    );
    this.#urgent = store.query<RecordRow>('SELECT seq, type, priority, captured_at, sealed, hash FROM record WHERE priority = 0 AND advanced = 0 AND seq > ? ORDER BY seq LIMIT ?');
    this.#statuses = store.query<StatusRow>('SELECT epoch, seq, type, captured_at, outcome, code, heard_at FROM record_status ORDER BY epoch DESC, seq DESC LIMIT ?');
  }

  /** Inside a transaction of the caller. */
  protected chainRow(): ChainState {
    const row = this.#chain.get();
    if (row === undefined) throw new Error('the chain has no row: the outbox was not opened through openOutbox');
    return row;
  }

  /** Inside a transaction of the caller: h(seq), of a pending record or of the last acknowledged one. */
  protected hashAt(seq: number, chain: ChainState): Uint8Array | undefined {
    return seq === chain.acknowledged_seq ? chain.acknowledged_hash : this.#hash.get(seq)?.hash;
  }

  /** Inside a transaction of the caller. */
  protected pendingRows(limit: number, after: number): QueuedRecord[] {
    return this.#page.all(after, limit).map(({ captured_at: capturedAt, ...row }) => ({ ...row, capturedAt }));
  }

  /** What has priority 0, waits above number `after`, and was not yet applied ahead of its turn (sync.md 4.1); at most `limit`, oldest first. */
  urgent(limit: number, after = 0): QueuedRecord[] {
    return this.#store.read(() => this.#urgent.all(after, limit).map(({ captured_at: capturedAt, ...row }) => ({ ...row, capturedAt })));
  }

  /** What became of the records that left the queue, newest first. The newest thousand are remembered, and all that is still in quarantine. */
  statuses(limit = 100): RecordStatus[] {
    return this.#store.read(() =>
      this.#statuses.all(limit).map(({ epoch, seq, type, captured_at: capturedAt, outcome, code, heard_at: heardAt }) => {
        if (!isOutcome(outcome)) throw new CodedError('STORAGE_CORRUPT', 'record status');
        return { epoch, seq, type, capturedAt, outcome, ...(code === null ? {} : { code }), heardAt };
      }),
    );
  }

  /** At most `limit` records with a number above `after`, oldest first. Page on with the last number got: the set shrinks under an offset. */
  pending(limit: number, after = 0): QueuedRecord[] {
    return this.#store.read(() => this.pendingRows(limit, after));
  }

  /** h(seq) when it is still known here. */
  hash(seq: number): Uint8Array | undefined {
    return this.#store.read(() => this.hashAt(seq, this.chainRow()));
  }

  /** The last time that the platform signed, seconds since 1970; 0 none. */
  serverTime(): number {
    return this.#store.read(() => this.#serverTime.get()?.server_time ?? 0);
  }

  counts(): QueueCounts {
    return this.#store.read(() => {
      const chain = this.chainRow();
      return {
        terminal: chain.terminal,
        epoch: chain.epoch,
        // Numbers are gapless: what was captured and not acknowledged waits.
        pending: chain.next_seq - 1 - chain.acknowledged_seq,
        pendingBytes: chain.pending_bytes,
        captured: chain.next_seq - 1,
        acknowledged: chain.acknowledged_seq,
        quarantined: this.#quarantineCount.get()?.n ?? 0,
        head: chain.head,
        serverTime: chain.server_time,
      };
    });
  }

  /** What the platform received but could not apply, oldest first; page on with the last epoch and number got. */
  quarantined(limit = 1_000, after: { readonly epoch: number; readonly seq: number } = { epoch: 0, seq: 0 }): Quarantined[] {
    return this.#store.read(() => this.#quarantineRows.all(after.epoch, after.seq, limit).map(({ reported_at: reportedAt, ...row }) => ({ ...row, reportedAt })));
  }

  /** Recomputes the chain from the last acknowledged record to the head. SEQUENCE_BROKEN names the first number that is missing or does not fit. */
  check(): Outcome<ChainReport> {
    return this.#store.read((): Outcome<ChainReport> => {
      const chain = this.chainRow();
      const start = chainStart(this.crypto.sha256, chain.terminal, chain.epoch);
      if (chain.acknowledged_seq === 0 && !sameBytes(chain.acknowledged_hash, start)) return failed('SEQUENCE_BROKEN', 'start');
      let head = chain.acknowledged_hash;
      let seq = chain.acknowledged_seq;
      for (let page = this.pendingRows(100, 0); page.length > 0; page = this.pendingRows(100, seq)) {
        for (const record of page) {
          if (record.seq !== seq + 1) return failed('SEQUENCE_BROKEN', `number ${seq + 1}`);
          head = chainHash(this.crypto.sha256, head, record);
          if (!sameBytes(head, record.hash)) return failed('SEQUENCE_BROKEN', `number ${record.seq}`);
          seq = record.seq;
        }
      }
      if (seq + 1 !== chain.next_seq) return failed('SEQUENCE_BROKEN', `number ${seq + 1}`);
      if (!sameBytes(head, chain.head)) return failed('SEQUENCE_BROKEN', 'head');
      return done({ epoch: chain.epoch, first: chain.acknowledged_seq + 1, last: seq, pending: seq - chain.acknowledged_seq, head });
    });
  }
}
