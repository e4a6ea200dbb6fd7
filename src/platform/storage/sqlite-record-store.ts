import type { FailureCode } from '../../contract/index.js';
import type { AheadRecord, IntakeRecord, Origin, Prepared, PreparedIssue } from '../intake/prepared.js';
import { LedgerRows } from './ledger-rows.js';
import type { Advance, AdvanceAnswer, Batch, BatchAnswer, BatchRefusal, RecordStore, Reopening } from './ports.js';
import { SqliteEffects, type Refused } from './sqlite-effects.js';
import { codedStorageError, type SqliteDatabase } from './sqlite-database.js';

/** The intake's tables: ledger, quarantine and what was sent ahead, and through SqliteEffects the registries. One synchronous transaction a batch. */
export class SqliteRecordStore implements RecordStore {
  readonly #effects: SqliteEffects;
  readonly #ledger: LedgerRows;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly reopening: Reopening,
  ) {
    this.#effects = new SqliteEffects(database.raw, (capture) => reopening.thumbprintOf(capture));
    this.#ledger = new LedgerRows(database.raw);
  }

  check(batch: Batch): Promise<{ readonly ok: true; readonly next: number } | BatchRefusal> {
    return this.#run(() => this.#check(batch));
  }

  apply(batch: Batch, now: number): Promise<BatchAnswer> {
    return this.#transaction(() => this.#apply(batch, now));
  }

  advance(advance: Advance, now: number): Promise<AdvanceAnswer> {
    return this.#transaction(() => this.#advance(advance, now));
  }

  revoke(change: Extract<Prepared, { kind: 'revocation' }>): Promise<boolean> {
    return this.#transaction(() => this.#effects.revocation(change, undefined) === undefined);
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

  /** Whether this terminal may send in this epoch. */
  #entitled(terminal: string, epoch: number): BatchRefusal | undefined {
    const held = this.#ledger.terminal(terminal);
    if (held?.state !== 'active') return { ok: false, code: 'TERMINAL_BLOCKED' };
    return held.epoch === epoch ? undefined : { ok: false, code: 'SYNC_EPOCH', epoch: held.epoch };
  }

  #check({ terminal, epoch, first, before, records }: Batch): { ok: true; next: number } | BatchRefusal {
    const refused = this.#entitled(terminal, epoch);
    if (refused !== undefined) return refused;
    const next = this.#ledger.next(terminal, epoch);
    if (first > next) return { ok: false, code: 'SYNC_GAP', expected: next };
    if (first > 1 && !this.#ledger.sameHash(terminal, epoch, first - 1, before)) return { ok: false, code: 'SYNC_FORK' };
    for (const { seq, hash, content } of records) {
      const fork = seq < next ? !this.#ledger.sameHash(terminal, epoch, seq, hash) : this.#ledger.forkedAhead({ terminal, epoch, seq }, content);
      if (fork) return { ok: false, code: 'SYNC_FORK' };
    }
    return { ok: true, next };
  }

  #apply(batch: Batch, now: number): BatchAnswer {
    const checked = this.#check(batch);
    if (!checked.ok) return checked;
    const { terminal, epoch } = batch;
    for (const record of batch.records) {
      if (record.seq >= checked.next) this.#applyRecord(record, { terminal, epoch, seq: record.seq }, now);
    }
    // Read after all were applied: a revocation that waited may have been applied by an issue later in the same batch.
    const quarantined = batch.records.flatMap(({ seq }): (readonly [number, FailureCode])[] => {
      const code = this.#answered(terminal, epoch, seq);
      return code === null ? [] : [[seq, code]];
    });
    return { ok: true, quarantined };
  }

  /** How a number that was received is answered now: null when its record took effect, here or under an earlier number. */
  #answered(terminal: string, epoch: number, seq: number): FailureCode | null {
    const row = this.#ledger.find(terminal, epoch, seq);
    if (row === undefined) throw new Error('a record of the batch is not in the ledger');
    const first = row.outcome === 'repeated' && row.content !== null ? (this.#ledger.prior(terminal, row.content) ?? row) : row;
    return first.outcome === 'quarantined' ? (first.code ?? 'RECORD_REFUSED') : null;
  }

  #applyRecord(record: IntakeRecord, origin: Origin, now: number): void {
    if (this.#ledger.advanced(origin.terminal, origin.epoch, origin.seq)?.outcome === 'applied') {
      this.#ledger.put(origin, record, 'applied', null, now);
      return;
    }
    if (this.#ledger.prior(origin.terminal, record.content) !== undefined) {
      this.#ledger.put(origin, record, 'repeated', null, now);
      return;
    }
    const refused = this.#effect(preparedOf(record), origin, now);
    this.#ledger.put(origin, record, refused === undefined ? 'applied' : 'quarantined', refused?.code ?? null, now);
    if (refused !== undefined) this.#ledger.quarantine(origin, record, refused);
  }

  #advance({ terminal, epoch, records }: Advance, now: number): AdvanceAnswer {
    const refused = this.#entitled(terminal, epoch);
    if (refused !== undefined) return refused;
    // All are compared before the first has an effect: a fork is answered as a whole.
    for (const { seq, content } of records) {
      const held = this.#ledger.find(terminal, epoch, seq);
      const differs = held?.content !== undefined && held.content !== null && Buffer.compare(held.content, content) !== 0;
      if (differs || this.#ledger.forkedAhead({ terminal, epoch, seq }, content)) return { ok: false, code: 'SYNC_FORK' };
    }
    return { ok: true, outcomes: records.map((record) => [record.seq, this.#advanceRecord(record, { terminal, epoch, seq: record.seq }, now)] as const) };
  }

  #advanceRecord(record: AheadRecord, origin: Origin, now: number): FailureCode | null {
    const { terminal, epoch, seq } = origin;
    if (this.#ledger.find(terminal, epoch, seq) !== undefined) return this.#answered(terminal, epoch, seq);
    const known = this.#ledger.advanced(terminal, epoch, seq) ?? this.#ledger.prior(terminal, record.content);
    if (known !== undefined) return known.outcome === 'quarantined' ? (known.code ?? 'RECORD_REFUSED') : null;
    const refused = this.#effect(preparedOf(record), origin, now);
    // What waits for another record is not remembered: it comes in its turn and is judged anew.
    if (refused?.retry === undefined) this.#ledger.putAdvance(origin, record.content, refused?.code ?? null);
    return refused?.code ?? null;
  }

  #effect(prepared: Prepared, origin: Origin, now: number): Refused | undefined {
    switch (prepared.kind) {
      case 'refused':
        return { code: prepared.code, detail: prepared.detail };
      case 'verification':
        return this.#effects.verification(prepared, origin);
      case 'check-viewed':
        return this.#effects.checkViewed(prepared, origin);
      case 'spoiled':
        return this.#effects.spoiled(prepared, origin);
      case 'revocation':
        return this.#effects.revocation(prepared, origin);
      case 'event':
        return this.#effects.event(prepared, origin);
      case 'fee':
        return this.#effects.fee(prepared, origin);
      case 'reconciliation':
        return this.#effects.reconciliation(prepared, origin);
      case 'pin':
        return this.#effects.pin(prepared, origin);
      case 'issue':
        return this.#issue(prepared, origin, now);
    }
  }

  #issue(record: PreparedIssue, origin: Origin, now: number): Refused | undefined {
    const refused = this.#effects.issue(record, origin, now);
    if (refused === undefined) this.#applyWaiting(record.permitNumber, record.serial, now);
    return refused;
  }

  /** What came before its permit or card takes effect in the same transaction as the card: at no moment is a revoked permit valid. */
  #applyWaiting(permitNumber: string, serial: string, now: number): void {
    for (const { terminal, epoch, seq, type, sealed } of this.#ledger.waiting(permitNumber, serial)) {
      const origin: Origin = { terminal, epoch, seq };
      // A card that waited itself may have let others through while this list was worked off.
      if (!this.#ledger.isWaiting(origin)) continue;
      this.#ledger.resolved(origin);
      const refused = this.#effect(this.reopening.reopen({ type, sealed: new Uint8Array(sealed) }, origin), origin, now);
      if (refused !== undefined) this.#ledger.refusedAgain(origin, refused);
    }
  }
}

const preparedOf = (record: AheadRecord): Prepared => {
  if (record.prepared === undefined) throw new Error('a new record reached the registries unprepared');
  return record.prepared;
};
