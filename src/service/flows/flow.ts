import type { Check, Outcome, Question, WorkflowInput, WorkflowName, WorkflowOutcome } from '../../contract/index.js';
import type { Step } from '../../workflows/index.js';

export type InputOf<N extends WorkflowName> = Extract<WorkflowInput, { readonly workflow: N }>;

/** What a flow tells while it runs. Everything that was told last is told again to a UI that comes later. */
export interface RunHandle {
  readonly run: string;
  /** aborted by `cancel`, by the end of the service, or by a flow that takes this one's place */
  readonly signal: AbortSignal;
  step(step: Step): void;
  check(check: Check): void;
  /** Asks the UI; what it answered, not looked at yet. Rejects with the signal's reason when the run is cancelled. A question that is asked anew replaces the one before. */
  ask(question: Question): Promise<unknown>;
}

/** One workflow as the service runs it. Refusals are values; a thrown CodedError or ChannelError ends the run with its code, anything else with INTERNAL. */
export type Flow<N extends WorkflowName> = (handle: RunHandle, input: InputOf<N>) => Promise<Outcome<WorkflowOutcome<N>>>;
