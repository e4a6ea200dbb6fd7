import type { Database, Statement } from 'better-sqlite3';
import { nextStatus, refuseBlank, refuseIssue, type BlankState } from '../intake/decide.js';
import type { Origin, PreparedIssue, PreparedRevocation, PreparedSpoiled, PreparedVerification } from '../intake/prepared.js';
import { StatusShards } from './status-shards.js';

interface BlankRow {
  readonly state: BlankState;
  readonly terminal_id: string | null;
}
interface PermitRow {
  readonly person_key: Uint8Array;
  readonly status: number;
  readonly status_index: number;
}

/**
 * What a record does to the registries, by prepared statements: kysely compiles each statement anew, which costs more than SQLite needs to run it
 * (docs/platform.md has the numbers). Each method decides before it writes and answers why it did not; all run inside the caller's transaction.
 */
export class SqliteEffects {
  readonly #numberTaken: Statement;
  readonly #indexTaken: Statement;
  readonly #indexBlock: Statement;
  readonly #blank: Statement;
  readonly #takeBlank: Statement;
  readonly #putResident: Statement;
  readonly #putCapture: Statement;
  readonly #putPermit: Statement;
  readonly #otherPermits: Statement;
  readonly #flagDuplicates: Statement;
  readonly #raiseIndexBlock: Statement;
  readonly #raiseNumberBlock: Statement;
  readonly #putVerification: Statement;
  readonly #permit: Statement;
  readonly #setStatus: Statement;
  readonly #putStatusChange: Statement;
  readonly #readShard: Statement;
  readonly #writeShard: Statement;
  readonly #bumpVersion: Statement;
  #shards: StatusShards;

  constructor(db: Database) {
    this.#numberTaken = db.prepare('select 1 from permits where permit_number = ?').pluck();
    this.#indexTaken = db.prepare('select 1 from permits where status_index = ?').pluck();
    this.#indexBlock = db.prepare('select terminal_id, last from index_blocks where first <= ? order by first desc limit 1');
    this.#blank = db.prepare('select state, terminal_id from blanks where serial = ?');
    this.#takeBlank = db.prepare('update blanks set state = ?, reason = ?, origin_terminal = ?, origin_epoch = ?, origin_seq = ? where serial = ?');
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
    this.#putVerification = db.prepare(`insert into verifications (origin_terminal, origin_epoch, origin_seq, permit_number, result, reason, mode, at)
      values (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#permit = db.prepare('select person_key, status, status_index from permits where permit_number = ?');
    this.#setStatus = db.prepare('update permits set status = ? where permit_number = ?');
    this.#putStatusChange = db.prepare(`insert into status_changes (permit_number, status_index, from_status, to_status, reason, box, at, origin_terminal,
      origin_epoch, origin_seq) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#readShard = db.prepare('select packed from status_shards where shard = ?').pluck();
    this.#writeShard = db.prepare('insert into status_shards (shard, packed) values (?, ?) on conflict (shard) do update set packed = excluded.packed');
    this.#bumpVersion = db.prepare(`insert into meta (key, value) values ('status-version', '1')
      on conflict (key) do update set value = cast(cast(value as integer) + 1 as text)`);
    this.#shards = this.#freshShards();
  }

  /** Before the first effect of a transaction: forgets what an earlier one, perhaps rolled back, left in memory. */
  begin(): void {
    this.#shards = this.#freshShards();
  }

  /** After the last effect of a transaction, before its commit. */
  finish(): void {
    if (this.#shards.flush() > 0) this.#bumpVersion.run();
  }

  issue(record: PreparedIssue, { terminal, epoch, seq }: Origin, now: number): string | undefined {
    const block = this.#indexBlock.get(record.statusIndex) as { terminal_id: string; last: number } | undefined;
    const refused = refuseIssue({
      terminal,
      numberTaken: this.#numberTaken.get(record.permitNumber) !== undefined,
      indexTaken: this.#indexTaken.get(record.statusIndex) !== undefined,
      indexOwner: block !== undefined && record.statusIndex <= block.last ? block.terminal_id : undefined,
      blank: this.#findBlank(record.serial),
    });
    if (refused !== undefined) return refused;
    const person = record.personKey;
    const others = this.#otherPermits.get(person) as number;
    this.#putResident.run({ person, terminal, epoch, seq, at: record.issuedAt, now });
    this.#putCapture.run(person, terminal, epoch, seq, record.permitNumber, record.issuedAt, record.box);
    this.#putPermit.run(
      person, record.permitNumber, record.permitKind, record.serial, record.statusIndex, record.issuedOn, record.expiresOn ?? null, record.issuedAt, terminal, epoch, seq,
    );
    if (others > 0) this.#flagDuplicates.run(person);
    this.#takeBlank.run('used', null, terminal, epoch, seq, record.serial);
    this.#shards.set(record.statusIndex, 0);
    this.#raiseIndexBlock.run({ at: record.statusIndex });
    this.#raiseNumberBlock.run({ ...numberParts(record.permitNumber), terminal });
    return undefined;
  }

  verification(record: PreparedVerification, { terminal, epoch, seq }: Origin): undefined {
    this.#putVerification.run(terminal, epoch, seq, record.permitNumber ?? null, record.result, record.reason, record.mode, record.at);
    return undefined;
  }

  /** false: no such permit yet. */
  revocation(record: PreparedRevocation, origin: Origin | undefined): boolean {
    const permit = this.#permit.get(record.permitNumber) as PermitRow | undefined;
    if (permit === undefined) return false;
    const to = nextStatus(permit.status, record.status);
    this.#putStatusChange.run(
      record.permitNumber, permit.status_index, permit.status, to, record.reason, record.box, record.at, origin?.terminal ?? null, origin?.epoch ?? null, origin?.seq ?? null,
    );
    if (to !== permit.status) {
      this.#setStatus.run(to, record.permitNumber);
      this.#shards.set(permit.status_index, to);
      this.#flagDuplicates.run(permit.person_key);
    }
    return true;
  }

  spoiled(record: PreparedSpoiled, { terminal, epoch, seq }: Origin): string | undefined {
    const refused = refuseBlank(terminal, this.#findBlank(record.serial));
    if (refused === undefined) this.#takeBlank.run('spoiled', record.reason, terminal, epoch, seq, record.serial);
    return refused;
  }

  #findBlank(serial: string): { state: BlankState; terminal: string | undefined } | undefined {
    const row = this.#blank.get(serial) as BlankRow | undefined;
    return row === undefined ? undefined : { state: row.state, terminal: row.terminal_id ?? undefined };
  }

  #freshShards(): StatusShards {
    return new StatusShards({
      read: (shard) => this.#readShard.get(shard) as Uint8Array | undefined,
      write: (shard, packed) => void this.#writeShard.run(shard, packed),
    });
  }
}

/** Division, year, kind and sequence of an 18-digit permit number (payload.md 3). */
const numberParts = (permitNumber: string): { division: string; year: number; kind: number; sequence: number } => ({
  division: permitNumber.slice(0, 6),
  year: Number(permitNumber.slice(6, 10)),
  kind: Number(permitNumber.slice(10, 11)),
  sequence: Number(permitNumber.slice(11, 17)),
});
