import type { FailureCode, WorkflowStep } from '../../../../contract/index.js';
import { makeSteps } from '../card-steps.js';

/** What is told of a card that is being written: its steps in their order, and what a failure means. */
export type WriteStep = (typeof makeSteps)[number];
export const isWriteStep = (step: WorkflowStep): step is WriteStep => (makeSteps as readonly WorkflowStep[]).includes(step);

export interface StepTold {
  readonly step: WorkflowStep;
  readonly done: number;
  readonly of: number;
}
export type WriteMark = 'done' | 'current' | 'torn' | 'todo';
export interface WriteLine {
  readonly step: WriteStep;
  readonly mark: WriteMark;
  /** bytes of the card, while they are written */
  readonly count: { readonly done: number; readonly of: number } | null;
}

/** `told`: what was heard last, null before the first; `finished`: read back and registered; `torn`: it stopped there. */
export const writeLines = (told: StepTold | null, { finished = false, torn = false }: { readonly finished?: boolean; readonly torn?: boolean } = {}): readonly WriteLine[] => {
  const at = told === null ? -1 : (makeSteps as readonly WorkflowStep[]).indexOf(told.step);
  return makeSteps.map((step, index) => ({
    step,
    mark: finished || index < at ? 'done' : index === at ? (torn ? 'torn' : 'current') : 'todo',
    count: told !== null && index === at && told.of > 1 ? { done: told.done, of: told.of } : null,
  }));
};

/** Ends of the serials that were not half written before. */
export const newlyTorn = (before: readonly string[], now: readonly string[]): string | undefined => now.find((end) => !before.includes(end));

/** After so many tries on one card another blank is taken. */
export const triesOfACard = 3;

/** The card itself is at fault: trying it again the same way helps nobody. */
const spoiled: readonly FailureCode[] = ['READ_BACK_DIFFERS', 'CARD_ANSWER_INVALID', 'CARD_VOID'];
export const mayBeSpoiled = (tries: number, code: FailureCode | undefined): boolean => tries >= triesOfACard || (code !== undefined && spoiled.includes(code));
