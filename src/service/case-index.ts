import { setImmediate } from 'node:timers/promises';
import type { FoundCase } from '../contract/index.js';
import type { Outbox } from '../outbox/index.js';
import { caseOfDraft, caseOfRecord, matching, type Case } from './case-lookup.js';

/** Rows that are opened before other work gets its turn: a box takes some fifty microseconds. */
const slice = 100;

interface Held {
  /** forms and open applications by the id of their draft */
  readonly drafts: Map<string, Case>;
  /** drafts that were written since they were read */
  readonly stale: Set<string>;
  /** oldest first */
  readonly records: Case[];
  /** the newest case that names somebody, by permit number and by slip */
  readonly people: Map<string, Case>;
  /** numbers of the first and the last record; 0 of none */
  first: number;
  last: number;
}

export interface Found {
  readonly cases: readonly FoundCase[];
  /** there are more than were asked for */
  readonly more: boolean;
}

/**
 * What this terminal knows of cases, opened in memory so that a search is answered within a key stroke: forms, open applications and own records. It is built when it is first asked for, kept current by
 * what is written, and forgotten at once when the local data locks or another key (another person) opens it. Nothing of it is on the disk.
 */
export class CaseIndex {
  readonly #outbox: Pick<Outbox, 'drafts' | 'ownRecords' | 'local'>;
  readonly #ends: readonly (() => void)[];
  #held: Held | undefined;
  /** counts the times that all of it was forgotten */
  #age = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(outbox: Pick<Outbox, 'drafts' | 'ownRecords' | 'local'>) {
    this.#outbox = outbox;
    this.#ends = [outbox.local.onLock(() => this.#forget()), outbox.drafts.onChange((id) => void this.#held?.stale.add(id))];
  }

  /** Begins to build it, where that was not done yet. Never fails: whoever searches hears of it. */
  prepare(): void {
    if (!this.#outbox.local.locked) this.#current().catch(() => undefined);
  }

  /** Newest first, one line for a permit or slip of the records. @throws CodedError SIGN_IN_REQUIRED: local data is locked; STORAGE_* */
  async search(typed: string, limit: number): Promise<Found> {
    const meant = matching(typed);
    if (meant === undefined) return { cases: [], more: false };
    const { drafts, records } = await this.#current();
    const found = [...drafts.values()].filter(meant);
    // A form or an open application stands for the records that it made.
    const seen = new Set([...drafts.values()].map(({ receipt }) => receipt).filter((receipt) => receipt !== ''));
    let left = limit + 1;
    for (let at = records.length - 1; at >= 0 && left > 0; at -= 1) {
      const its = records[at];
      if (its === undefined || !meant(its)) continue;
      const keys = [its.permitNumber, its.receipt].filter((key) => key !== '');
      const known = keys.some((key) => seen.has(key));
      for (const key of keys) seen.add(key);
      if (known) continue;
      found.push(its);
      left -= 1;
    }
    const cases = found.map((its) => its.found).sort((a, b) => b.at - a.at);
    return { cases: cases.slice(0, limit), more: cases.length > limit };
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#forget();
  }

  #forget(): void {
    this.#age += 1;
    this.#held = undefined;
  }

  /** One after the other: two searches must not read the same new rows twice. */
  #current(): Promise<Held> {
    const turn = this.#turn.then(() => this.#upToDate());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #upToDate(): Promise<Held> {
    for (;;) {
      const age = this.#age;
      const held = this.#held ?? this.#begin();
      const read = await this.#readRecords(held, age);
      const { first, last } = this.#outbox.ownRecords.extent();
      if (read && first === held.first && last === held.last) {
        this.#readDrafts(held);
        return held;
      }
      // Lines went (their day is over), a new epoch numbered them anew, or another key opened the data meanwhile: from the beginning. Locked, the first read says so.
      if (this.#age === age) this.#forget();
    }
  }

  #begin(): Held {
    const begun: Held = { drafts: new Map(), stale: new Set(), records: [], people: new Map(), first: 0, last: 0 };
    for (const draft of this.#outbox.drafts.list()) {
      const its = caseOfDraft(draft);
      if (its !== undefined) begun.drafts.set(draft.id, its);
    }
    this.#held = begun;
    return begun;
  }

  #readDrafts({ drafts, stale }: Held): void {
    for (const id of stale) {
      const draft = this.#outbox.drafts.get(id);
      const its = draft === undefined ? undefined : caseOfDraft(draft);
      if (its === undefined) drafts.delete(id);
      else drafts.set(id, its);
    }
    stale.clear();
  }

  /** False: all of it was forgotten meanwhile. @throws CodedError SIGN_IN_REQUIRED: it is locked */
  async #readRecords(held: Held, age: number): Promise<boolean> {
    for (;;) {
      const rows = this.#outbox.ownRecords.searchable(held.last, slice);
      for (const row of rows) {
        const its = caseOfRecord(row, held.people.get(row.reference) ?? (row.receipt === '' ? undefined : held.people.get(row.receipt)));
        held.records.push(its);
        for (const key of its.name === '' ? [] : [its.permitNumber, its.receipt]) if (key !== '') held.people.set(key, its);
        if (held.first === 0) held.first = row.seq;
        held.last = row.seq;
      }
      if (rows.length < slice) return true;
      await setImmediate();
      if (this.#age !== age) return false;
    }
  }
}
