import type { FullDate } from './dates.js';
import { applyEvent } from './life-cycle.js';
import { cancellationReasons, stepOf, type LifeCycleEvent, type Step } from './life-cycle-events.js';
import { endorsementMissed, startingPoint, type CitySettings, type PermitFile } from './life-cycle-file.js';
import { transitions, type From } from './life-cycle-table.js';
import { refuse, type PermitRefusalCode, type Refusal } from './refusal.js';
import { feeFor } from './service-rules.js';

/**
 * What may be done with a permit that somebody brings to the counter: every action of the card desk, allowed, or refused with the code and detail that its step would end with. Pure: what the card, the
 * platform and the journal say is handed in.
 */
export const cardDeskActions = [
  'endorse', 'refuse-endorsement', 'move', 'replace-damaged', 'replace-lost', 'report-lost', 'found', 'suspend', 'restore', 'correct', 'reset-pin', 'set-pin', 'change-pin', 'match-body', 'return', 'seize', 'cancel', 'exchange', 'hand-over', 'resume',
] as const;
export type CardDeskAction = (typeof cardDeskActions)[number];

/** Ids of the contract's rule texts. */
export type DeskRule =
  | 'endorse-yearly' | 'endorse-late' | 'endorse-refused' | 'move-report' | 'replace-damaged' | 'replace-lost' | 'report-lost' | 'found-void' | 'suspend-decision' | 'restore-decision' | 'correct-same-day' | 'pin-holder' | 'body-matches'
  | 'card-returned' | 'card-seized' | 'cancel-permit' | 'exchange-old' | 'hand-over-old-card' | 'resume-update';

/** The contract's failure codes that this desk pronounces besides the rules' own. */
export type DeskRefusalCode = PermitRefusalCode | 'CARD_ABSENT' | 'PERMIT_FACTS_MISSING' | 'PIN_ALREADY_SET' | 'PIN_NOT_SET' | 'PIN_BLOCKED';

export interface DeskRefusal<Code extends string> {
  readonly code: Code;
  readonly detail?: string | undefined;
}

export interface DeskSituation<Code extends string> {
  readonly on: FullDate;
  /** what is known of the permit; undefined: nothing, the card is nobody's */
  readonly file: PermitFile | undefined;
  readonly city?: CitySettings;
  readonly fees: { readonly replacement: number };
  /** whether the platform has said what the permit is: no other card is accepted without */
  readonly factsKnown: boolean;
  /** whether this terminal has begun to write onto an issued card of the permit, and not finished */
  readonly begun: boolean;
  /** the card that lies there; absent: none does */
  readonly card?: {
    readonly pin: 'set' | 'unset' | 'blocked' | 'unknown';
    /** genuine by its signatures, and its chip proved itself */
    readonly genuine: boolean;
    /** it is the one that its permit lives by, as far as platform and counter know */
    readonly newest?: boolean;
    /** why nothing is written onto it */
    readonly refused?: DeskRefusal<Code> | undefined;
  };
}

export interface ActionState<Code extends string> {
  readonly action: CardDeskAction;
  readonly refused?: DeskRefusal<Code | DeskRefusalCode>;
  readonly rule: DeskRule;
  readonly feeFen: number;
  /** two people */
  readonly approval: boolean;
}

interface Plan {
  readonly rule: DeskRule;
  /** any of these that is in order */
  readonly events: (file: PermitFile | undefined, on: FullDate) => readonly LifeCycleEvent[];
  readonly fee?: Step;
  readonly approval?: true;
  /** the card is written, or its chip is asked */
  readonly card?: true;
  /** accepted only where the platform says what the permit is */
  readonly facts?: true;
  /** something goes to whoever brought the card, or the card is booked as the permit's: not where what lies there is a forgery */
  readonly genuine?: true;
}

const accepted = (purpose: 'damaged' | 'lost' | 'correction' | 'exchange'): Plan['events'] => (_, on) => [{ type: 'acceptance', on, purpose, missingPapers: [], dueOn: on }];
const endorsed = (decision: 'endorsed' | 'refused'): Plan['events'] => (_, on) => [{ type: 'endorsement', on, decision, reason: '.' }];

/** What is asked of the card alone, or of this terminal, and not of the permit's life. */
const specialActions = ['reset-pin', 'set-pin', 'change-pin', 'match-body', 'resume'] as const satisfies readonly CardDeskAction[];
type SpecialAction = (typeof specialActions)[number];
const isSpecial = (action: CardDeskAction): action is SpecialAction => (specialActions as readonly CardDeskAction[]).includes(action);

const plans: Readonly<Record<Exclude<CardDeskAction, SpecialAction>, Plan>> = {
  endorse: { rule: 'endorse-yearly', events: endorsed('endorsed'), card: true },
  'refuse-endorsement': { rule: 'endorse-refused', events: endorsed('refused') },
  move: { rule: 'move-report', events: (_, on) => [{ type: 'residence-change', on, changedOn: on }], card: true },
  'replace-damaged': { rule: 'replace-damaged', events: accepted('damaged'), fee: 'issue:damaged', facts: true, genuine: true },
  'replace-lost': { rule: 'replace-lost', events: accepted('lost'), fee: 'issue:lost', facts: true },
  'report-lost': { rule: 'report-lost', events: (_, on) => [{ type: 'revocation', on, status: 1, reason: 'lost' }], approval: true },
  found: { rule: 'found-void', events: (_, on) => [{ type: 'card-return', on, reason: 'found' }] },
  suspend: { rule: 'suspend-decision', events: (_, on) => [{ type: 'revocation', on, status: 2, reason: 'decision' }], approval: true },
  restore: { rule: 'restore-decision', events: (file, on) => [{ type: 'revocation', on, status: restoredTo(file), reason: 'restored' }], approval: true },
  correct: { rule: 'correct-same-day', events: accepted('correction'), approval: true, facts: true, genuine: true },
  return: { rule: 'card-returned', events: (file, on) => [{ type: 'card-return', on, reason: file?.state === 'ended' ? 'cancelled' : 'replaced' }], genuine: true },
  seize: { rule: 'card-seized', events: (_, on) => [{ type: 'card-return', on, reason: 'seized' }] },
  cancel: { rule: 'cancel-permit', events: (_, on) => cancellationReasons.map((reason) => ({ type: 'revocation', on, status: 1, reason })), approval: true },
  exchange: { rule: 'exchange-old', events: accepted('exchange'), fee: 'issue:exchange', facts: true, genuine: true },
  'hand-over': { rule: 'hand-over-old-card', events: (_, on) => [{ type: 'hand-over', on, oldCard: 'returned' }], genuine: true },
};

/** What lifting a suspension makes of the card on the status list: that of a lost permit stays listed as lost. */
export const restoredTo = (file: PermitFile | undefined): 0 | 1 => (file?.state === 'lost' ? 1 : 0);

/**
 * Only a permit with a fixed end is exchanged for one of today's rules (Zhejiang 2016 Art. 39); another card of any other has its own purpose and price. A temporary permit's number says that it is one, and
 * today's rules know none: its holder applies for a first permit, with a number of its own.
 */
export const exchangeRefusal = (file: Pick<PermitFile, 'expiresOn' | 'kind'> | undefined): DeskRefusal<DeskRefusalCode> | undefined => {
  if (file?.kind === 2) return { code: 'KIND_NOT_AVAILABLE', detail: 'temporary' };
  return file !== undefined && file.expiresOn === undefined ? { code: 'NOT_ELIGIBLE', detail: 'no-fixed-end' } : undefined;
};

/** Whether the newest card of a permit is what it lives by: no old card, which nobody takes back and ends. Seized it is taken in, and keeps its chip (Order 663 Art. 18). */
export const livesByItsCard = (from: From): boolean => from === 'made' || from === 'active' || from === 'suspended';

/** Off-line the lists tell a state and no dates: what that state allows is taken, and the platform decides when the record arrives. */
const byTable = (from: From, step: Step): { readonly ok: true } | Refusal => (transitions[from][step] === undefined ? refuse('STATE_NOT_ALLOWED', `${from} ${step}`) : { ok: true });

const byLife = <Code extends string>(plan: Plan, { file, on, city = {}, factsKnown }: DeskSituation<Code>): DeskRefusal<DeskRefusalCode> | undefined => {
  const stateAlone = !factsKnown && file !== undefined && file.issuedOn === undefined;
  const events = plan.events(file, on);
  const outcomes = stateAlone ? events.map((event) => byTable(startingPoint(file, on, city), stepOf(event))) : events.map((event) => applyEvent(file, event, city));
  const first = outcomes[0];
  return first === undefined || first.ok || outcomes.some(({ ok }) => ok) ? undefined : { code: first.code, detail: first.detail };
};

/** Of an action, what keeps it from the card that lies there. */
const byCard = <Code extends string>({ card }: DeskSituation<Code>): DeskRefusal<Code | DeskRefusalCode> | undefined => (card === undefined ? { code: 'CARD_ABSENT' } : card.refused);

/** Of an action for which no card is needed, why it is not done for what lies there. */
const byForgery = <Code extends string>({ card }: DeskSituation<Code>): DeskRefusal<Code | DeskRefusalCode> | undefined => (card === undefined || card.genuine ? undefined : (card.refused ?? { code: 'STATE_NOT_ALLOWED', detail: 'not-genuine' }));

/** What is asked of one action alone. */
const ownRefusal = <Code extends string>(action: keyof typeof plans, { file, card }: DeskSituation<Code>, from: From): DeskRefusal<DeskRefusalCode> | undefined => {
  switch (action) {
    case 'exchange':
      return exchangeRefusal(file);
    case 'found':
      return from === 'lost' ? undefined : { code: 'STATE_NOT_ALLOWED', detail: `${from} card-return:found` };
    case 'return':
      return card?.newest === true && livesByItsCard(from) ? { code: 'STATE_NOT_ALLOWED', detail: `${from} card-return:replaced` } : undefined;
    default:
      return undefined;
  }
};

const planned = <Code extends string>(action: keyof typeof plans, situation: DeskSituation<Code>): ActionState<Code> => {
  const plan = plans[action];
  const { file, on, city = {}, fees, factsKnown } = situation;
  const from = startingPoint(file, on, city);
  const own = ownRefusal(action, situation, from);
  // A card that is nobody's is taken in whatever is known of a permit.
  const taken = action === 'seize' && file === undefined && situation.card !== undefined;
  // Which card is handed over is read from it, or told by the platform.
  const unnamed = action === 'hand-over' && situation.card === undefined;
  const missing = (plan.facts === true || unnamed) && !factsKnown ? { code: 'PERMIT_FACTS_MISSING' as const } : undefined;
  const refused = taken ? undefined : ((plan.card === true ? byCard(situation) : plan.genuine === true ? byForgery(situation) : undefined) ?? missing ?? byLife(plan, situation) ?? own);
  const late = action === 'endorse' && file !== undefined && endorsementMissed(file, on, city);
  return {
    action,
    ...(refused === undefined ? {} : { refused }),
    rule: late ? 'endorse-late' : plan.rule,
    feeFen: plan.fee === undefined ? 0 : feeFor(plan.fee, fees),
    approval: plan.approval === true,
  };
};

const withPin = ['made', 'active', 'suspended', 'accepted', 'approved'];

/** A PIN belongs to the holder of a permit that lives, also of one whose use is suspended: the card shows nobody else anything by it. Who knows it changes it; a blocked one is taken away first. */
const pinAction = <Code extends string>(action: 'reset-pin' | 'set-pin' | 'change-pin', situation: DeskSituation<Code>): DeskRefusal<Code | DeskRefusalCode> | undefined => {
  const { card, file, on, city = {} } = situation;
  const unproved = unprovedCard(situation);
  if (card === undefined || unproved !== undefined) return unproved;
  const from = startingPoint(file, on, city);
  if (!withPin.includes(from)) return { code: 'STATE_NOT_ALLOWED', detail: `${from} ${action}` };
  if (action === 'set-pin') return card.pin === 'unset' ? undefined : { code: 'PIN_ALREADY_SET' };
  if (card.pin === 'unset') return { code: 'PIN_NOT_SET' };
  return action === 'change-pin' && card.pin === 'blocked' ? { code: 'PIN_BLOCKED' } : undefined;
};

/** Nothing is asked of a chip that is not there, or is not one of ours. */
const unprovedCard = <Code extends string>(situation: DeskSituation<Code>): DeskRefusal<Code | DeskRefusalCode> | undefined => (situation.card === undefined ? { code: 'CARD_ABSENT' } : byForgery(situation));

const resumable = <Code extends string>({ card, begun }: DeskSituation<Code>): DeskRefusal<Code | DeskRefusalCode> | undefined => {
  if (card === undefined) return { code: 'CARD_ABSENT' };
  return begun ? undefined : { code: 'STATE_NOT_ALLOWED', detail: 'nothing-begun' };
};

const special = <Code extends string>(action: SpecialAction, situation: DeskSituation<Code>): ActionState<Code> => {
  const told = (rule: DeskRule, refused: DeskRefusal<Code | DeskRefusalCode> | undefined): ActionState<Code> => ({ action, ...(refused === undefined ? {} : { refused }), rule, feeFen: 0, approval: false });
  switch (action) {
    case 'resume':
      return told('resume-update', resumable(situation));
    // Whatever became of the permit: a body that is another chip's is found out.
    case 'match-body':
      return told('body-matches', unprovedCard(situation));
    case 'reset-pin':
    case 'set-pin':
    case 'change-pin':
      return told('pin-holder', pinAction(action, situation));
  }
};

/** Every action of the card desk on a day, in the order in which it shows them. */
export const deskActionsOf = <Code extends string>(situation: DeskSituation<Code>): readonly ActionState<Code>[] => cardDeskActions.map((action) => (isSpecial(action) ? special(action, situation) : planned(action, situation)));
