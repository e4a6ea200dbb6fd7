import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { Failure, Outcome, Question, WorkflowName, WorkflowOutcome } from '../../contract/index.js';
import type { InputOf, Run, StepShown } from './run.js';
import { useService } from './use-service.js';

/** One workflow as a screen uses it: started again and again, one at a time, with the failure of the last time. */
export interface WorkflowUse<N extends WorkflowName> {
  readonly busy: ComputedRef<boolean>;
  readonly step: ComputedRef<StepShown | null>;
  /** what the run waits for */
  readonly question: ComputedRef<Question | null>;
  readonly failure: ShallowRef<Failure | null>;
  readonly value: ShallowRef<WorkflowOutcome<N> | null>;
  /** null: one goes on already */
  readonly start: (input: InputOf<N>) => Promise<Outcome<WorkflowOutcome<N>> | null>;
  readonly answer: (question: Question, answer?: unknown) => void;
  readonly cancel: () => void;
}

export const useWorkflow = <N extends WorkflowName>(): WorkflowUse<N> => {
  const service = useService();
  const run = shallowRef<Run<N> | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const value: ShallowRef<WorkflowOutcome<N> | null> = shallowRef(null);
  return {
    busy: computed(() => run.value !== null),
    step: computed(() => run.value?.step.value ?? null),
    question: computed(() => run.value?.question.value ?? null),
    failure,
    value,
    start: async (input) => {
      if (run.value !== null) return null;
      failure.value = null;
      run.value = service.start<N>(input);
      const outcome = await run.value.outcome;
      run.value = null;
      if (outcome.ok) value.value = outcome.value;
      else failure.value = outcome;
      return outcome;
    },
    answer: (question, answer) => run.value?.answer(question, answer),
    cancel: () => run.value?.cancel(),
  };
};
