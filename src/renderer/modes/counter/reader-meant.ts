import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import type { ServiceState } from '../../../contract/index.js';
import { useService } from '../../service/use-service.js';

type Readers = readonly Pick<ServiceState['readers'][number], 'name' | 'cardPresent'>[];

/** The reader onto which a card was put just now. */
export const laidOn = (before: Readers, now: Readers): string | undefined => now.find(({ name, cardPresent }) => cardPresent && !before.some((reader) => reader.name === name && reader.cardPresent))?.name;

/** The chosen one while a card lies there, else the first with a card. */
export const meantOf = (readers: Readers, chosen: string | null): string | undefined => {
  const taken = readers.filter(({ cardPresent }) => cardPresent);
  return (taken.find(({ name }) => name === chosen) ?? taken[0])?.name;
};

/** Which reader is meant, where a desk has several: the one onto which a card was put last, unless the clerk chose another. Nothing is left to chance when a blank and a holder's card lie side by side. */
export interface ReaderMeant {
  readonly readers: ComputedRef<Readers>;
  /** undefined: no card lies anywhere */
  readonly meant: ComputedRef<string | undefined>;
  /** the next one with a card; undefined: there is no other */
  readonly other: ComputedRef<string | undefined>;
  choose(name: string): void;
}

/** Inside a component's setup; `laid`: a card was put down. */
export const useReaderMeant = (laid: () => void = () => undefined): ReaderMeant => {
  const { state } = useService();
  const chosen = shallowRef<string | null>(null);
  const readers = computed<Readers>(() => state.value?.readers ?? []);
  const meant = computed(() => meantOf(readers.value, chosen.value));
  const other = computed(() => {
    const taken = readers.value.filter(({ cardPresent }) => cardPresent).map(({ name }) => name);
    return taken.length < 2 ? undefined : taken[(taken.indexOf(meant.value ?? '') + 1) % taken.length];
  });
  watch(readers, (now, before) => {
    const on = laidOn(before, now);
    if (on === undefined) return;
    chosen.value = on;
    laid();
  });
  return { readers, meant, other, choose: (name) => (chosen.value = name) };
};
