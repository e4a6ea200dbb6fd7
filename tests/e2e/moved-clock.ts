import { readFileSync } from 'node:fs';

/**
 * Loaded before a program's own modules (`clock-of-children.ts`): its clock is moved by as many seconds as stand in a file, while it runs and as often as that changes. The counter that nobody sets
 * (`performance`, `hrtime`, timers) goes on as it is, as on a machine whose clock somebody sets.
 */
const file = process.env['RESIDENCE_CARD_TEST_CLOCK'];
const real = Date.now.bind(Date);
/** Milliseconds between two looks at the file. */
const patience = 10;

let [looked, moved] = [-Infinity, 0];
Date.now = (): number => {
  if (file !== undefined && performance.now() - looked > patience) {
    looked = performance.now();
    moved = Number(readFileSync(file, 'utf8'));
  }
  return real() + moved * 1_000;
};
