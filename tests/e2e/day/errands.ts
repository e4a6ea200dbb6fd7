import type { Application } from '../../../src/contract/index.js';
import { holderPin } from '../counter-stage.js';
import type { Day, Errand, Left } from './day.js';
import { pupil, towns, worker, type Town } from './people.js';

/** The thirty errands of the day, in the order in which people come. */
const firstLeft = (permitNumber: string): Left => ({ permitNumber, state: 'active', events: ['acceptance', 'review', 'issue', 'hand-over'], cards: [0], fen: 0, pins: ['set'] });

/** From the first key to the card in the holder's hand. */
const firstPermit =
  (person: Application, town: Town = towns.wuma) =>
  async (day: Day): Promise<readonly Left[]> => {
    const { clerk, keypad } = day;
    await day.layBlank();
    await clerk.apply(person, town.typed);
    await clerk.make();
    const { permitNumber, can } = day.lastMade;
    await clerk.handOver(can, keypad, holderPin);
    await clerk.home();
    return [firstLeft(permitNumber)];
  };

export const errands: readonly Errand[] = [
  { who: '女工一名 A worker', what: '首次申领，材料齐全 first permit, papers complete', inTests: true, play: firstPermit(worker(501)) },
  { who: '小学生和母亲 A pupil with her mother', what: '首次申领，监护人代办 first permit, by a guardian', inTests: true, play: firstPermit(pupil(502), towns.wuma) },
];
