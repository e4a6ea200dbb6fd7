import { computed, effectScope, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { Check, Operation, WorkflowName } from '../../../contract/index.js';
import { look } from '../../design/look.js';
import { useText, type Text } from '../../i18n/index.js';
import type { Run } from '../../service/run.js';
import type { Service } from '../../service/store.js';
import { useService } from '../../service/use-service.js';
import { heardOf, shownCheck, toneFor, type Heard, type ShownCheck } from './shown-check.js';
import { playTone, speakWord } from './sound.js';
import { dateText } from '../common/times.js';

/**
 * The desk of an officer: the watch that goes on whichever police screen is open, its sounds, and the two errands between cards. One for a page, never ended by going to another
 * screen, so that a card is checked whatever is being looked at.
 */
export interface Desk {
  readonly run: Readonly<Ref<Run<'watch'> | null>>;
  readonly check: ComputedRef<Check | null>;
  readonly shown: ComputedRef<ShownCheck>;
  /** what an update or a restart is doing, or came to; null: nothing to tell */
  readonly notice: ComputedRef<string | null>;
  readonly syncing: ComputedRef<boolean>;
  readonly restarting: ComputedRef<boolean>;
  readonly begin: () => void;
  readonly next: () => void;
  readonly chooseOperation: (operation: Operation) => void;
  readonly sync: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

const toldWithinMs = 150;
const watchKey = 'police-watch';
/** The run that this window began, in the storage that lives as long as the window. */
const rememberedWatch = (): string | null => {
  try {
    return sessionStorage.getItem(watchKey);
  } catch {
    return null;
  }
};
const rememberWatch = (run: string): void => {
  try {
    sessionStorage.setItem(watchKey, run);
  } catch {
    // Without storage a page that is opened anew begins a watch of its own.
  }
};

const newDesk = (service: Service, { t, failure }: Text): Desk => {
  const run = shallowRef<Run<'watch'> | null>(null);
  // Said anew when the language changes.
  const notice = shallowRef<(() => string) | null>(null);
  /** the platform could not be reached: told until it can */
  let ofPlatform = false;
  const tell = (words: (() => string) | null, failing = false): void => {
    notice.value = words;
    ofPlatform = failing;
  };
  /** Space was pressed while the record of an early verdict was still being written. */
  let nextWanted = false;
  const busy = ref<WorkflowName | null>(null);
  const check = computed(() => run.value?.check.value ?? null);
  const goesOn = (): boolean => run.value !== null && run.value.ended.value === null;
  /** Another window that begins ends this one's watch: the last one that was opened is the one that is looked at. */
  const start = (): void => {
    if (goesOn()) return;
    run.value = service.start({ workflow: 'watch' });
    rememberWatch(run.value.id);
  };
  const begin = (): void => {
    if (goesOn()) return;
    const before = rememberedWatch();
    if (before === null) return start();
    // This page was opened anew: the watch that it began, and the verdict with it, is told by the service right after the state.
    setTimeout(() => {
      const told = service.running('watch');
      if (!goesOn() && told?.id === before) run.value = told;
      start();
    }, toldWithinMs);
  };

  watch(
    () => service.connection.value === 'up' && service.state.value !== null && (!service.state.value.signInRequired || service.state.value.session !== null),
    (may) => {
      if (may) begin();
    },
    { immediate: true },
  );

  // At once and never merged: a "reading" between two cards must not be missed, or the second would be silent. What was heard before the link was lost is not sounded again.
  let heard: Heard | null = null;
  watch(
    check,
    (now) => {
      if (now?.phase !== 'verdict') nextWanted = false;
      if (now === null) return;
      if (now.phase === 'reading') tell(null);
      const tone = toneFor(heardOf(now), heard);
      heard = heardOf(now);
      if (tone === undefined) return;
      // Another answer than the one that Space was pressed at: it is looked at first.
      nextWanted = false;
      playTone(tone);
      if (tone !== 'refused') speakWord(t(`policeResult.${tone}`), look.language);
    },
    { flush: 'sync' },
  );

  watch(
    () => run.value?.question.value ?? null,
    (question) => {
      if (question !== 'next' || !nextWanted) return;
      nextWanted = false;
      run.value?.answer('next');
    },
    { flush: 'sync' },
  );
  watch(
    () => service.state.value?.platform,
    (platform) => {
      if (platform === 'up' && ofPlatform) tell(null);
    },
  );

  const why = (code: Parameters<Text['failure']>[0]): string => `${failure(code).what} ${failure(code).next}`;
  return {
    run,
    check,
    shown: computed(() =>
      shownCheck({
        connection: service.connection.value,
        state: service.state.value,
        started: run.value !== null,
        ended: run.value?.ended.value ?? null,
        question: run.value?.question.value ?? null,
        check: check.value,
      }),
    ),
    notice: computed(() => notice.value?.() ?? null),
    syncing: computed(() => busy.value === 'sync' || service.state.value?.syncing === true),
    restarting: computed(() => busy.value === 'restart-readers'),
    begin,
    next(): void {
      tell(null);
      if (run.value?.question.value === 'next') run.value.answer('next');
      else nextWanted = check.value?.phase === 'verdict';
    },
    chooseOperation(operation): void {
      run.value?.answer('operation', operation);
    },
    async sync(): Promise<void> {
      if (busy.value !== null) return;
      busy.value = 'sync';
      tell(() => t('police.syncBusy'));
      const outcome = await service.start({ workflow: 'sync' }).outcome;
      busy.value = null;
      const issuedAt = service.state.value?.list.issuedAt ?? null;
      if (!outcome.ok) return tell(() => `${t('police.syncFailed')} ${why(outcome.code)}`, true);
      const { pushed, pullsFailed } = outcome.value;
      if (pullsFailed.length > 0) tell(() => t('police.syncPartly'));
      else tell(() => t('police.syncDone', { date: issuedAt === null ? t('police.listNone') : dateText(issuedAt), n: pushed }));
    },
    async restart(): Promise<void> {
      if (busy.value !== null) return;
      busy.value = 'restart-readers';
      tell(() => t('police.restartBusy'));
      const outcome = await service.start({ workflow: 'restart-readers' }).outcome;
      busy.value = null;
      tell(() => (outcome.ok ? t('police.restarted', { n: outcome.value.readers }) : why(outcome.code)));
    },
  };
};

const desks = new WeakMap<Service, Desk>();

/** Inside a component's setup. */
export const useDesk = (): Desk => {
  const service = useService();
  const text = useText();
  const known = desks.get(service);
  if (known !== undefined) return known;
  // Detached: it outlives the screen that asked first.
  const desk = effectScope(true).run(() => newDesk(service, text));
  if (desk === undefined) throw new Error('an effect scope that runs');
  desks.set(service, desk);
  return desk;
};
