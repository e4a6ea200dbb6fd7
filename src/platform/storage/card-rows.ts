import type { Database, Statement } from 'better-sqlite3';
import type { Origin, PreparedIssue } from '../intake/prepared.js';
import { originOf, type OriginColumns } from './origin.js';
import { StatusShards } from './status-shards.js';

export interface CardRow extends OriginColumns {
  readonly serial: string;
  readonly permit_number: string;
  readonly status_index: number;
  readonly status: number;
  readonly thumbprint: Uint8Array | null;
}

/** A capture as it is stored, for the thumbprint of a card that was entered without it. */
export interface StoredCapture {
  readonly personKey: Uint8Array;
  readonly origin: Origin;
  readonly box: Uint8Array;
}

/** The cards of the permits and their entries in the status list: the newest card has the status of the permit, the ones before it are 1. */
export class CardRows {
  readonly #put: Statement;
  readonly #bySerial: Statement;
  readonly #byIndex: Statement;
  readonly #ofPermit: Statement;
  readonly #setStatus: Statement;
  readonly #setThumbprint: Statement;
  readonly #setNewest: Statement;
  readonly #capture: Statement;
  readonly #readShard: Statement;
  readonly #writeShard: Statement;
  readonly #bumpVersion: Statement;
  #shards: StatusShards;

  constructor(
    db: Database,
    private readonly thumbprintOf: (capture: StoredCapture) => Uint8Array,
  ) {
    const columns = 'serial, permit_number, status_index, status, thumbprint, origin_terminal, origin_epoch, origin_seq';
    this.#put = db.prepare(`insert into cards (serial, permit_number, status_index, status, issued_at, replaced, thumbprint, origin_terminal, origin_epoch, origin_seq)
      values (?, ?, ?, 3, ?, ?, ?, ?, ?, ?)`);
    this.#bySerial = db.prepare(`select ${columns} from cards where serial = ?`);
    this.#byIndex = db.prepare('select 1 from cards where status_index = ?').pluck();
    // By the time of issue, not of arrival: a replacement may be known before what it replaces.
    this.#ofPermit = db.prepare(`select ${columns} from cards where permit_number = ? order by issued_at desc, serial desc`);
    this.#setStatus = db.prepare('update cards set status = ? where serial = ?');
    this.#setThumbprint = db.prepare('update cards set thumbprint = ? where serial = ?');
    this.#setNewest = db.prepare('update permits set serial = ?, status_index = ? where permit_number = ? and serial <> ?');
    this.#capture = db.prepare('select person_key, box from captures where origin_terminal = ? and origin_epoch = ? and origin_seq = ? and permit_number = ?');
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

  indexTaken(statusIndex: number): boolean {
    return this.#byIndex.get(statusIndex) !== undefined;
  }

  find(serial: string): CardRow | undefined {
    return this.#bySerial.get(serial) as CardRow | undefined;
  }

  add(record: PreparedIssue, { terminal, epoch, seq }: Origin): void {
    this.#put.run(record.serial, record.permitNumber, record.statusIndex, record.issuedAt, record.replaces ?? null, record.thumbprint, terminal, epoch, seq);
  }

  /** Whether a signed object is bound to a card of this permit. Not to the newest alone: it may have been signed before that one and arrive after it. */
  bound(permitNumber: string, thumbprint: Uint8Array): boolean {
    return (this.#ofPermit.all(permitNumber) as CardRow[]).some((card) => Buffer.compare(this.#thumbprint(card), thumbprint) === 0);
  }

  /** Publishes the status of a permit. */
  publish(permitNumber: string, status: number): void {
    (this.#ofPermit.all(permitNumber) as CardRow[]).forEach((card, age) => {
      const wanted = age === 0 ? status : 1;
      if (age === 0) this.#setNewest.run(card.serial, card.status_index, permitNumber, card.serial);
      if (card.status === wanted) return;
      this.#setStatus.run(wanted, card.serial);
      this.#shards.set(card.status_index, wanted);
    });
  }

  #thumbprint(card: CardRow): Uint8Array {
    if (card.thumbprint !== null) return card.thumbprint;
    const row = this.#capture.get(...originOf(card), card.permit_number) as { person_key: Uint8Array; box: Uint8Array } | undefined;
    if (row === undefined) throw new Error('a card without its capture');
    const [terminal, epoch, seq] = originOf(card);
    const thumbprint = this.thumbprintOf({ personKey: row.person_key, origin: { terminal, epoch, seq }, box: row.box });
    this.#setThumbprint.run(thumbprint, card.serial);
    return thumbprint;
  }

  #freshShards(): StatusShards {
    return new StatusShards({
      read: (shard) => this.#readShard.get(shard) as Uint8Array | undefined,
      write: (shard, packed) => void this.#writeShard.run(shard, packed),
    });
  }
}
