import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue';
import type { Failure, FailureCode, Outcome, WorkflowName, WorkflowOutcome } from '../../contract/index.js';
import type { InputOf } from './run.js';
import { useWorkflow, type WorkflowUse } from './use-workflow.js';

/** A second person, named in place. Never kept. */
export interface Approver {
  readonly operator: string;
  readonly password: string;
}

/** What an approval panel needs of a run, whatever its workflow is. */
export interface Approving {
  /** the run waits for a second person, or waits again after a refusal */
  readonly asking: ComputedRef<boolean>;
  /** what was said of the person who was named last */
  readonly refused: ShallowRef<Failure | null>;
  readonly checking: ComputedRef<boolean>;
  readonly approve: (approver: Approver) => void;
  readonly giveUp: () => void;
}

const aboutTheApprover: readonly FailureCode[] = ['OPERATOR_UNKNOWN', 'OPERATOR_PASSWORD_WRONG', 'OPERATOR_LOCKED', 'OPERATOR_DISABLED', 'OPERATORS_STALE', 'ROLE_REQUIRED', 'APPROVAL_REQUIRED'];

export const isAboutTheApprover = (code: FailureCode): boolean => aboutTheApprover.includes(code);

/**
 * A workflow that may ask for a second person. A wrong number or password ends the run; the same is started anew then, so that a slip of the finger costs no more than typing it again. Refusals before
 * anybody was asked for (the clerk's own role) are the run's.
 */
export const useApprovedWorkflow = <N extends WorkflowName>(): WorkflowUse<N> & Approving => {
  const use = useWorkflow<N>();
  const refused = shallowRef<Failure | null>(null);
  const answered = shallowRef(false);
  const going = shallowRef(false);
  const wasNamed = (): boolean => answered.value;

  // Who leaves the screen asks for nothing any more; a card that is being written is finished all the same.
  onScopeDispose(() => {
    if (use.question.value === 'approval') use.cancel();
  });

  const start = async (input: InputOf<N>): Promise<Outcome<WorkflowOutcome<N>> | null> => {
    if (going.value) return null;
    refused.value = null;
    going.value = true;
    try {
      for (;;) {
        answered.value = false;
        const outcome = await use.start(input);
        if (outcome === null || outcome.ok || !wasNamed() || !isAboutTheApprover(outcome.code)) return outcome;
        refused.value = outcome;
        use.failure.value = null;
      }
    } finally {
      going.value = false;
      refused.value = null;
    }
  };

  return {
    ...use,
    start,
    asking: computed(() => going.value && (use.question.value === 'approval' || refused.value !== null || (answered.value && use.step.value === null))),
    refused,
    checking: computed(() => going.value && answered.value && refused.value === null),
    approve: (approver) => {
      answered.value = true;
      refused.value = null;
      use.answer('approval', approver);
    },
    giveUp: () => use.cancel(),
  };
};
