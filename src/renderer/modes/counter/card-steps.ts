import type { WorkflowStep } from '../../../contract/index.js';

/** The named steps of a card that is made, in their order. What else is done with a card has fewer, and they are shown as they come. */
export const makeSteps = ['check', 'open', 'authenticate', 'prepare', 'write', 'activate', 'read-back', 'register'] as const satisfies readonly WorkflowStep[];

export interface StepLine {
  readonly step: WorkflowStep;
  readonly state: 'done' | 'now' | 'open';
}

/** `seen`: what was told so far, in that order, each once. A step never goes back on the screen: what is behind it is done. */
export const stepLines = (known: readonly WorkflowStep[], seen: readonly WorkflowStep[]): readonly StepLine[] => {
  if (known.length === 0) return seen.map((step, index) => ({ step, state: index === seen.length - 1 ? 'now' : 'done' }));
  // A step within a step: the card is asked for its rights while it is read back.
  const now = seen.findLast((step) => known.includes(step));
  const at = now === undefined ? -1 : known.indexOf(now);
  return known.map((step, index) => ({ step, state: index < at ? 'done' : index === at ? 'now' : 'open' }));
};
