import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from 'vue';
import { useService } from './use-service.js';

/** Seconds since 1970 by the service's clock, which the terminal checks; it goes on between two states by the page's own running time. Null before the first state. */
export const useClock = (): ComputedRef<number | null> => {
  const { state } = useService();
  const elapsed = shallowRef(0);
  let heardAt = performance.now();
  watch(state, () => {
    heardAt = performance.now();
    elapsed.value = 0;
  });
  const timer = setInterval(() => {
    elapsed.value = Math.floor((performance.now() - heardAt) / 1_000);
  }, 1_000);
  onScopeDispose(() => clearInterval(timer));
  return computed(() => (state.value === null ? null : state.value.clock.now + elapsed.value));
};

const clockFormat = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Beijing time, hours and minutes, wherever the machine believes it stands. */
export const clockTime = (seconds: number): string => clockFormat.format(seconds * 1_000);
