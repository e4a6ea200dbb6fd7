import { computed, effectScope, shallowRef, type ComputedRef } from 'vue';
import { useText, type Text } from '../../i18n/index.js';
import type { Service } from '../../service/store.js';
import { useService } from '../../service/use-service.js';

/** What any counter screen may have done beside its work: sync (F7) and new readers (F9), and the sentence about it that stays until the next. Of no person. */
export interface Errands {
  readonly notice: ComputedRef<string | null>;
  readonly syncing: ComputedRef<boolean>;
  readonly restarting: ComputedRef<boolean>;
  sync(): Promise<void>;
  restart(): Promise<void>;
  forget(): void;
}

const newErrands = (service: Service, { t, failure }: Text): Errands => {
  // A sentence is made when it is shown: the language may change meanwhile.
  const notice = shallowRef<(() => string) | null>(null);
  const busy = shallowRef<'sync' | 'restart' | null>(null);
  const why = (code: Parameters<Text['failure']>[0]): string => `${failure(code).what} ${failure(code).next}`;
  return {
    notice: computed(() => notice.value?.() ?? null),
    syncing: computed(() => busy.value === 'sync' || service.state.value?.syncing === true),
    restarting: computed(() => busy.value === 'restart'),
    forget: () => (notice.value = null),
    async sync(): Promise<void> {
      if (busy.value !== null) return;
      busy.value = 'sync';
      notice.value = () => t('counter.syncBusy');
      const outcome = await service.start({ workflow: 'sync' }).outcome;
      busy.value = null;
      if (!outcome.ok) notice.value = () => why(outcome.code);
      else if (outcome.value.pullsFailed.length > 0) notice.value = () => t('counter.syncPartly', { n: outcome.value.pushed });
      else notice.value = () => t('counter.syncDone', { n: outcome.value.pushed });
    },
    async restart(): Promise<void> {
      if (busy.value !== null) return;
      busy.value = 'restart';
      notice.value = () => t('counter.restartBusy');
      const outcome = await service.start({ workflow: 'restart-readers' }).outcome;
      busy.value = null;
      notice.value = () => (outcome.ok ? t('counter.restarted', { n: outcome.value.readers }) : why(outcome.code));
    },
  };
};

const known = new WeakMap<Service, Errands>();

/** Inside a component's setup. One for a page: a sync goes on over a change of the screen. */
export const useErrands = (): Errands => {
  const service = useService();
  const text = useText();
  const before = known.get(service);
  if (before !== undefined) return before;
  const errands = effectScope(true).run(() => newErrands(service, text));
  if (errands === undefined) throw new Error('an effect scope that runs');
  known.set(service, errands);
  return errands;
};
