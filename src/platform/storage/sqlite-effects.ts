import type { Database, Statement } from 'better-sqlite3';
import type { FailureCode } from '../../contract/index.js';
import { refuseBlank, refuseIssue, type BlankState } from '../intake/decide.js';
import type { Needs, Origin, PreparedCheckViewed, PreparedEvent, PreparedFee, PreparedIssue, PreparedPin, PreparedReconciliation, PreparedRevocation, PreparedSpoiled, PreparedVerification } from '../intake/prepared.js';
import { CardRows, type StoredCapture } from './card-rows.js';
import { LifeRows } from './life-rows.js';
import { MoneyRows } from './money-rows.js';

interface PermitRow {
  readonly person_key: Uint8Array;
  readonly status: number;
  readonly status_index: number;
}

/** Why a record had no effect. `retry`: it may have one when a card arrives, of this permit number or serial. */
export interface Refused {
  readonly code: FailureCode;
  readonly detail: string;
  readonly retry?: { readonly permitNumber: string | undefined; readonly serial: string | undefined };
}
const refused = (detail: string): Refused => ({ code: 'RECORD_REFUSED', detail });
const waits = (needs: Pick<Needs, 'permitNumber' | 'serial'>, detail: string, code: FailureCode = 'PERMIT_UNKNOWN'): Refused => ({ code, detail, retry: needs });

/**
 * What a record does to the registries, by prepared statements: kysely compiles each statement anew, which costs more than SQLite needs to run it
 * (docs/platform.md has the numbers). Each method decides before it writes and answers why it did not; all run inside the caller's transaction.
 */
export class SqliteEffects {
  readonly #cards: CardRows;
  readonly #life: LifeRows;
  readonly #money: MoneyRows;
  readonly #indexBlock: Statement;
  readonly #blank: Statement;
  readonly #takeBlank: Statement;
  readonly #returnBlank: Statement;
  readonly #putResident: Statement;
  readonly #putCapture: Statement;
  readonly #putPermit: Statement;
  readonly #otherPermits: Statement;
  readonly #flagDuplicates: Statement;
  readonly #raiseIndexBlock: Statement;
  readonly #raiseNumberBlock: Statement;
  readonly #putVerification: Statement;
  readonly #putCheckView: Statement;
  readonly #putPin: Statement;
  readonly #permit: Statement;
  readonly #setStatus: Statement;
  readonly #putStatusChange: Statement;

  constructor(db: Database, thumbprintOf: (capture: StoredCapture) => Uint8Array) {
    this.#cards = new CardRows(db, thumbprintOf);
    this.#life = new LifeRows(db);
    this.#money = new MoneyRows(db);
    this.#indexBlock = db.prepare('select terminal_id, last from index_blocks where first <= ? order by first desc limit 1');
    this.#blank = db.prepare('select state, terminal_id from blanks where serial = ?');
    this.#takeBlank = db.prepare('update blanks set state = ?, reason = ?, origin_terminal = ?, origin_epoch = ?, origin_seq = ? where serial = ?');
    // The origin stays that of the issue: a card that came back is still the effect of the record that issued it.
    this.#returnBlank = db.prepare("update blanks set state = 'returned', reason = ? where serial = ? and state = 'used'");
    // The newest capture is the current one; ties go by the origin, so that any order of arrival ends in the same file.
    this.#putResident = db.prepare(`insert into residents (person_key, current_terminal, current_epoch, current_seq, captured_at, created_at, updated_at)
      values (@person, @terminal, @epoch, @seq, @at, @now, @now)
      on conflict (person_key) do update set current_terminal = excluded.current_terminal, current_epoch = excluded.current_epoch,
        current_seq = excluded.current_seq, captured_at = excluded.captured_at, updated_at = excluded.updated_at
      where (excluded.captured_at, excluded.current_terminal, excluded.current_epoch, excluded.current_seq) > (captured_at, current_terminal, current_epoch, current_seq)`);
    this.#putCapture = db.prepare(`insert into captures (person_key, origin_terminal, origin_epoch, origin_seq, permit_number, captured_at, box)
      values (?, ?, ?, ?, ?, ?, ?)`);
    this.#putPermit = db.prepare(`insert into permits (person_key, permit_number, kind, serial, status_index, issued_on, expires_on, status, duplicate, issued_at,
      origin_terminal, origin_epoch, origin_seq) values (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?)`);
    this.#otherPermits = db.prepare('select count(*) from permits where person_key = ? and status <> 1').pluck();
    this.#flagDuplicates = db.prepare(`update permits set duplicate = (status <> 1 and permit_number <> (select p.permit_number from permits p
      where p.person_key = permits.person_key and p.status <> 1 order by p.issued_at, p.permit_number limit 1)) where person_key = ?`);
    this.#raiseIndexBlock = db.prepare('update index_blocks set highest = max(coalesce(highest, -1), @at) where first = (select max(first) from index_blocks where first <= @at)');
    this.#raiseNumberBlock = db.prepare(`update number_blocks set highest = max(coalesce(highest, -1), @sequence)
      where division = @division and year = @year and kind = @kind and first <= @sequence and last >= @sequence and terminal_id = @terminal`);
    this.#putVerification = db.prepare(`insert into verifications (origin_terminal, origin_epoch, origin_seq, permit_number, result, reason, mode, at, access, purpose, box)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#putCheckView = db.prepare('insert into check_views (origin_terminal, origin_epoch, origin_seq, permit_number, checked_at, at, box) values (?, ?, ?, ?, ?, ?, ?)');
    this.#putPin = db.prepare('insert into pin_events (origin_terminal, origin_epoch, origin_seq, permit_number, action, at, box) values (?, ?, ?, ?, ?, ?, ?)');
    this.#permit = db.prepare('select person_key, status, status_index from permits where permit_number = ?');
    this.#setStatus = db.prepare('update permits set status = ? where permit_number = ?');
    this.#putStatusChange = db.prepare(`insert into status_changes (permit_number, status_index, from_status, to_status, reason, box, at, origin_terminal,
      origin_epoch, origin_seq) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  }

  /** Before the first effect of a transaction. */
  begin(): void {
    this.#cards.begin();
  }

  /** After the last effect of a transaction, before its commit. */
  finish(): void {
    this.#cards.finish();
  }

  issue(record: PreparedIssue, origin: Origin, now: number): Refused | undefined {
    const permit = this.#findPermit(record.permitNumber);
    if (record.replaces !== undefined) {
      if (permit === undefined) return waits({ permitNumber: record.permitNumber, serial: undefined }, 'waits for the permit whose card it replaces');
      if (Buffer.compare(permit.person_key, record.personKey) !== 0) return refused('permit-of-another-person');
    }
    const { terminal, epoch, seq } = origin;
    const block = this.#indexBlock.get(record.statusIndex) as { terminal_id: string; last: number } | undefined;
    const why = refuseIssue({
      terminal,
      numberTaken: record.replaces === undefined && permit !== undefined,
      indexTaken: this.#cards.indexTaken(record.statusIndex),
      indexOwner: block !== undefined && record.statusIndex <= block.last ? block.terminal_id : undefined,
      blank: this.#findBlank(record.serial),
    });
    if (why !== undefined) return refused(why);
    const person = record.personKey;
    const others = permit === undefined ? (this.#otherPermits.get(person) as number) : 0;
    this.#putResident.run({ person, terminal, epoch, seq, at: record.issuedAt, now });
    this.#putCapture.run(person, terminal, epoch, seq, record.permitNumber, record.issuedAt, record.box);
    if (permit === undefined) {
      this.#putPermit.run(
        person, record.permitNumber, record.permitKind, record.serial, record.statusIndex, record.issuedOn, record.expiresOn ?? null, record.issuedAt, terminal, epoch, seq,
      );
      this.#raiseNumberBlock.run({ ...numberParts(record.permitNumber), terminal });
    }
    this.#cards.add(record, origin);
    this.#takeBlank.run('used', null, terminal, epoch, seq, record.serial);
    this.#raiseIndexBlock.run({ at: record.statusIndex });
    const { facts, permitNumber, receipt, personKey } = record;
    this.#life.add({ facts, at: record.issuedAt, permitNumber, receipt, personKey, box: undefined }, origin);
    this.#retell(permitNumber);
    if (others > 0) this.#flagDuplicates.run(person);
    return undefined;
  }

  verification(record: PreparedVerification, { terminal, epoch, seq }: Origin): undefined {
    const { permitNumber, result, reason, mode, at, access, purpose, box } = record;
    this.#putVerification.run(terminal, epoch, seq, permitNumber ?? null, result, reason, mode, at, access ?? null, purpose ?? null, box ?? null);
    return undefined;
  }

  checkViewed({ permitNumber, checkedAt, at, box }: PreparedCheckViewed, { terminal, epoch, seq }: Origin): undefined {
    this.#putCheckView.run(terminal, epoch, seq, permitNumber ?? null, checkedAt, at, box);
    return undefined;
  }

  pin({ permitNumber, action, at, box }: PreparedPin, { terminal, epoch, seq }: Origin): Refused | undefined {
    if (this.#findPermit(permitNumber) === undefined) return waits({ permitNumber, serial: undefined }, 'waits for its permit');
    this.#putPin.run(terminal, epoch, seq, permitNumber, action, at, box);
    return undefined;
  }

  /** `origin` undefined: decided on the platform itself. */
  revocation(record: PreparedRevocation, origin: Origin | undefined): Refused | undefined {
    const { permitNumber, facts, at } = record;
    const permit = this.#findPermit(permitNumber);
    if (permit === undefined) return waits({ permitNumber, serial: undefined }, 'waits for its permit');
    this.#life.add({ facts, at, permitNumber, receipt: undefined, personKey: undefined, box: undefined }, origin);
    const to = this.#retell(permitNumber);
    this.#putStatusChange.run(
      permitNumber, permit.status_index, permit.status, to, record.reason, record.box, at, origin?.terminal ?? null, origin?.epoch ?? null, origin?.seq ?? null,
    );
    return undefined;
  }

  event(record: PreparedEvent, origin: Origin): Refused | undefined {
    const { facts, at, receipt, personKey, box, terminated } = record;
    const known = this.#resolve(record.needs);
    if ('code' in known) return known;
    const { permitNumber } = known;
    if (personKey !== undefined && permitNumber !== undefined && Buffer.compare(this.#findPermit(permitNumber)?.person_key ?? new Uint8Array(0), personKey) !== 0) {
      return refused('permit-of-another-person');
    }
    this.#life.add({ facts, at, permitNumber, receipt, personKey, box, terminated }, origin);
    if (facts.type === 'card-return' && record.needs.serial !== undefined) this.#returnBlank.run(facts.reason, record.needs.serial);
    if (permitNumber !== undefined) this.#retell(permitNumber);
    else if (receipt !== undefined) this.#life.retellReceipt(receipt);
    return undefined;
  }

  fee(record: PreparedFee, origin: Origin): undefined {
    this.#money.fee(record, origin);
    return undefined;
  }

  reconciliation(record: PreparedReconciliation, origin: Origin): undefined {
    this.#money.reconciliation(record, origin);
    return undefined;
  }

  spoiled(record: PreparedSpoiled, { terminal, epoch, seq }: Origin): Refused | undefined {
    const why = refuseBlank(terminal, this.#findBlank(record.serial));
    if (why !== undefined) return refused(why);
    this.#takeBlank.run('spoiled', record.reason, terminal, epoch, seq, record.serial);
    return undefined;
  }

  /** The permit that an event is about, or what it waits for. */
  #resolve({ permitNumber, serial, thumbprint }: Needs): { permitNumber: string | undefined } | Refused {
    if (permitNumber !== undefined && this.#findPermit(permitNumber) === undefined) return waits({ permitNumber, serial }, 'waits for its permit');
    const card = serial === undefined ? undefined : this.#cards.find(serial);
    if (serial !== undefined && card === undefined) return waits({ permitNumber, serial }, 'waits for its card');
    if (card !== undefined && permitNumber !== undefined && card.permit_number !== permitNumber) return refused('card-of-another-permit');
    const number = permitNumber ?? card?.permit_number;
    if (thumbprint !== undefined && number !== undefined && !this.#cards.bound(number, thumbprint)) {
      return waits({ permitNumber: number, serial: undefined }, 'object-of-another-chip', 'RECORD_REFUSED');
    }
    return { permitNumber: number };
  }

  /** Everything that follows from the events of a permit; its status. */
  #retell(permitNumber: string): number {
    const status = this.#life.retellPermit(permitNumber);
    this.#cards.publish(permitNumber, status);
    const permit = this.#findPermit(permitNumber);
    if (permit !== undefined && permit.status !== status) {
      this.#setStatus.run(status, permitNumber);
      this.#flagDuplicates.run(permit.person_key);
    }
    return status;
  }

  #findPermit(permitNumber: string): PermitRow | undefined {
    return this.#permit.get(permitNumber) as PermitRow | undefined;
  }

  #findBlank(serial: string): { state: BlankState; terminal: string | undefined } | undefined {
    const row = this.#blank.get(serial) as { state: BlankState; terminal_id: string | null } | undefined;
    return row === undefined ? undefined : { state: row.state, terminal: row.terminal_id ?? undefined };
  }
}

/** Division, year, kind and sequence of an 18-digit permit number (payload.md 3). */
const numberParts = (permitNumber: string): { division: string; year: number; kind: number; sequence: number } => ({
  division: permitNumber.slice(0, 6),
  year: Number(permitNumber.slice(6, 10)),
  kind: Number(permitNumber.slice(10, 11)),
  sequence: Number(permitNumber.slice(11, 17)),
});
