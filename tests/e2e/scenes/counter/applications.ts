import type { Clerk } from '../../clerk.js';
import type { PaperCode } from '../../../../src/contract/index.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { batchScenes } from './applications-batch.js';
import { atHome } from './at-home.js';
import { accepted, madeCard, takeBlank } from './seeds.js';

/** Applications by stage: the list, one that was opened, and what is done with it. */
const listed = async (scenery: Scenery, stage: string): Promise<Clerk> => {
  const clerk = await atHome(scenery);
  await clerk.meter.press('F5');
  await scenery.page.locator('.stages button').first().waitFor();
  await clerk.meter.press(stage);
  await scenery.page.locator(`.stages [aria-keyshortcuts="${stage}"][aria-pressed="true"]`).waitFor();
  return clerk;
};
const opened = async (scenery: Scenery, receipt: string): Promise<Clerk> => {
  const clerk = await atHome(scenery);
  await clerk.application(receipt);
  return clerk;
};
const photoAndLease: readonly PaperCode[] = ['photo', 'proof-of-residence'];
const finished = (scenery: Scenery): Promise<void> => scenery.page.locator('.application-panel .finish').waitFor();

/** Somebody in every stage. */
const everyStage = async (scenery: Scenery): Promise<void> => {
  await atHome(scenery);
  await madeCard(scenery);
  await accepted(scenery, { missing: photoAndLease });
  for (let times = 0; times < 3; times += 1) await accepted(scenery);
  for (let times = 0; times < 3; times += 1) await accepted(scenery, { approved: true });
};
const stageOf = (letter: string): Scene => ({
  play: async (scenery) => {
    await everyStage(scenery);
    await listed(scenery, letter);
    await scenery.settled();
  },
});

const supplementing = async (scenery: Scenery): Promise<Clerk> => {
  await atHome(scenery);
  const clerk = await opened(scenery, await accepted(scenery, { missing: photoAndLease }));
  await clerk.meter.press('k');
  await scenery.page.locator('.supplement-form').waitFor();
  return clerk;
};

const list = {
  empty: {
    play: async (scenery) => {
      // Nobody was refused papers in this world yet.
      await listed(scenery, '1');
      await scenery.page.locator('.empty-state').waitFor();
      await scenery.settled();
    },
  },
  filled: stageOf('0'),
  making: {
    play: async (scenery) => {
      await atHome(scenery);
      await accepted(scenery, { approved: true });
      await listed(scenery, '3');
      await scenery.settled();
    },
  },
  'to-hand-over': {
    play: async (scenery) => {
      await atHome(scenery);
      const { receipt } = await madeCard(scenery);
      await opened(scenery, receipt);
      await scenery.settled();
    },
  },
} as const satisfies Record<string, Scene>;

const one = {
  opened: {
    play: async (scenery) => {
      await atHome(scenery);
      await opened(scenery, await accepted(scenery));
      await scenery.settled();
    },
  },
  papers: {
    play: async (scenery) => {
      await atHome(scenery);
      await opened(scenery, await accepted(scenery, { missing: photoAndLease }));
      await scenery.settled();
    },
  },
  supplement: {
    play: async (scenery) => {
      await supplementing(scenery);
      await scenery.settled();
    },
  },
  'supplement-photo': {
    play: async (scenery) => {
      const clerk = await supplementing(scenery);
      await clerk.meter.click(scenery.page.locator('.supplement-photo .buttons button').first());
      await scenery.page.locator('.supplement-photo[data-state="live"] .buttons button:focus').waitFor();
      await clerk.meter.press('Space');
      await scenery.page.locator('.supplement-photo[data-state="taken"]').waitFor();
      await scenery.settled();
    },
  },
  supplemented: {
    play: async (scenery) => {
      const clerk = await supplementing(scenery);
      await clerk.meter.press('a');
      await clerk.next();
      await finished(scenery);
    },
  },
  refuse: {
    play: async (scenery) => {
      await atHome(scenery);
      const clerk = await opened(scenery, await accepted(scenery));
      await clerk.meter.press('r');
      await scenery.page.locator('.application-panel textarea').waitFor();
      await clerk.next();
      await scenery.page.locator('.application-panel [aria-invalid="true"]').waitFor();
    },
  },
  approved: {
    play: async (scenery) => {
      await atHome(scenery);
      const clerk = await opened(scenery, await accepted(scenery));
      await clerk.meter.press('a');
      await finished(scenery);
    },
  },
  make: {
    play: async (scenery) => {
      await atHome(scenery);
      await opened(scenery, await accepted(scenery, { approved: true }));
      await scenery.settled();
    },
  },
  failed: {
    play: async (scenery) => {
      await atHome(scenery);
      const clerk = await opened(scenery, await accepted(scenery, { approved: true }));
      await scenery.world.put('active-14');
      await clerk.meter.press('m');
      await scenery.page.locator('.application-panel [data-code]').waitFor();
    },
  },
  writing: {
    play: async (scenery) => {
      await atHome(scenery);
      const clerk = await opened(scenery, await accepted(scenery, { approved: true }));
      await scenery.world.put(takeBlank(scenery), { delayMs: 100 });
      await clerk.meter.press('m');
      await scenery.page.locator('.card-steps li[data-state="done"]').first().waitFor();
      scenery.freeze();
    },
    clear: async (scenery) => {
      await scenery.world.setFaults({});
      await finished(scenery);
    },
  },
  made: {
    play: async (scenery) => {
      await atHome(scenery);
      const clerk = await opened(scenery, await accepted(scenery, { approved: true }));
      await scenery.world.put(takeBlank(scenery));
      await clerk.meter.press('m');
      await finished(scenery);
    },
  },
} as const satisfies Record<string, Scene>;

export const applicationsScenes = { ...list, ...one, ...batchScenes } as const satisfies Record<string, Scene>;
