import { z } from 'zod';
import { done, failed, type Outcome, type PermitFacts } from '../contract/index.js';
import type { OwnRecord } from '../outbox/index.js';
import { applyEvent, checkIdNumber, dateInChina, feeFor, fileOfFacts, livesByItsCard, normaliseIdNumber, startingPoint, type CitySettings, type PermitFile } from '../permit/index.js';
import {
  acceptApplication,
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
  type DayCount,
  type OpenApplication,
} from '../workflows/index.js';
import { counterBooks, noteClosed, type CounterBooks } from './counter-books.js';
import { lookUpPermit, type LookUpOptions } from './look-up.js';
import { openApplications } from './open-applications.js';
import { lookUpPerson } from './person-look-up.js';
import type { Task } from './roles.js';
import type { Terminal } from './terminal.js';

/** More than these waiting records are not searched for a permit's. */
const linesLookedAt = 500;
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
      const on = dateInChina(ctx.clock.now());
      const fit = applyEvent(file, { type: 'acceptance', on, purpose: asked.purpose, missingPapers: [], dueOn: on }, this.#city());
      if (!fit.ok) return failed(fit.code, fit.detail);
      const own = await this.#ofThisPerson(permitNumber, asked.application);
      if (!own.ok) return own;
      // Handed in twice while the platform was asked.
      const before = this.acceptedFrom(asked.draft);
      if (before?.file.dueOn !== undefined) {
        const { receipt, file: { dueOn, missingPapers } } = before;
        return done({ seq: 0, receipt, dueOn, missingPapers, feeFen: feeFor(`issue:${asked.purpose}`, ctx.rules.fees) });
      }
      return acceptApplication(ctx, { ...asked, permit: { permitNumber, file } });
    });
  }

  /** Another card is its holder's: the platform would say so when the card is made already. PERMIT_OTHER_PERSON, PERMIT_FACTS_MISSING: it cannot be asked */
  async #ofThisPerson(permitNumber: string, application: unknown): Promise<Outcome<undefined>> {
    const { data } = z.object({ idNumber: z.string() }).safeParse(application);
    const idNumber = normaliseIdNumber(data?.idNumber ?? '');
    // What is no number is refused with the application; nobody asks about people where nobody signs in.
    if (!checkIdNumber(idNumber).ok || this.terminal.session === undefined) return done(undefined);
    const held = await lookUpPerson(this.terminal, idNumber);
    if (!held.ok) return held.code.startsWith('PLATFORM_') ? failed('PERMIT_FACTS_MISSING') : held;
    return held.value.some((each) => each.permitNumber === permitNumber) ? done(undefined) : failed('PERMIT_OTHER_PERSON');
  }

  /** What a form came to before: a run was lost between the acceptance and its answer, or is still going, and nobody is accepted twice. */
  acceptedFrom(draft: string | undefined): OpenApplication | undefined {
    return draft === undefined ? undefined : this.applications().find((open) => open.draft === draft);
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
      const recordedBefore = file === undefined ? this.#handedOver(handed.permitNumber) : undefined;
      if (recordedBefore !== undefined) {
        if (waiting === undefined) return failed('STATE_NOT_ALLOWED', 'active hand-over');
        // The record was captured, and the process died before the application went.
        made.close(waiting);
        return done({ seq: recordedBefore });
      }
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
    // It may have been handed over here meanwhile.
    return facts.ok && this.terminal.made.find(made.permitNumber, made.serial)?.receipt === receipt && this.closeElsewhere(facts.value);
  }

  /** `approvedBy` was checked by `Terminal.approve` where the terminal has operators. */
  changeStatus(change: Parameters<typeof changeStatus>[1], by?: string) {
    const task = change.status === 0 ? 'restore' : change.status === 2 ? 'suspend' : 'cancel';
    return this.#withFacts(task, change.permitNumber, by, async (ctx, file) => {
      const changed = await changeStatus(ctx, change, file);
      if (changed.ok) this.#applyToOpen(change);
      return changed;
    });
  }

  /** What was begun for a permit hears of it: a lost old card changes what its next one is made for, and of a permit that ended, or a card that was lost before its holder had it, nothing is left to do. */
  #applyToOpen({ permitNumber, status, reason }: Pick<Parameters<typeof changeStatus>[1], 'permitNumber' | 'status' | 'reason'>): void {
    const { outbox, clock, made } = this.terminal;
    if (outbox.local.locked) return;
    const open = openApplications(outbox, clock);
    for (const each of open.list().filter((one) => one.permitNumber === permitNumber)) {
      const next = applyEvent(each.file, { type: 'revocation', on: dateInChina(clock.now()), status, reason }, this.#city());
      if (!next.ok) continue;
      if (next.file.state === 'ended' || next.file.state === 'lost') made.close(each);
      else open.put({ ...each, file: next.file });
    }
  }

  /** What `changeStatus` would be refused for, before a second person is asked. */
  mayChangeStatus({ permitNumber, status, reason }: Omit<Parameters<typeof changeStatus>[1], 'approvedBy'>, by?: string): Promise<Outcome<undefined>> {
    const task = status === 0 ? 'restore' : status === 2 ? 'suspend' : 'cancel';
    return this.#withFacts(task, permitNumber, by, (ctx, file) => {
      const on = dateInChina(ctx.clock.now());
      const next = file === undefined ? undefined : applyEvent(file, { type: 'revocation', on, status, reason }, this.#city());
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

  /** Status index of the card that a permit lives by, as far as this counter or the platform knows. */
  newestCard(permitNumber: string, facts: PermitFacts | undefined): number | undefined {
    const waiting = this.terminal.made.find(permitNumber)?.made?.statusIndex;
    if (waiting !== undefined || facts === undefined) return waiting;
    // Of a card that was made here a minute ago the platform knows nothing yet.
    return this.#waits(permitNumber, ({ type }) => type === 'issue') ? undefined : facts.cards[0]?.statusIndex;
  }

  /** Whether a card of this permit may come back over the counter; the status index of the one that the permit lives by, which nobody ends. STATE_NOT_ALLOWED, INPUT_INVALID */
  mayReturn({ permitNumber, serial, reason }: Parameters<typeof returnCard>[1], by?: string): Promise<Outcome<number | undefined>> {
    return this.#as('card-return', by, async () => {
      if (permitNumber === undefined) return done(undefined);
      const told = await this.facts(permitNumber);
      // A card that is nobody's is taken in, too.
      if (!told.ok && told.code !== 'PERMIT_UNKNOWN') return told;
      const facts = told.ok ? told.value : undefined;
      const waiting = this.terminal.made.find(permitNumber);
      const file = waiting?.file ?? (facts === undefined || this.#waits(permitNumber, ({ type }) => type !== 'residence-change') ? undefined : this.fileOfFacts(facts));
      if (file === undefined) return done(undefined);
      const [on, city] = [dateInChina(this.terminal.clock.now()), this.#city()];
      const next = applyEvent(file, { type: 'card-return', on, reason }, city);
      if (!next.ok) return failed(next.code, next.detail);
      const from = startingPoint(file, on, city);
      if (!livesByItsCard(from)) return done(undefined);
      const newest = this.newestCard(permitNumber, facts);
      const itsSerial = waiting?.made?.serial ?? facts?.cards.find(({ statusIndex }) => statusIndex === newest)?.serial;
      // Seized a card is taken in, whichever it is.
      return reason !== 'seized' && serial !== undefined && serial === itsSerial ? failed('STATE_NOT_ALLOWED', `${from} card-return:${reason}`) : done(newest);
    });
  }

  /** A card that was made here, and that the platform says waits for nobody, waits here no longer: another counter handed it over, or its permit ended. False: nothing was closed. */
  closeElsewhere(facts: PermitFacts | undefined): boolean {
    if (facts === undefined || this.terminal.outbox.local.locked || this.#waits(facts.permitNumber)) return false;
    const waiting = this.terminal.made.find(facts.permitNumber);
    const known = facts.cards.some(({ serial }) => serial === waiting?.made?.serial);
    const state = fileOfFacts(facts)?.state;
    if (waiting === undefined || !known || !(state === 'active' || state === 'suspended' || state === 'lost' || state === 'ended')) return false;
    this.terminal.made.close(waiting);
    return true;
  }

  /** Sequence number of the hand-over of the newest card of a permit that this counter has captured. */
  #handedOver(permitNumber: string): number | undefined {
    const { outbox } = this.terminal;
    if (outbox.local.locked) return undefined;
    const newest = outbox.ownRecords.list().find(({ type, reference }) => reference === permitNumber && (type === 'hand-over' || type === 'issue'));
    return newest?.type === 'hand-over' ? newest.seq : undefined;
  }

  returnCard(returned: Parameters<typeof returnCard>[1], by?: string) {
    return this.#as('card-return', by, (ctx) => returnCard(ctx, returned));
  }

  /** Once for an application, for what it was accepted for: asked again, the receipt that was given (`seq` 0). */
  takeFee(permitNumber: string, purpose: Parameters<typeof takeFee>[2], by?: string) {
    return this.#as('fee', by, async (ctx) => {
      const open = this.terminal.outbox.local.locked ? undefined : ctx.open.list().find((each) => each.permitNumber === permitNumber);
      if (open?.fee !== undefined) return done({ seq: 0, ...open.fee });
      const taken = await takeFee(ctx, permitNumber, open?.file.purpose ?? purpose);
      const { receipt, fen } = taken.ok ? taken.value : { receipt: '', fen: 0 };
      if (open !== undefined && taken.ok) ctx.open.put({ ...open, fee: { receipt, fen } });
      return taken;
    });
  }

  /** Open applications of this terminal, oldest receipt first, those among them whose card waits for its holder. Throws CodedError SIGN_IN_REQUIRED. */
  applications(): readonly OpenApplication[] {
    this.terminal.made.settle();
    return openApplications(this.terminal.outbox, this.terminal.clock).list().sort((a, b) => (a.receipt < b.receipt ? -1 : 1));
  }

  /** The terminal's own books of today. */
  books(): CounterBooks {
    return counterBooks(this.terminal);
  }

  /** `seen`: the books that were counted against; others are not closed by that count. */
  closeDay(count: DayCount, approvedBy?: string, by?: string, seen?: CounterBooks) {
    return this.#as('reconcile', by, async (ctx) => {
      const { day, fees, blanks, expected } = this.books();
      if (seen !== undefined && (seen.day !== day || seen.fees.fen !== fees.fen)) return failed('FEES_DIFFER');
      if (seen !== undefined && seen.expected !== expected) return failed('STOCK_DIFFERS');
      const closed = await closeDay(ctx, { fees, blanks }, count, approvedBy);
      if (closed.ok) noteClosed(this.terminal, { day, blanks }, count.blanks);
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
      // Another run has captured something while the platform was asked.
      if (this.#waits(permitNumber)) return work(ctx, undefined);
      if (facts.ok) this.closeElsewhere(facts.value);
      return work(ctx, facts.ok && facts.value !== undefined ? fileOfFacts(facts.value) : undefined);
    });
  }

  #city(): CitySettings {
    return { endorsementDueDayCounts: this.terminal.rules().endorsementDueDayCounts };
  }

  /** Whether something that changes this permit has not reached the platform; where that cannot be read, anything may. */
  #waits(permitNumber: string, which: (line: OwnRecord) => boolean = () => true): boolean {
    const { outbox } = this.terminal;
    const { pending, acknowledged } = outbox.counts();
    if (pending === 0) return false;
    if (pending > linesLookedAt || outbox.local.locked) return true;
    return outbox.ownRecords.list(linesLookedAt).some((line) => line.seq > acknowledged && line.reference === permitNumber && line.type !== 'pin' && line.type !== 'fee' && which(line));
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
