import { shallowRef, type ShallowRef } from 'vue';
import type { Check, Outcome, Question, WorkflowInput, WorkflowName, WorkflowOutcome, WorkflowStep } from '../../contract/index.js';

export type InputOf<N extends WorkflowName> = Extract<WorkflowInput, { readonly workflow: N }>;

export interface StepShown {
  readonly step: WorkflowStep;
  readonly done: number;
  readonly of: number;
}

/** A workflow that was started, as a screen shows it. What the service told last stands in the refs; `outcome` settles once and never rejects. */
export interface Run<N extends WorkflowName = WorkflowName> {
  readonly id: string;
  readonly workflow: N;
  readonly step: ShallowRef<StepShown | null>;
  readonly question: ShallowRef<Question | null>;
  readonly check: ShallowRef<Check | null>;
  readonly ended: ShallowRef<Outcome<WorkflowOutcome<N>> | null>;
  readonly outcome: Promise<Outcome<WorkflowOutcome<N>>>;
  answer(question: Question, answer?: unknown): void;
  cancel(): void;
}

/** A run with what the store needs besides: its input (null where another page started it) and how it ends. */
export interface OwnRun extends Run {
  readonly input: WorkflowInput | null;
  settle(outcome: Outcome<unknown>): void;
}

export const newRun = (id: string, workflow: WorkflowName, input: WorkflowInput | null, verbs: Pick<Run, 'answer' | 'cancel'>): OwnRun => {
  const ended = shallowRef<Outcome<WorkflowOutcome<WorkflowName>> | null>(null);
  const { promise, resolve } = deferred<Outcome<WorkflowOutcome<WorkflowName>>>();
  return {
    id,
    workflow,
    input,
    step: shallowRef(null),
    question: shallowRef(null),
    check: shallowRef(null),
    ended,
    outcome: promise,
    ...verbs,
    settle(outcome): void {
      if (ended.value !== null) return;
      // Looked at by the workflow's own schema before it comes here.
      ended.value = outcome as Outcome<WorkflowOutcome<WorkflowName>>;
      resolve(ended.value);
    },
  };
};

/** Promise.withResolvers, which Electron 25 does not have. */
const deferred = <T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
