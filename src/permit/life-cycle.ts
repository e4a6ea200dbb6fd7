import { addDays, isFullDate, type FullDate } from './dates.js';
import { effectOf } from './life-cycle-effects.js';
import { cardReturnReasons, purposes, revocationReasons, stepOf, steps, type LifeCycleEvent, type Step } from './life-cycle-events.js';
import { startingPoint, type CitySettings, type PermitFile } from './life-cycle-file.js';
import { transitions } from './life-cycle-table.js';
import { refuse, type Refusal } from './refusal.js';
import { ruleSetOn } from './rules.js';

/**
 * The life of a permit, from the registration to the cancellation, as a pure function of its file and one event: normative text and table in
 * firmware-specs/life-cycle.md, the law behind it in docs/law.md. The day of the event decides which rules hold and what the calendar has
 * done to the permit meanwhile. Nobody is asked for papers or approval here: who may do a step is the operators' roles.
 */
export type LifeCycleResult = { readonly ok: true; readonly file: PermitFile } | Refusal;

/** A step of the counter must not be dated before what it builds on. A loss or a cancellation written down off-line may arrive late. */
const tooEarly = (file: PermitFile | undefined, { type, on }: LifeCycleEvent): boolean => {
  const lateAllowed = type === 'revocation' || type === 'card-return';
  const floors = lateAllowed ? [file?.issuedOn] : [file?.registeredOn, file?.acceptedOn, file?.issuedOn, file?.madeOn];
  return floors.some((floor) => floor !== undefined && on < floor);
};

/**
 * The file after an event, or why it cannot be: STATE_NOT_ALLOWED (`detail`: state and step), DATE_IMPOSSIBLE, KIND_NOT_AVAILABLE,
 * INPUT_INVALID, NOT_ELIGIBLE (`fixed-end`), PAPERS_MISSING, REASON_REQUIRED, ENDORSEMENT_TOO_EARLY, CORRECTION_TOO_LATE, OLD_CARD_REQUIRED.
 */
export const applyEvent = (file: PermitFile | undefined, event: LifeCycleEvent, city: CitySettings = {}): LifeCycleResult => {
  if (!isFullDate(event.on) || tooEarly(file, event)) return refuse('DATE_IMPOSSIBLE', 'on');
  const [from, step] = [startingPoint(file, event.on, city), stepOf(event)];
  if (transitions[from][step] === undefined) return refuse('STATE_NOT_ALLOWED', `${from} ${step}`);
  const effect = effectOf(file, event, city);
  return 'ok' in effect ? effect : { ok: true, file: effect };
};

/** For every step, events with everything that can be handed in for it in order: what is refused even so is not open on that day. */
const attempts = (file: PermitFile | undefined, on: FullDate): LifeCycleEvent[] => {
  const another = { kind: file?.kind ?? 1, expiresOn: file?.expiresOn } as const;
  const beginning = { kind: 1, expiresOn: ruleSetOn(on)?.endorsement === undefined ? addDays(on, 1) : undefined } as const;
  return [
    { type: 'registration', on },
    ...purposes.map((purpose) => ({ type: 'acceptance', on, purpose, missingPapers: [], dueOn: on }) as const),
    { type: 'supplement', on, missingPapers: [] },
    ...(['approved', 'refused'] as const).map((decision) => ({ type: 'review', on, decision, reason: '.' }) as const),
    { type: 'issue', on, ...beginning },
    { type: 'issue', on, ...beginning, replaces: 'exchange' },
    ...(['damaged', 'lost', 'correction', 'exchange'] as const).map((replaces) => ({ type: 'issue', on, ...another, replaces }) as const),
    { type: 'hand-over', on, oldCard: 'returned' },
    ...(['endorsed', 'refused'] as const).map((decision) => ({ type: 'endorsement', on, decision, reason: '.' }) as const),
    { type: 'residence-change', on, changedOn: on },
    ...revocationReasons.flatMap((reason) => ([0, 1, 2] as const).map((status) => ({ type: 'revocation', on, status, reason }) as const)),
    ...cardReturnReasons.map((reason) => ({ type: 'card-return', on, reason }) as const),
  ];
};

/** Every step that can be taken on a day, with its purpose, decision or reason. */
export const openSteps = (file: PermitFile | undefined, onDate: FullDate, city: CitySettings = {}): readonly Step[] => {
  const open = new Set(attempts(file, onDate).filter((event) => applyEvent(file, event, city).ok).map(stepOf));
  return steps.filter((step) => open.has(step));
};

/** The same by record type; revocation and issue with their reason: `acceptance`, `issue:damaged`, `revocation:left`. */
export const permittedSteps = (file: PermitFile | undefined, onDate: FullDate, city: CitySettings = {}): readonly string[] => {
  const named = openSteps(file, onDate, city).map((step) => (/^(issue|revocation):/.test(step) ? step : step.replace(/:.*$/, '')));
  return [...new Set(named)];
};
