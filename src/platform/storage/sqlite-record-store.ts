import type { Statement } from 'better-sqlite3';
import type { FailureCode } from '../../contract/index.js';
import type { IntakeRecord, Origin, Prepared, PreparedIssue } from '../intake/prepared.js';
import type { Batch, BatchAnswer, BatchRefusal, RecordStore, Reopen } from './ports.js';
import { SqliteEffects } from './sqlite-effects.js';
import { codedStorageError, type SqliteDatabase } from './sqlite-database.js';

interface LedgerRow {
  readonly hash: Uint8Array;
  readonly outcome: 'applied' | 'quarantined';
  readonly code: FailureCode | null;
}
interface WaitingRow {
  readonly terminal: string;
  readonly epoch: number;
  readonly seq: number;
  readonly type: string;
  readonly sealed: Uint8Array;
}
interface Refused {
  readonly code: FailureCode;
  readonly detail: string;
  readonly permitNumber?: string;
}

/** The intake's tables: ledger and quarantine, and through SqliteEffects the registries. One synchronous transaction a batch. */
export class SqliteRecordStore implements RecordStore {
  readonly #effects: SqliteEffects;
  readonly #terminal: Statement;
  readonly #newest: Statement;
  readonly #ledger: Statement;
  readonly #putLedger: Statement;
  readonly #putQuarantine: Statement;
  readonly #waiting: Statement;
  readonly #resolveLedger: Statement;
  readonly #resolveQuarantine: Statement;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly reopen: Reopen,
  ) {
    const db = database.raw;
    this.#effects = new SqliteEffects(db);
    this.#terminal = db.prepare('select epoch, state from terminals where id = ?');
    this.#newest = db.prepare('select max(seq) from intake_ledger where terminal = ? and epoch = ?').pluck();
    this.#ledger = db.prepare('select hash, outcome, code from intake_ledger where terminal = ? and epoch = ? and seq = ?');
    this.#putLedger = db.prepare('insert into intake_ledger (terminal, epoch, seq, hash, type, outcome, code, received_at) values (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#putQuarantine = db.prepare(`insert into quarantine (terminal, epoch, seq, type, code, detail, permit_number, captured_at, sealed, state)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')`);
    this.#waiting = db.prepare(`select terminal, epoch, seq, type, sealed from quarantine where permit_number = ? and state = 'waiting' and code = 'PERMIT_UNKNOWN'
      order by captured_at, terminal, epoch, seq`);
    this.#resolveLedger = db.prepare("update intake_ledger set outcome = 'applied', code = null where terminal = ? and epoch = ? and seq = ?");
    this.#resolveQuarantine = db.prepare("update quarantine set state = 'resolved' where terminal = ? and epoch = ? and seq = ?");
  }

  check(batch: Batch): Promise<{ readonly ok: true; readonly next: number } | BatchRefusal> {
    return this.#run(() => this.#check(batch));
  }

  apply(batch: Batch, now: number): Promise<BatchAnswer> {
    return this.#transaction(() => this.#apply(batch, now));
  }

  revoke(change: Extract<Prepared, { kind: 'revocation' }>): Promise<boolean> {
    return this.#transaction(() => this.#effects.revocation(change, undefined));
  }

  #run<T>(work: () => T): Promise<T> {
    return this.database.writes.run(() => {
      try {
        return work();
      } catch (error) {
        throw codedStorageError(error);
      }
    });
  }

  #transaction<T>(work: () => T): Promise<T> {
    const whole = this.database.raw.transaction(() => {
      this.#effects.begin();
      const result = work();
      this.#effects.finish();
      return result;
    });
    return this.#run(() => whole.immediate());
  }

  #check({ terminal, epoch, first, before, records }: Batch): { ok: true; next: number } | BatchRefusal {
    const held = this.#terminal.get(terminal) as { epoch: number; state: string } | undefined;
    if (held?.state !== 'active') return { ok: false, code: 'TERMINAL_BLOCKED' };
    if (held.epoch !== epoch) return { ok: false, code: 'SYNC_EPOCH', epoch: held.epoch };
    const next = ((this.#newest.get(terminal, epoch) as number | null) ?? 0) + 1;
    if (first > next) return { ok: false, code: 'SYNC_GAP', expected: next };
    if (first > 1 && !this.#sameHash(terminal, epoch, first - 1, before)) return { ok: false, code: 'SYNC_FORK' };
    for (const record of records) {
      if (record.seq < next && !this.#sameHash(terminal, epoch, record.seq, record.hash)) return { ok: false, code: 'SYNC_FORK' };
    }
    return { ok: true, next };
  }

  #sameHash(terminal: string, epoch: number, seq: number, hash: Uint8Array): boolean {
    const row = this.#ledger.get(terminal, epoch, seq) as LedgerRow | undefined;
    return row !== undefined && Buffer.compare(row.hash, hash) === 0;
  }

  #apply(batch: Batch, now: number): BatchAnswer {
    const checked = this.#check(batch);
    if (!checked.ok) return checked;
    for (const record of batch.records) {
      if (record.seq >= checked.next) this.#applyRecord(record, { terminal: batch.terminal, epoch: batch.epoch, seq: record.seq }, now);
    }
    // Read after all were applied: a revocation that waited may have been applied by an issue later in the same batch.
    const quarantined: (readonly [number, FailureCode])[] = [];
    for (const { seq } of batch.records) {
      const row = this.#ledger.get(batch.terminal, batch.epoch, seq) as LedgerRow;
      if (row.outcome === 'quarantined') quarantined.push([seq, row.code ?? 'RECORD_REFUSED']);
    }
    return { ok: true, quarantined };
  }

  #applyRecord(record: IntakeRecord, origin: Origin, now: number): void {
    if (record.prepared === undefined) throw new Error('a new record reached the registries unprepared');
    const refused = this.#effect(record.prepared, origin, now);
    const { terminal, epoch, seq } = origin;
    this.#putLedger.run(terminal, epoch, seq, record.hash, record.type, refused === undefined ? 'applied' : 'quarantined', refused?.code ?? null, now);
    if (refused !== undefined) {
      this.#putQuarantine.run(terminal, epoch, seq, record.type, refused.code, refused.detail, refused.permitNumber ?? null, record.capturedAt, record.sealed);
    }
  }

  #effect(prepared: Prepared, origin: Origin, now: number): Refused | undefined {
    const refusedRecord = (detail: string | undefined): Refused | undefined => (detail === undefined ? undefined : { code: 'RECORD_REFUSED', detail });
    switch (prepared.kind) {
      case 'refused':
        return prepared;
      case 'verification':
        return this.#effects.verification(prepared, origin);
      case 'spoiled':
        return refusedRecord(this.#effects.spoiled(prepared, origin));
      case 'revocation':
        return this.#effects.revocation(prepared, origin) ? undefined : { code: 'PERMIT_UNKNOWN', detail: 'waits for its permit', permitNumber: prepared.permitNumber };
      case 'issue':
        return refusedRecord(this.#issue(prepared, origin, now));
    }
  }

  #issue(record: PreparedIssue, origin: Origin, now: number): string | undefined {
    const refused = this.#effects.issue(record, origin, now);
    if (refused === undefined) this.#applyWaiting(record.permitNumber);
    return refused;
  }

  /** A revocation that came before its permit takes effect in the same transaction as the permit: at no moment is the permit valid. */
  #applyWaiting(permitNumber: string): void {
    for (const row of this.#waiting.all(permitNumber) as WaitingRow[]) {
      const origin: Origin = { terminal: row.terminal, epoch: row.epoch, seq: row.seq };
      const again = this.reopen({ type: row.type, sealed: new Uint8Array(row.sealed) }, origin);
      if (again.kind !== 'revocation' || !this.#effects.revocation(again, origin)) continue;
      this.#resolveLedger.run(row.terminal, row.epoch, row.seq);
      this.#resolveQuarantine.run(row.terminal, row.epoch, row.seq);
    }
  }
}
