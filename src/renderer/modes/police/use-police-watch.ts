import { computed, onMounted, shallowRef, watch, type ComputedRef } from 'vue';
import type { Check, Operation } from '../../../contract/index.js';
import type { Run } from '../../service/run.js';
import { useService } from '../../service/use-service.js';
import { shownCheck, type ShownCheck } from './shown-check.js';

export interface PoliceWatch {
  readonly run: ComputedRef<Run<'watch'> | null>;
  readonly check: ComputedRef<Check | null>;
  readonly shown: ComputedRef<ShownCheck>;
  begin(): void;
  next(): void;
  chooseOperation(operation: Operation): void;
}

/**
 * The watch that goes on while police mode is open. A page that was opened anew takes up the one that runs; it is never cancelled by going to another screen, so that a card
 * is checked whatever is being looked at.
 */
export const usePoliceWatch = (): PoliceWatch => {
  const service = useService();
  const own = shallowRef<Run<'watch'> | null>(null);
  const begin = (): void => {
    if (own.value !== null && own.value.ended.value === null) return;
    own.value = service.running('watch') ?? service.start({ workflow: 'watch' });
  };
  const mayBegin = computed(() => service.connection.value === 'up' && service.state.value !== null && (!service.state.value.signInRequired || service.state.value.session !== null));
  onMounted(() => {
    watch(
      mayBegin,
      (may) => {
        if (may) begin();
      },
      { immediate: true },
    );
  });
  const check = computed(() => own.value?.check.value ?? null);
  return {
    run: computed(() => own.value),
    check,
    shown: computed(() =>
      shownCheck({
        connection: service.connection.value,
        state: service.state.value,
        started: own.value !== null,
        ended: own.value?.ended.value ?? null,
        question: own.value?.question.value ?? null,
        check: check.value,
      }),
    ),
    begin,
    next(): void {
      if (own.value?.question.value === 'next') own.value.answer('next');
    },
    chooseOperation(operation): void {
      if (own.value?.question.value === 'operation') own.value.answer('operation', operation);
      else service.start({ workflow: 'set-operation', ...operation });
    },
  };
};
