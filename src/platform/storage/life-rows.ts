import type { Database, Statement } from 'better-sqlite3';
import type { FailureCode } from '../../contract/index.js';
import type { LifeCycleEvent, PermitFile } from '../../permit/index.js';
import { applicationOf, statusOf, tellLife, type LifeEvent } from '../intake/life.js';
import type { Origin } from '../intake/prepared.js';
import { originOf } from './origin.js';

interface EventRow {
  readonly origin_terminal: string;
  readonly origin_epoch: number;
  readonly origin_seq: number;
  readonly type: string;
  readonly receipt: string | null;
  readonly permit_number: string | null;
  readonly person_key: Uint8Array | null;
  readonly at: number;
  readonly applied: number;
  readonly code: FailureCode | null;
  readonly facts: string;
}
type StoredEvent = EventRow & { readonly event: LifeEvent };

export interface NewEvent {
  readonly facts: LifeCycleEvent;
  readonly at: number;
  readonly permitNumber: string | undefined;
  readonly receipt: string | undefined;
  readonly personKey: Uint8Array | undefined;
  readonly box: Uint8Array | undefined;
  readonly terminated?: boolean | undefined;
}

const columns = 'origin_terminal, origin_epoch, origin_seq, type, receipt, permit_number, person_key, at, applied, code, facts';

/** The events of permits and applications, and what they amount to, kept in `permits` and `applications`. Runs inside the caller's transaction. */
export class LifeRows {
  readonly #put: Statement;
  readonly #nextOwn: Statement;
  readonly #ofPermit: Statement;
  readonly #ofReceipt: Statement;
  readonly #mark: Statement;
  readonly #permitOfReceipt: Statement;
  readonly #putState: Statement;
  readonly #putApplication: Statement;
  readonly #rules: Statement;

  constructor(db: Database) {
    this.#put = db.prepare(`insert into events (origin_terminal, origin_epoch, origin_seq, type, permit_number, receipt, person_key, at, applied, code, facts, box,
      terminated) values (?, ?, ?, ?, ?, ?, ?, ?, 0, null, ?, ?, ?)`);
    this.#nextOwn = db.prepare("select coalesce(max(origin_seq), 0) + 1 from events where origin_terminal = '' and origin_epoch = 0").pluck();
    const order = 'order by at, origin_terminal, origin_epoch, origin_seq';
    // The application that a card was made for belongs to the permit's life, when it is the same person's.
    this.#ofPermit = db.prepare(`select ${columns} from events where permit_number = @number union
      select ${columns} from events where receipt in (select receipt from events where permit_number = @number and receipt is not null)
        and permit_number is null and (person_key is null or person_key = (select person_key from permits where permit_number = @number)) ${order}`);
    this.#ofReceipt = db.prepare(`select ${columns} from events where receipt = ? ${order}`);
    this.#mark = db.prepare('update events set applied = ?, code = ? where origin_terminal = ? and origin_epoch = ? and origin_seq = ?');
    this.#permitOfReceipt = db.prepare('select permit_number from events where receipt = ? and permit_number is not null limit 1').pluck();
    this.#putState = db.prepare('update permits set state = ?, good_until = ?, years_count_from = ?, ended = ? where permit_number = ?');
    this.#putApplication = db.prepare(`insert into applications (receipt, person_key, state, purpose, due_on, permit_number, missing_papers, at)
      values (@receipt, @person, @state, @purpose, @due, @number, @missing, @at)
      on conflict (receipt) do update set person_key = excluded.person_key, state = excluded.state, purpose = excluded.purpose, due_on = excluded.due_on,
        permit_number = excluded.permit_number, missing_papers = excluded.missing_papers, at = excluded.at`);
    this.#rules = db.prepare("select json_extract(cast(contents as text), '$.endorsementDueDayCounts') from config where name = 'rules' order by version desc limit 1").pluck();
  }

  /** `origin` undefined: done by an officer of the platform, numbered under no terminal. */
  add(event: NewEvent, origin: Origin | undefined): void {
    const from = origin ?? { terminal: '', epoch: 0, seq: this.#nextOwn.get() as number };
    const { facts, permitNumber, receipt, personKey, at, box } = event;
    const terminated = event.terminated === undefined ? null : Number(event.terminated);
    this.#put.run(from.terminal, from.epoch, from.seq, facts.type, permitNumber ?? null, receipt ?? null, personKey ?? null, at, JSON.stringify(facts), box ?? null, terminated);
  }

  /** Tells the life of a permit anew; the status that its newest card has on the list. */
  retellPermit(permitNumber: string): 0 | 1 | 2 {
    const { file, events } = this.#tell(this.#events(this.#ofPermit, { number: permitNumber }));
    if (file !== undefined) this.#putState.run(file.state, file.goodUntil ?? null, file.yearsCountFrom ?? null, file.ended ?? null, permitNumber);
    this.#applications(events, permitNumber);
    // What the rules ended (an endorsement that was refused among it) is listed; what two people decided is listed whatever the rules say.
    return file?.state === 'ended' ? 1 : statusOf(events.map(({ event }) => event));
  }

  /** An application without a permit, or with one: then the whole life is told anew. */
  retellReceipt(receipt: string): void {
    const permitNumber = this.#permitOfReceipt.get(receipt) as string | undefined;
    if (permitNumber !== undefined) {
      this.retellPermit(permitNumber);
      return;
    }
    this.#applications(this.#tell(this.#events(this.#ofReceipt, receipt)).events, undefined);
  }

  #events(statement: Statement, key: unknown): StoredEvent[] {
    return (statement.all(key) as EventRow[]).map((row) => ({ ...row, event: { at: row.at, facts: JSON.parse(row.facts) as LifeCycleEvent } }));
  }

  /** The events come back as the telling left them: one that arrives late may let others take effect, or keep them from it. */
  #tell(stored: readonly StoredEvent[]): { readonly file: PermitFile | undefined; readonly events: readonly StoredEvent[] } {
    const { file, codes } = tellLife(
      stored.map(({ event }) => event),
      this.#rules.get() !== 0,
    );
    const events = stored.map((row, i) => {
      const code = codes[i] ?? null;
      const applied = code === null ? 1 : 0;
      if (row.applied !== applied || row.code !== code) this.#mark.run(applied, code, ...originOf(row));
      return { ...row, applied, code };
    });
    return { file, events };
  }

  #applications(events: readonly StoredEvent[], permitNumber: string | undefined): void {
    for (const receipt of new Set(events.flatMap((row) => (row.receipt === null ? [] : [row.receipt])))) {
      const own = events.filter((row) => row.receipt === receipt);
      const opening = own.find((row) => row.type === 'acceptance' || row.type === 'registration');
      if (opening?.person_key === undefined || opening.person_key === null) continue;
      const { state, purpose, dueOn, missingPapers } = applicationOf(own.filter((row) => row.type === opening.type || row.applied === 1).map(({ event }) => event));
      this.#putApplication.run({
        receipt, person: opening.person_key, state, purpose: purpose ?? null, due: dueOn ?? null, number: permitNumber ?? null, missing: missingPapers, at: opening.at,
      });
    }
  }
}
