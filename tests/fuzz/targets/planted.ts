import { mutateBytes } from '../mutation.js';
import type { TargetEntry } from '../targets.js';

const kept: Uint8Array[] = [];

const plantedTarget = (name: string, fault: () => void): TargetEntry => ({
  name: `planted-${name}`,
  shortRun: 0,
  load: async () => ({
    seeds: [Uint8Array.of(1, 0, 0), Uint8Array.of(0, 9, 0)],
    mutate: mutateBytes,
    run: (input) => {
      if (input[0] === 1 && (input[1] ?? 0) > 200) fault();
    },
  }),
});

/** Not part of any run but its own test: parsers with the faults that are looked for. */
export const planted: readonly TargetEntry[] = [
  plantedTarget('crash', () => {
    throw new TypeError('planted');
  }),
  plantedTarget('allocation', () => void kept.push(new Uint8Array(64 * 1024 * 1024))),
  plantedTarget('hang', () => {
    for (;;) kept.length = 0;
  }),
  plantedTarget('death', () => process.abort()),
];
