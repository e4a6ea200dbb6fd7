import type { Database, Statement } from 'better-sqlite3';
import type { FailureCode } from '../../contract/index.js';
import type { IntakeRecord, Origin } from '../intake/prepared.js';
import type { Refused } from './sqlite-effects.js';

export interface LedgerRow {
  readonly hash: Uint8Array;
  readonly content: Uint8Array | null;
  readonly outcome: 'applied' | 'quarantined' | 'repeated';
  readonly code: FailureCode | null;
}
export interface AdvanceRow {
  readonly content: Uint8Array;
  readonly outcome: 'applied' | 'quarantined';
  readonly code: FailureCode | null;
}
export interface WaitingRow {
  readonly terminal: string;
  readonly epoch: number;
  readonly seq: number;
  readonly type: string;
  readonly sealed: Uint8Array;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The books of the intake: one line for each record ever received, what waits or was refused, what was sent ahead. Runs inside the caller's transaction. */
export class LedgerRows {
  readonly #terminal: Statement;
  readonly #newest: Statement;
  readonly #find: Statement;
  readonly #put: Statement;
  readonly #priorLedger: Statement;
  readonly #priorAdvance: Statement;
  readonly #advance: Statement;
  readonly #putAdvance: Statement;
  readonly #putQuarantine: Statement;
  readonly #waiting: Statement;
  readonly #isWaiting: Statement;
  readonly #setLedger: Statement;
  readonly #resolve: Statement;
  readonly #keepWaiting: Statement;

  constructor(db: Database) {
    this.#terminal = db.prepare('select epoch, state from terminals where id = ?');
    this.#newest = db.prepare('select max(seq) from intake_ledger where terminal = ? and epoch = ?').pluck();
    this.#find = db.prepare('select hash, content, outcome, code from intake_ledger where terminal = ? and epoch = ? and seq = ?');
    this.#put = db.prepare('insert into intake_ledger (terminal, epoch, seq, hash, type, outcome, code, received_at, content) values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#priorLedger = db.prepare("select hash, content, outcome, code from intake_ledger where terminal = ? and content = ? and outcome <> 'repeated' limit 1");
    this.#priorAdvance = db.prepare("select content, outcome, code from advances where terminal = ? and content = ? and outcome = 'applied' limit 1");
    this.#advance = db.prepare('select content, outcome, code from advances where terminal = ? and epoch = ? and seq = ?');
    this.#putAdvance = db.prepare('insert into advances (terminal, epoch, seq, content, outcome, code) values (?, ?, ?, ?, ?, ?)');
    this.#putQuarantine = db.prepare(`insert into quarantine (terminal, epoch, seq, type, code, detail, permit_number, serial, captured_at, sealed, state, retry)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)`);
    const waiting = "select terminal, epoch, seq, type, sealed, captured_at from quarantine where state = 'waiting' and retry = 1";
    this.#waiting = db.prepare(`${waiting} and permit_number = @number union ${waiting} and serial = @serial order by captured_at, terminal, epoch, seq`);
    this.#isWaiting = db.prepare("select 1 from quarantine where terminal = ? and epoch = ? and seq = ? and state = 'waiting'").pluck();
    this.#setLedger = db.prepare('update intake_ledger set outcome = ?, code = ? where terminal = ? and epoch = ? and seq = ?');
    this.#resolve = db.prepare("update quarantine set state = 'resolved' where terminal = ? and epoch = ? and seq = ?");
    this.#keepWaiting = db.prepare(`update quarantine set state = 'waiting', code = ?, detail = ?, retry = ?, permit_number = coalesce(?, permit_number), serial = ?
      where terminal = ? and epoch = ? and seq = ?`);
  }

  terminal(id: string): { readonly epoch: number; readonly state: string } | undefined {
    return this.#terminal.get(id) as { epoch: number; state: string } | undefined;
  }

  next(terminal: string, epoch: number): number {
    return ((this.#newest.get(terminal, epoch) as number | null) ?? 0) + 1;
  }

  find(terminal: string, epoch: number, seq: number): LedgerRow | undefined {
    return this.#find.get(terminal, epoch, seq) as LedgerRow | undefined;
  }

  sameHash(terminal: string, epoch: number, seq: number, hash: Uint8Array): boolean {
    const row = this.find(terminal, epoch, seq);
    return row !== undefined && sameBytes(row.hash, hash);
  }

  advanced(terminal: string, epoch: number, seq: number): AdvanceRow | undefined {
    return this.#advance.get(terminal, epoch, seq) as AdvanceRow | undefined;
  }

  /** Whether a number was sent ahead with other content than it has now: two histories (sync.md 4.1). */
  forkedAhead({ terminal, epoch, seq }: Origin, content: Uint8Array): boolean {
    const held = this.advanced(terminal, epoch, seq);
    return held !== undefined && !sameBytes(held.content, content);
  }

  /** The same content received before from this terminal, under whatever epoch and number (sync.md 4.2). */
  prior(terminal: string, content: Uint8Array): LedgerRow | AdvanceRow | undefined {
    return (this.#priorLedger.get(terminal, content) ?? this.#priorAdvance.get(terminal, content)) as LedgerRow | AdvanceRow | undefined;
  }

  put({ terminal, epoch, seq }: Origin, record: IntakeRecord, outcome: LedgerRow['outcome'], code: FailureCode | null, now: number): void {
    this.#put.run(terminal, epoch, seq, record.hash, record.type, outcome, code, now, record.content);
  }

  putAdvance({ terminal, epoch, seq }: Origin, content: Uint8Array, code: FailureCode | null): void {
    this.#putAdvance.run(terminal, epoch, seq, content, code === null ? 'applied' : 'quarantined', code);
  }

  quarantine({ terminal, epoch, seq }: Origin, record: IntakeRecord, refused: Refused): void {
    const { code, detail, retry } = refused;
    this.#putQuarantine.run(
      terminal, epoch, seq, record.type, code, detail, retry?.permitNumber ?? null, retry?.serial ?? null, record.capturedAt, record.sealed, retry === undefined ? 0 : 1,
    );
  }

  /** What waits for a permit of this number or a card of this serial, in the order in which it was captured. */
  waiting(permitNumber: string, serial: string): WaitingRow[] {
    return this.#waiting.all({ number: permitNumber, serial }) as WaitingRow[];
  }

  isWaiting({ terminal, epoch, seq }: Origin): boolean {
    return this.#isWaiting.get(terminal, epoch, seq) !== undefined;
  }

  resolved({ terminal, epoch, seq }: Origin): void {
    this.#setLedger.run('applied', null, terminal, epoch, seq);
    this.#resolve.run(terminal, epoch, seq);
  }

  /** Tried again and refused again, perhaps for good now. */
  refusedAgain({ terminal, epoch, seq }: Origin, { code, detail, retry }: Refused): void {
    this.#setLedger.run('quarantined', code, terminal, epoch, seq);
    this.#keepWaiting.run(code, detail, retry === undefined ? 0 : 1, retry?.permitNumber ?? null, retry?.serial ?? null, terminal, epoch, seq);
  }
}
