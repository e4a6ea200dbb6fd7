import { done, failed, type Outcome, type PermitFacts } from '../contract/index.js';
import { applyEvent, dateInChina, fileOfFacts, type PermitFile } from '../permit/index.js';
import {
  acceptApplication,
  blanksExpected,
  changeStatus,
  closeDay,
  handOver,
  registerResident,
  returnCard,
  reviewApplication,
  supplementPapers,
  takeFee,
  type Acceptance,
  type CounterContext,
  type DayBooks,
  type DayCount,
  type OpenApplication,
} from '../workflows/index.js';
import { lookUpPermit, type LookUpOptions } from './look-up.js';
import { openApplications } from './open-applications.js';
import { plain } from './plain.js';
import type { Task } from './roles.js';
import type { Terminal } from './terminal.js';

/** The setting that keeps what the last closed day left of blanks. */
const blanksSetting = 'stock/closing';
/** The setting that keeps the last day that was closed, and with how many blanks it had begun: closed again, it begins with the same. */
const closedSetting = 'stock/closed';
/** More than these waiting records are not searched for a permit's. */
const linesLookedAt = 500;
interface ClosedDay {
  readonly day: string;
  readonly opening: number;
}

export interface CounterBooks extends DayBooks {
  readonly day: string;
  readonly expected: number;
  readonly handedOver: number;
  readonly endorsed: number;
  readonly moved: number;
  readonly returned: number;
  /** the last day that was closed, YYYY-MM-DD */
  readonly closedOn?: string;
}

/**
 * What the counter does without a card, for whoever is signed in: each method asks for the task's right first. `by` names the person at a terminal that has no
 * operators yet. Facts of a permit come from the platform where it can be reached; off-line the platform decides when the record arrives.
 */
export class CounterDesk {
  constructor(private readonly terminal: Terminal) {}

  register(application: unknown, by?: string) {
    return this.#as('register', by, (ctx) => registerResident(ctx, application));
  }

  /** `permitNumber`: of the permit that gets another card; it must be looked up on-line. */
  async accept(acceptance: Omit<Acceptance, 'permit'> & { readonly permitNumber?: string }, by?: string) {
    const { permitNumber, ...asked } = acceptance;
    return this.#as('accept', by, async (ctx) => {
      if (permitNumber === undefined) return acceptApplication(ctx, asked);
      const facts = await this.facts(permitNumber);
      if (!facts.ok) return facts;
      const file = facts.value === undefined ? undefined : this.fileOfFacts(facts.value);
      if (file === undefined) return failed('PERMIT_FACTS_MISSING');
      return acceptApplication(ctx, { ...asked, permit: { permitNumber, file } });
    });
  }

  /** `photo`: JPEG that came with the papers */
  supplement(receipt: string, missingPapers: readonly string[], by?: string, photo?: Uint8Array) {
    return this.#as('supplement', by, (ctx) => supplementPapers(ctx, receipt, missingPapers, photo));
  }

  review(receipt: string, decision: 'approved' | 'refused', reason?: string, by?: string) {
    return this.#as('review', by, (ctx) => reviewApplication(ctx, receipt, decision, reason));
  }

  handOver(handed: Parameters<typeof handOver>[1], by?: string) {
    return this.#withFacts('hand-over', handed.permitNumber, by, async (ctx, file) => {
      const { made } = this.terminal;
      const waiting = made.find(handed.permitNumber, handed.serial);
      // Of a card that was made here this counter knows what became of the old one; that another counter has handed it over, only the platform.
      const elsewhere = file !== undefined && file.state !== 'made';
      const recorded = await handOver(ctx, handed, elsewhere ? file : (waiting?.file ?? file));
      if (waiting !== undefined && (recorded.ok || (elsewhere && file.state === 'active'))) made.close(waiting);
      return recorded;
    });
  }

  /** Whether the platform says of a card that was made here that its holder has it: then another counter handed it over, and it waits here no more. */
  async settleHandedElsewhere({ receipt, made }: OpenApplication, network: Pick<LookUpOptions, 'timeoutMs' | 'fetch'> = {}): Promise<boolean> {
    if (made === undefined || this.#waits(made.permitNumber)) return false;
    const facts = await this.facts(made.permitNumber, network);
    if (!facts.ok || facts.value?.cards[0]?.serial !== made.serial || fileOfFacts(facts.value)?.state !== 'active') return false;
    // It may have been handed over here meanwhile.
    const waiting = this.terminal.made.find(made.permitNumber, made.serial);
    if (waiting?.receipt !== receipt) return false;
    this.terminal.made.close(waiting);
    return true;
  }

  /** `approvedBy` was checked by `Terminal.approve` where the terminal has operators. */
  changeStatus(change: Parameters<typeof changeStatus>[1], by?: string) {
    const task = change.status === 0 ? 'restore' : change.status === 2 ? 'suspend' : 'cancel';
    return this.#withFacts(task, change.permitNumber, by, (ctx, file) => changeStatus(ctx, change, file));
  }

  /** What `changeStatus` would be refused for, before a second person is asked. */
  mayChangeStatus({ permitNumber, status, reason }: Omit<Parameters<typeof changeStatus>[1], 'approvedBy'>, by?: string): Promise<Outcome<undefined>> {
    const task = status === 0 ? 'restore' : status === 2 ? 'suspend' : 'cancel';
    return this.#withFacts(task, permitNumber, by, (ctx, file) => {
      const on = dateInChina(ctx.clock.now());
      const next = file === undefined ? undefined : applyEvent(file, { type: 'revocation', on, status, reason }, { endorsementDueDayCounts: ctx.rules.endorsementDueDayCounts });
      return Promise.resolve(next?.ok === false ? failed(next.code, next.detail) : done(undefined));
    });
  }

  /** The platform's word, and what it does not tell: that the newest card was made here today, and may be put right. */
  fileOfFacts(facts: PermitFacts): PermitFile | undefined {
    const file = fileOfFacts(facts);
    // A first card is of the permit's day of issue, also one that was carried over today.
    const madeOn = facts.cards.length > 1 ? this.#madeToday(facts.permitNumber) : undefined;
    return file === undefined || madeOn === undefined ? file : { ...file, madeOn };
  }

  /** Today, where this counter made a card of the permit today. */
  #madeToday(permitNumber: string): string | undefined {
    const { outbox, clock } = this.terminal;
    const today = dateInChina(clock.now());
    return outbox.ownRecords.list().some(({ type, reference, at }) => type === 'issue' && reference === permitNumber && dateInChina(at) === today) ? today : undefined;
  }

  /** A permit as far as the platform knows it; undefined where it cannot be asked. PERMIT_UNKNOWN */
  async fileOf(permitNumber: string): Promise<Outcome<PermitFile | undefined>> {
    const facts = await this.facts(permitNumber);
    return facts.ok ? done(facts.value === undefined ? undefined : this.fileOfFacts(facts.value)) : facts;
  }

  returnCard(returned: Parameters<typeof returnCard>[1], by?: string) {
    return this.#as('card-return', by, (ctx) => returnCard(ctx, returned));
  }

  takeFee(permitNumber: string, purpose: Parameters<typeof takeFee>[2], by?: string) {
    return this.#as('fee', by, (ctx) => takeFee(ctx, permitNumber, purpose));
  }

  /** Open applications of this terminal, oldest receipt first, those among them whose card waits for its holder. Throws CodedError SIGN_IN_REQUIRED. */
  applications(): readonly OpenApplication[] {
    this.terminal.made.settle();
    return openApplications(this.terminal.outbox, this.terminal.clock).list().sort((a, b) => (a.receipt < b.receipt ? -1 : 1));
  }

  /** The terminal's own books of today. Blanks that lie here are those whose keys it holds and those that are half written. */
  books(): CounterBooks {
    const { outbox, clock } = this.terminal;
    const day = dateInChina(clock.now());
    const { fees, issued, spoiled, ...counts } = outbox.days.totals(clock.now());
    const here = outbox.keySets.serials().length;
    const closing = outbox.settings.get(blanksSetting);
    const closed = closedDay(outbox.settings.get(closedSetting));
    const opening = closed?.day === day ? closed.opening : typeof closing === 'number' ? closing : 0;
    const books = { fees, blanks: { opening, received: Math.max(0, here + issued + spoiled - opening), issued, spoiled } };
    return { day, ...books, expected: blanksExpected(books), ...counts, ...(closed === undefined ? {} : { closedOn: closed.day }) };
  }

  closeDay(count: DayCount, approvedBy?: string, by?: string) {
    return this.#as('reconcile', by, async (ctx) => {
      const { day, fees, blanks } = this.books();
      const closed = await closeDay(ctx, { fees, blanks }, count, approvedBy);
      if (closed.ok) this.terminal.outbox.settings.put({ [blanksSetting]: count.blanks, [closedSetting]: { day, opening: blanks.opening } });
      return closed;
    });
  }

  /** What the platform says of a permit; undefined where it cannot be asked. PERMIT_UNKNOWN. */
  async facts(permitNumber: string, network: Pick<LookUpOptions, 'timeoutMs' | 'fetch'> = {}): Promise<Outcome<PermitFacts | undefined>> {
    const found = await lookUpPermit(this.terminal, permitNumber, network);
    if (!found.ok) return found.code === 'STATUS_LIST_MISSING' || found.code === 'STATUS_LIST_STALE' || found.code === 'CLOCK_WRONG' ? done(undefined) : found;
    return done(found.value.source === 'platform' ? found.value.facts : undefined);
  }

  #withFacts<T>(task: Task, permitNumber: string, by: string | undefined, work: (ctx: CounterContext, file: PermitFile | undefined) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return this.#as(task, by, async (ctx) => {
      // While records of this permit wait here, this counter knows more than the platform: a card that was made a minute ago is handed over, and its loss is taken.
      if (this.#waits(permitNumber)) return work(ctx, undefined);
      const facts = await this.facts(permitNumber);
      // What another counter issued off-line is not there yet.
      if (!facts.ok && facts.code !== 'PERMIT_UNKNOWN') return facts;
      return work(ctx, facts.ok && facts.value !== undefined ? fileOfFacts(facts.value) : undefined);
    });
  }

  /** Whether something that changes this permit has not reached the platform; where that cannot be read, anything may. */
  #waits(permitNumber: string): boolean {
    const { outbox } = this.terminal;
    const { pending, acknowledged } = outbox.counts();
    if (pending === 0) return false;
    if (pending > linesLookedAt || outbox.local.locked) return true;
    return outbox.ownRecords.list(linesLookedAt).some(({ seq, type, reference }) => seq > acknowledged && reference === permitNumber && type !== 'pin' && type !== 'fee');
  }

  async #as<T>(task: Task, by: string | undefined, work: (ctx: CounterContext) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { terminal } = this;
    const allowed = terminal.require(task);
    if (!allowed.ok) return allowed;
    const who = allowed.value?.id ?? by;
    if (who === undefined || who.trim() === '') return failed('SIGN_IN_REQUIRED');
    const { outbox, clock } = terminal;
    return work({ outbox, clock, open: openApplications(outbox, clock), rules: terminal.rules(), by: who });
  }
}

const closedDay = (setting: unknown): ClosedDay | undefined => {
  const { day, opening } = (plain(setting) ?? {}) as Record<string, unknown>;
  return typeof day === 'string' && typeof opening === 'number' ? { day, opening } : undefined;
};
