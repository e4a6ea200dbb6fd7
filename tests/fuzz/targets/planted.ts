import type { TargetEntry } from '../targets.js';
import { mutateBytes } from '../mutation.js';

const kept: Uint8Array[] = [];

/** Not part of any run but its own test: a parser with the three faults that are looked for, each behind two bytes that must be found. */
export const planted: TargetEntry = {
  name: 'planted',
  shortRun: 0,
  load: async () => ({
    seeds: [Uint8Array.of(1, 0, 0), Uint8Array.of(2, 0, 0), Uint8Array.of(3, 0, 0)],
    mutate: mutateBytes,
    run: (input) => {
      const [first, second = 0] = input;
      if (first === 1 && second > 250) throw new TypeError('planted');
      if (first === 2 && second > 250) kept.push(new Uint8Array(64 * 1024 * 1024));
      if (first === 3 && second > 250) for (;;) kept.length = 0;
    },
  }),
};
