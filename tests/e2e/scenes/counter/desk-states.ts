import type { CardFaults } from '../../../../src/emulator/index.js';
import { faultsOf } from '../../cards.js';
import type { Clerk } from '../../clerk.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { atHome, by } from './at-home.js';
import { madeCard, makeOne, seed } from './seeds.js';

/** The card desk in each state of a card, of a permit without its card, and of what is no permit. */

/** A card lies there and was read. */
export const read = async (scenery: Scenery, card: string, faults: CardFaults = {}): Promise<Clerk> => {
  const clerk = await atHome(scenery);
  await clerk.desk(() => scenery.world.put(card, faults));
  return clerk;
};
const state = (card: string, faults?: CardFaults): Scene => ({
  play: async (scenery) => {
    await read(scenery, card, faults);
    await scenery.settled();
  },
});

const byNumber = async (scenery: Scenery, card: string): Promise<void> => {
  const clerk = await atHome(scenery);
  await clerk.deskOf(scenery.world.counter.cards[card]?.permitNumber ?? '');
  await scenery.settled();
};

export const deskStates = {
  waiting: by('F4', 'form.number'),
  reading: {
    play: async (scenery) => {
      const clerk = await atHome(scenery);
      await clerk.meter.press('F4');
      await scenery.page.locator('form.number').waitFor();
      await scenery.world.put('active-14', { delayMs: 400 });
      await scenery.page.locator('.card-steps li[data-state="now"]').waitFor();
      scenery.freeze();
    },
    clear: async ({ world, page }) => {
      await world.setFaults({});
      await page.locator('.action-list').waitFor();
    },
  },
  valid: state('active-14'),
  'window-open': state('due-10'),
  overdue: state('overdue-3'),
  suspended: state('suspended-2'),
  expired: state('expired-2'),
  lost: state('lost-2'),
  ended: state('ended-1'),
  cloned: state('active-14', { clone: 'other-key' }),
  // A signature that nobody of ours made: a bit of it is another.
  forged: state('active-14', { bitFlip: { at: 2, bit: 400 } }),
  // The chip refuses this terminal's right once.
  closed: state('active-14', { wrongStatus: { at: 12, sw: 0x6982 } }),
  made: {
    play: async (scenery) => {
      await atHome(scenery);
      const { blank } = await madeCard(scenery);
      await read(scenery, blank);
      await scenery.settled();
    },
  },
  // On the day on which it was made a mistake is put right.
  'made-today': {
    play: async (scenery) => {
      await atHome(scenery);
      const { blank, permitNumber, serial } = await makeOne(scenery);
      await seed<'hand-over'>(scenery, { workflow: 'hand-over', permitNumber, serial, receivedBy: 'holder', oldCard: 'none' });
      await seed<'sync'>(scenery, { workflow: 'sync' });
      await read(scenery, blank);
      await scenery.page.locator('[data-action="correct"]').waitFor();
      await scenery.settled();
    },
  },
  lifted: {
    play: async (scenery) => {
      await read(scenery, 'due-10');
      await scenery.world.take();
      await scenery.page.locator('.lifted').waitFor();
    },
  },
  'two-readers': {
    play: async (scenery) => {
      await scenery.world.put('active-13', {}, 1);
      await read(scenery, 'due-10');
      await scenery.page.locator('.reader-line button').waitFor();
      await scenery.settled();
    },
    clear: ({ world }) => world.take(1),
  },
  'by-number': { play: (scenery) => byNumber(scenery, 'lost-2') },
  'by-number-offline': {
    play: async (scenery) => {
      await atHome(scenery);
      await scenery.world.platform.stop();
      await byNumber(scenery, 'active-14');
    },
    clear: ({ world }) => world.platform.start(),
  },
  'number-wrong': {
    play: async (scenery) => {
      const clerk = await atHome(scenery);
      await clerk.meter.press('F4');
      await scenery.page.locator('form.number input:focus').waitFor();
      await clerk.meter.type('330302202510000019');
      await clerk.enter();
      await scenery.page.locator('form.number [aria-invalid="true"]').waitFor();
    },
  },
  refused: {
    play: async (scenery) => {
      const clerk = await atHome(scenery);
      await clerk.meter.press('F4');
      await scenery.page.locator('form.number').waitFor();
      await scenery.world.put('active-14', faultsOf.foreign);
      await scenery.page.locator('[data-code="CARD_NOT_PERMIT"]').waitFor();
    },
  },
  'why-not': {
    play: async (scenery) => {
      const clerk = await read(scenery, 'locked-3');
      await clerk.meter.press('k');
      await scenery.page.locator('.action-list .marked').waitFor();
    },
  },
} as const satisfies Record<string, Scene>;
