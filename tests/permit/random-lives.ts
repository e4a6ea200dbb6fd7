import fc from 'fast-check';
import { addDays, applyEvent, cardReturnReasons, openSteps, purposes, revocationReasons, type LifeCycleEvent, type PermitFile } from '../../src/permit/index.js';

/** Random lives of permits: sensible steps and nonsense mixed, over both regimes, for tests that must hold of every life. */

export const day = fc.integer({ min: 0, max: 3_000 }).map((days) => addDays('2013-03-06', days));
const papers = fc.subarray(['lease', 'photo', 'contract']);
const either = fc.constantFrom;
/** Anything that a terminal could write down, sense or nonsense, on a day. */
export const eventOn = (on: string): fc.Arbitrary<LifeCycleEvent> => {
  const later = fc.integer({ min: -2, max: 1_200 }).map((days) => addDays(on, days));
  return fc.oneof(
    fc.record({ type: either('registration' as const), on: either(on) }),
    fc.record({ type: either('acceptance' as const), on: either(on), purpose: either(...purposes), missingPapers: fc.oneof(either([]), papers), dueOn: either(addDays(on, 15), on, addDays(on, 31)) }),
    fc.record({ type: either('supplement' as const), on: either(on), missingPapers: fc.oneof(either([]), papers) }),
    fc.record({ type: either('review' as const), on: either(on), decision: either('approved' as const, 'refused' as const), reason: either('理由', '', undefined) }),
    fc.record({ type: either('issue' as const), on: either(on), kind: either(1 as const, 2 as const), expiresOn: fc.option(later, { nil: undefined }), replaces: either(...purposes.slice(1), undefined) }) as fc.Arbitrary<LifeCycleEvent>,
    fc.record({ type: either('hand-over' as const), on: either(on), oldCard: either('none' as const, 'returned' as const, 'lost' as const) }),
    fc.record({ type: either('endorsement' as const), on: either(on), decision: either('endorsed' as const, 'refused' as const), reason: either('理由', undefined) }),
    fc.record({ type: either('residence-change' as const), on: either(on), changedOn: either(on, addDays(on, -20), addDays(on, 1)) }),
    fc.record({ type: either('revocation' as const), on: either(on), status: either(0 as const, 1 as const, 2 as const), reason: either(...revocationReasons) }),
    fc.record({ type: either('card-return' as const), on: either(on), reason: either(...cardReturnReasons) }),
  );
};

/** The event as a careful counter would make it, told by the step alone; written apart from the code that lists the open steps. */
export const carefully = (step: string, file: PermitFile | undefined, on: string): LifeCycleEvent[] => {
  const [type = '', variant = ''] = step.split(':');
  const terms = [{ kind: file?.kind ?? 1, expiresOn: file?.expiresOn }, { kind: 1, expiresOn: undefined }, { kind: 1, expiresOn: addDays(on, 200) }];
  const events: Record<string, unknown[]> = {
    acceptance: [{ purpose: variant, missingPapers: [], dueOn: addDays(on, 15) }],
    supplement: [{ missingPapers: [] }],
    review: [{ decision: variant, reason: '材料不实' }],
    issue: terms.map((term) => ({ ...term, ...(variant === 'first' ? {} : { replaces: variant }) })),
    'hand-over': [{ oldCard: 'returned' }],
    endorsement: [{ decision: variant, reason: '已搬离' }],
    'residence-change': [{ changedOn: on }],
    revocation: [0, 1, 2].map((status) => ({ status, reason: variant })),
    'card-return': [{ reason: variant }],
  };
  // The steps are the product's own words, taken apart again.
  return (events[type] ?? [{}]).map((fields) => ({ type, on, ...(fields as object) }) as LifeCycleEvent);
};

export type Visit = (file: PermitFile | undefined, event: LifeCycleEvent, on: string) => void;
export type Plan = readonly { readonly days: number; readonly choice: number; readonly sensible: boolean }[];
export const plans: fc.Arbitrary<Plan> = fc.array(fc.record({ days: either(0, 0, 0, 1, 14, 200, 400), choice: fc.nat(), sensible: fc.boolean() }), { maxLength: 30 });
const ends = (step: string): boolean => /^(revocation:(?!lost|decision|restored)|(review|endorsement):refused)/.test(step);

/** Lives a plan: half of its events are steps that are open, rarely an end of the life, half of them anything. Each tells what came before. */
export const walk = (start: string, plan: Plan, visit: Visit): void => {
  let file: PermitFile | undefined;
  let on = start;
  for (const { days, choice, sensible } of plan) {
    on = addDays(on, days);
    const open = openSteps(file, on).filter((each) => !ends(each) || choice % 10 === 0);
    const step = sensible ? open[choice % open.length] : undefined;
    const events: LifeCycleEvent[] = step === undefined ? fc.sample(eventOn(on), { seed: choice, numRuns: 1 }) : carefully(step, file, on);
    for (const event of events) visit(file, event, on);
    file = afterFirst(file, events);
  }
};
const afterFirst = (file: PermitFile | undefined, events: readonly LifeCycleEvent[]): PermitFile | undefined => {
  for (const event of events) {
    const result = applyEvent(file, event);
    if (result.ok) return result.file;
  }
  return file;
};
