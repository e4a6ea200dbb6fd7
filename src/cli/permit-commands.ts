import { done, failed, type Outcome, type PermitFacts, type RevocationRecord } from '../contract/index.js';
import { CounterDesk, lookUpPermit, type Terminal } from '../service/index.js';
import type { DataFolder } from './data-folder.js';
import type { Output } from './output.js';
import { actorOf, approvalOf, signedIn, type People } from './sign-in.js';
import { readJson, readPhoto, showSteps } from './terminal-commands.js';

/** What the counter does with a permit after its first day: each command is one use case of `service`. */
interface CardWork {
  readonly reader?: string | undefined;
}

export const endorse = (folder: DataFolder, output: Output, people: People, { reader }: CardWork): Promise<Outcome<object>> =>
  signedIn(folder, people, async (terminal) => {
    const by = actorOf(terminal, people);
    return by.ok ? terminal.endorse({ by: by.value }, { reader, onStep: showSteps(output) }) : by;
  });

/** 不予签注: a record with its written reason; the card is not touched. */
export const refuseEndorsement = (folder: DataFolder, people: People, permitNumber: string, reason: string): Promise<Outcome<object>> =>
  signedIn(folder, people, async (terminal) => {
    const by = actorOf(terminal, people);
    if (!by.ok) return by;
    const refused = await terminal.refuseEndorsement({ permitNumber, reason, by: by.value });
    return refused.ok ? done({ seq: refused.value }) : refused;
  });

export interface Move {
  readonly division: string;
  readonly address: string;
  readonly rentalHouse?: string | undefined;
  readonly employer?: string | undefined;
  readonly changedOn: string;
}

export const move = (folder: DataFolder, output: Output, people: People, { changedOn, rentalHouse, employer, ...to }: Move, { reader }: CardWork): Promise<Outcome<object>> =>
  signedIn(folder, people, async (terminal) => {
    const by = actorOf(terminal, people);
    if (!by.ok) return by;
    const residence = { ...to, since: changedOn, ...(rentalHouse === undefined ? {} : { rentalHouse }), ...(employer === undefined ? {} : { employer }) };
    return terminal.move({ residence, changedOn, by: by.value, changeDays: terminal.rules().changeDays }, { reader, onStep: showSteps(output) });
  });

export interface OtherCard {
  readonly permitNumber: string;
  readonly from: string;
  readonly photo: string;
  readonly receipt?: string | undefined;
  /** off-line, from the old card or the file: day of issue, and until when it is endorsed */
  readonly issued?: string | undefined;
  readonly goodUntil?: string | undefined;
}

type Facts = Pick<PermitFacts, 'issuedOn' | 'expiresOn' | 'goodUntil' | 'yearsCountFrom'>;

/** What the new card must say: the platform's word, or what was given by hand where it cannot be asked. PERMIT_FACTS_MISSING. */
const factsOf = async (terminal: Terminal, { permitNumber, issued, goodUntil }: OtherCard): Promise<Outcome<Facts>> => {
  if (issued !== undefined) return done({ issuedOn: issued, ...(goodUntil === undefined ? {} : { goodUntil }) });
  const facts = await new CounterDesk(terminal).facts(permitNumber);
  if (!facts.ok) return facts;
  return facts.value === undefined ? failed('PERMIT_FACTS_MISSING') : done(facts.value);
};

const cardOf = ({ issuedOn, expiresOn, goodUntil, yearsCountFrom }: Facts) => ({
  issued: issuedOn,
  ...(expiresOn === undefined ? {} : { expires: expiresOn }),
  ...(goodUntil === undefined ? {} : { goodUntil }),
  ...(yearsCountFrom === undefined ? {} : { yearsCountFrom }),
});

/** Another card for a damaged (换领) or lost (补领) one or one of the old rules, and the fee with its receipt where the law takes one. */
export const replace = (folder: DataFolder, output: Output, people: People, other: OtherCard, reason: string, { reader }: CardWork): Promise<Outcome<object>> => {
  const purpose = (['damaged', 'lost', 'exchange'] as const).find((each) => each === reason);
  if (purpose === undefined) return Promise.resolve(failed('INPUT_INVALID', '--reason'));
  const [application, photo] = [readJson(other.from), readPhoto(other.photo)];
  return signedIn(folder, people, async (terminal) => {
    const by = actorOf(terminal, people);
    if (!by.ok) return by;
    const facts = await factsOf(terminal, other);
    if (!facts.ok) return facts;
    const { permitNumber, receipt } = other;
    const replacement = { permitNumber, reason: purpose, ...cardOf(facts.value), oldCard: purpose === 'lost' ? ('lost' as const) : ('returned' as const), by: by.value };
    const issued = await terminal.replace(application, photo, replacement, { reader, onStep: showSteps(output), ...(receipt === undefined ? {} : { receipt }) });
    if (!issued.ok || purpose === 'exchange') return issued;
    const fee = await new CounterDesk(terminal).takeFee(permitNumber, purpose, by.value);
    return fee.ok ? done({ ...issued.value, feeReceipt: fee.value.receipt, feeFen: fee.value.fen }) : fee;
  });
};

/** A mistake on a card of today, with a supervisor: the card is taken back and made anew. */
export const correct = (folder: DataFolder, output: Output, people: People, other: OtherCard, { reader }: CardWork): Promise<Outcome<object>> => {
  const [application, photo] = [readJson(other.from), readPhoto(other.photo)];
  return signedIn(folder, people, async (terminal) => {
    const by = actorOf(terminal, people);
    if (!by.ok) return by;
    const approvedBy = await approvalOf(terminal, 'correct', people);
    if (!approvedBy.ok) return approvedBy;
    const facts = await factsOf(terminal, other);
    if (!facts.ok) return facts;
    const corrected = { permitNumber: other.permitNumber, ...cardOf(facts.value), by: by.value, approvedBy: approvedBy.value };
    return terminal.correct(application, photo, corrected, { reader, onStep: showSteps(output) });
  });
};

/** Finishes what was torn on the issued card that lies there. */
export const resumeUpdate = (folder: DataFolder, output: Output, people: People, { reader }: CardWork): Promise<Outcome<object>> =>
  signedIn(folder, people, (terminal) => terminal.resumeUpdate({ reader, onStep: showSteps(output) }));

const reasons = ['lost', 'left', 'died', 'became-local', 'fraud', 'decision', 'not-qualified', 'expired', 'departed', 'restored'] as const;

/** Loss, suspension, restoration and cancellation, by two people. */
export const changeStatus = (folder: DataFolder, people: People, permitNumber: string, status: RevocationRecord['status'], reason: string): Promise<Outcome<object>> => {
  const known = reasons.find((each) => each === reason);
  if (known === undefined) return Promise.resolve(failed('INPUT_INVALID', '--reason'));
  return signedIn(folder, people, async (terminal) => {
    const approvedBy = await approvalOf(terminal, status === 0 ? 'restore' : status === 2 ? 'suspend' : 'cancel', people);
    if (!approvedBy.ok) return approvedBy;
    return new CounterDesk(terminal).changeStatus({ permitNumber, status, reason: known, approvedBy: approvedBy.value }, people.as);
  });
};

/** A permit by its number, without its card: the platform's word, off-line the status alone. */
export const lookUp = (folder: DataFolder, people: People, permitNumber: string, offline: boolean): Promise<Outcome<object>> =>
  signedIn(folder, people, async (terminal) => {
    const allowed = terminal.require('look-up');
    return allowed.ok ? lookUpPermit(terminal, permitNumber, offline ? { offline } : {}) : allowed;
  });
