import { addDays } from '../../../../src/permit/index.js';
import type { Clerk } from '../../clerk.js';
import { today, towns } from '../../day/people.js';
import { supervisor } from '../../stage.js';
import type { World } from '../../world.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { atHome } from './at-home.js';
import { read } from './desk-states.js';
import { madeCard } from './seeds.js';

/** What is done at the card desk: each action from its question to its result. */

/** The action of this letter is asked about. */
const asked = async (scenery: Scenery, card: string, letter: string): Promise<Clerk> => {
  const clerk = await read(scenery, card);
  await clerk.meter.press(letter);
  await scenery.page.locator('.action-panel').waitFor();
  return clerk;
};
const panel = (card: string, letter: string): Scene => ({
  play: async (scenery) => {
    await asked(scenery, card, letter);
    await scenery.settled();
  },
});
const finished = (scenery: Scenery): Promise<void> => scenery.page.locator('.action-panel .finish').waitFor();
const ofMade = (then: (scenery: Scenery, blank: string) => Promise<unknown>): Scene => ({
  play: async (scenery) => {
    await atHome(scenery);
    const { blank } = await madeCard(scenery);
    await then(scenery, blank);
    await scenery.settled();
  },
});
const movedTo = (clerk: Clerk): Promise<void> => clerk.newAddress(towns.liushi.typed, `温州市${towns.liushi.name}望江路12号301室`, addDays(today(), -20));

/** Worlds in which this card is half written. */
const torn = new WeakSet<World>();
const tear = async (scenery: Scenery): Promise<void> => {
  const clerk = await asked(scenery, 'due-7', 'e');
  await scenery.world.tearAt(14);
  await clerk.next();
  await scenery.page.locator('.action-panel [data-code]').waitFor();
  torn.add(scenery.world);
};

export const deskPanels = {
  endorse: panel('due-10', 'e'),
  writing: {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'due-9', 'e');
      await scenery.world.setFaults({ delayMs: 300 });
      await clerk.next();
      await scenery.page.locator('.card-steps li[data-state="done"]').first().waitFor();
      scenery.freeze();
    },
    clear: async (scenery) => {
      await scenery.world.setFaults({});
      await finished(scenery);
    },
  },
  endorsed: {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'due-8', 'e');
      await clerk.next();
      await finished(scenery);
    },
  },
  torn: { play: tear },
  // Put back, it is finished before anything else.
  unfinished: {
    play: async (scenery) => {
      if (!torn.has(scenery.world)) await tear(scenery);
      await read(scenery, 'due-7');
      await scenery.page.locator('[data-action="resume"]').waitFor();
      await scenery.settled();
    },
  },
  'refuse-endorsement': panel('due-10', 'j'),
  move: panel('active-13', 'm'),
  'move-incomplete': {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'active-13', 'm');
      await clerk.next();
      await scenery.page.locator('.action-panel [aria-invalid="true"]').first().waitFor();
    },
  },
  moved: {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'active-12', 'm');
      await movedTo(clerk);
      await clerk.next();
      await finished(scenery);
    },
  },
  suspend: panel('active-13', 's'),
  restore: panel('suspended-2', 'b'),
  'report-lost': panel('active-13', 'r'),
  approval: {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'active-13', 's');
      await clerk.next();
      await scenery.page.locator('.approval-panel').waitFor();
    },
  },
  'approval-wrong': {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'active-13', 's');
      await clerk.next();
      await clerk.approve({ id: supervisor.id, password: 'a slip of the finger' });
      await scenery.page.locator('.approval-panel [data-code]').waitFor();
    },
  },
  done: {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'active-11', 's');
      await clerk.next();
      await clerk.approve();
      await finished(scenery);
    },
  },
  cancel: panel('active-13', 'x'),
  seize: panel('active-13', 'z'),
  'seize-forgery': {
    play: async (scenery) => {
      const clerk = await read(scenery, 'active-14', { bitFlip: { at: 2, bit: 400 } });
      await clerk.meter.press('z');
      await scenery.page.locator('.action-panel input:focus').waitFor();
    },
  },
  // A copied chip is booked under the number that it tells, and by no body.
  seized: {
    play: async (scenery) => {
      const clerk = await read(scenery, 'active-8', { clone: 'other-key' });
      await clerk.meter.press('z');
      await scenery.page.locator('.action-panel').waitFor();
      await clerk.next();
      await finished(scenery);
    },
  },
  'hand-over': ofMade((scenery, blank) => asked(scenery, blank, 'h')),
  'match-body': panel('active-13', 'v'),
  'body-differs': {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'active-13', 'v');
      await clerk.meter.type(scenery.world.counter.cards['active-14']?.permitNumber ?? '');
      await clerk.enter();
      await scenery.page.locator('.action-panel input[maxlength="6"]:focus').waitFor();
      await clerk.meter.type('000000');
      await clerk.next();
      await scenery.page.locator('[data-code="BODY_DIFFERS"]').waitFor();
    },
  },
  return: panel('ended-1', 't'),
  returned: {
    play: async (scenery) => {
      const clerk = await asked(scenery, 'ended-1', 't');
      await clerk.next();
      await finished(scenery);
    },
  },
} as const satisfies Record<string, Scene>;
