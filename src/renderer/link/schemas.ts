import { done, event as eventSchema, failed, workflows, type Outcome, type ServiceEvent, type WorkflowName } from '../../contract/index.js';

/** An event of the contract; null: a newer service's, which this page does not know. */
export const knownEvent = (told: unknown): ServiceEvent | null => eventSchema.safeParse(told).data ?? null;

/** The end of a run, looked at by the workflow's own schema. INTERNAL where it is of another shape */
export const knownOutcome = (workflow: WorkflowName, value: unknown): Outcome<unknown> => {
  const outcome = workflows[workflow].outcome.safeParse(value);
  return outcome.success ? done(outcome.data) : failed('INTERNAL', 'outcome');
};
