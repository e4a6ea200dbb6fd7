import type { WorkflowStep } from '../../../contract/index.js';

/** The named steps of a card that is made, in their order. What else is done with a card has fewer, and they are shown as they come. */
export const makeSteps = ['check', 'open', 'authenticate', 'prepare', 'write', 'activate', 'read-back', 'register'] as const satisfies readonly WorkflowStep[];

export interface StepLine {
  readonly step: WorkflowStep;
  readonly state: 'done' | 'now' | 'open';
}

/** `seen`: what was told so far, in that order, each once. A step never goes back on the screen: what is behind it is done. */
export const stepLines = (known: readonly WorkflowStep[], seen: readonly WorkflowStep[]): readonly StepLine[] => {
  const now = seen.at(-1);
  if (now === undefined) return known.map((step) => ({ step, state: 'open' }));
  const at = known.indexOf(now);
  if (at === -1) return [...seen.map((step): StepLine => ({ step, state: step === now ? 'now' : 'done' })), ...known.filter((step) => !seen.includes(step)).map((step): StepLine => ({ step, state: 'open' }))];
  return known.map((step, index) => ({ step, state: index < at ? 'done' : index === at ? 'now' : 'open' }));
};
