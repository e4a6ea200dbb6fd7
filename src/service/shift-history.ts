import { CodedError, done, failed, type HistoryEntry, type HistoryLine, type Operation, type Outcome } from '../contract/index.js';
import type { KeptCheck, Outbox } from '../outbox/index.js';
import type { Verdict } from '../permit/index.js';
import type { Clock, Trust } from '../workflows/index.js';
import type { Operators } from './operators.js';

/** A line of the history lives no longer than a shift, whoever is signed in. */
export const shiftHistoryHours = 12;
const lookMs = 60_000;

export interface ShiftHistoryParts {
  readonly outbox: Pick<Outbox, 'history' | 'ownRecords' | 'local' | 'knownTime' | 'enqueue' | 'admits'>;
  readonly operators: Pick<Operators, 'session' | 'require'>;
  readonly trust: Pick<Trust, 'statusList'>;
  readonly clock: Pick<Clock, 'now'>;
}

const masked = ({ permitNumber }: KeptCheck['verdict']): string => (permitNumber === undefined ? '' : `${permitNumber.slice(0, 6)}${'*'.repeat(8)}${permitNumber.slice(-4)}`);

const lineOf = ({ id, at, verdict, listIssuedAt, purpose }: KeptCheck): HistoryLine => ({ id, at, result: verdict.result, maskedNumber: masked(verdict), listIssuedAt, purpose });

/**
 * What was checked at this desk in the shift of whoever is signed in (operators.md 6.1): boxed under the local key, shown to nobody else, gone when the shift ends or after
 * twelve hours. It is a convenience: what counts is the record in the queue.
 */
export class ShiftHistory {
  readonly #parts: ShiftHistoryParts;
  readonly #looking: NodeJS.Timeout;

  constructor(parts: ShiftHistoryParts) {
    this.#parts = parts;
    this.#looking = setInterval(() => this.purge(), lookMs).unref();
    this.purge();
  }

  /** Keeps the check where the local data is open to this operator; else nothing is kept. A line that cannot be stored holds no verdict back. */
  add(at: number, verdict: Verdict, { purpose, place }: Operation): void {
    const { outbox, trust } = this.#parts;
    if (outbox.local.locked) return;
    try {
      outbox.history.add({ at, by: this.#by(), verdict, listIssuedAt: trust.statusList()?.issuedAt ?? null, purpose, place });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
  }

  /** Newest first, of this shift. SIGN_IN_REQUIRED, ROLE_REQUIRED, LOCAL_DATA_CLOSED. @throws CodedError STORAGE_* */
  list(): Outcome<readonly HistoryLine[]> {
    const open = this.#open();
    return open.ok ? done(this.#parts.outbox.history.list(this.#by()).map(lineOf)) : open;
  }

  /** One line whole, once the look at it is captured: `check-viewed`. HISTORY_GONE, OUTBOX_FULL, and as `list`. @throws CodedError STORAGE_* */
  view(id: string): Outcome<HistoryEntry> {
    const open = this.#open();
    if (!open.ok) return open;
    const { outbox, clock } = this.#parts;
    const check = outbox.history.get(id, this.#by());
    if (check === undefined) return failed('HISTORY_GONE');
    const admitted = outbox.admits('check-viewed');
    if (!admitted.ok) return admitted;
    const { at, verdict, place, by } = check;
    const { permitNumber } = verdict;
    outbox.enqueue({ type: 'check-viewed', checkedAt: at, at: clock.now(), ...(permitNumber === undefined ? {} : { permitNumber }), ...(by === '' ? {} : { by }) });
    return done({ ...lineOf(check), permitNumber: permitNumber ?? null, place, by, verdict });
  }

  /** Deletes what is too old, the counter's own lines of days before too, also while nobody is signed in. What the storage refuses is tried again within a minute. */
  purge(): void {
    const { outbox, clock } = this.#parts;
    const now = Math.max(clock.now(), outbox.knownTime());
    try {
      outbox.history.purge(now, shiftHistoryHours * 3_600);
      outbox.ownRecords.purge(now);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  #open(): Outcome<undefined> {
    const { outbox, operators } = this.#parts;
    this.purge();
    const allowed = operators.require('verify');
    if (!allowed.ok) return allowed;
    return outbox.local.locked ? failed('LOCAL_DATA_CLOSED') : done(undefined);
  }

  #by(): string {
    return this.#parts.operators.session?.id ?? '';
  }
}
