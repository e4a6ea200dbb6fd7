import type { Play } from './at-the-form.js';
import type { Day } from './day.js';

/** An hour without the platform, in three errands: a third of it passes before each. Everything waits, nothing is lost; then the platform is there again, at its own hour. */
const third = 1_200;

const wait = (day: Day): void => day.clock.moveOn(third);

export const outage = {
  begins:
    (play: Play): Play =>
    async (day) => {
      await day.world.platform.stop();
      wait(day);
      return play(day);
    },
  goesOn:
    (play: Play): Play =>
    async (day) => {
      wait(day);
      return play(day);
    },
  ends:
    (play: Play): Play =>
    async (day) => {
      wait(day);
      const left = await play(day);
      await day.world.platform.start();
      return left;
    },
} as const;
