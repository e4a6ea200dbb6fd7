import { shallowRef, watch, type ShallowRef } from 'vue';
import { useService } from '../../../service/use-service.js';

const known = new Map<string, string>();

/** County and town of a code, as an address begins; null while it is not known. */
export const useDivisionName = (code: () => string | undefined): ShallowRef<string | null> => {
  const service = useService();
  const name: ShallowRef<string | null> = shallowRef(null);
  watch(
    code,
    async (now) => {
      name.value = now === undefined ? null : (known.get(now) ?? null);
      if (now === undefined || name.value !== null) return;
      const outcome = await service.start({ workflow: 'find-divisions', text: now }).outcome;
      const found = outcome.ok ? outcome.value.divisions[0] : undefined;
      if (found === undefined) return;
      known.set(now, found.name.startsWith(found.county) ? found.name : `${found.county}${found.name}`);
      if (code() === now) name.value = known.get(now) ?? null;
    },
    { immediate: true },
  );
  return name;
};
