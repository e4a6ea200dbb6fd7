import { askService } from '../../ask-service.js';
import type { Clerk } from '../../clerk.js';
import { supervisor } from '../../stage.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { atHome } from './at-home.js';
import { tornAgain, tornBlank, tornCard, tornPanel } from './torn-card.js';
import { blankOf, resident, workday } from './workday.js';

const hour = 3_600;
const day = 24 * hour;

/** The home screen, opened just now: what others did meanwhile is on it. */
const opened = async (scenery: Scenery): Promise<Clerk> => {
  const clerk = await atHome(scenery);
  await clerk.meter.press('F10');
  await scenery.page.locator('.queue').waitFor();
  await clerk.home();
  await scenery.page.locator('.home-numbers').waitFor();
  return clerk;
};

/** In the middle of the day. */
const working = async (scenery: Scenery): Promise<Clerk> => {
  await atHome(scenery);
  await workday(scenery);
  const clerk = await opened(scenery);
  await scenery.page.locator('aside tbody tr').nth(2).waitFor();
  return clerk;
};

const searched = (text: (scenery: Scenery) => string, shown: string): Scene => ({
  play: async (scenery) => {
    const { meter } = await working(scenery);
    await meter.type(text(scenery));
    await scenery.page.locator(shown).first().waitFor();
    await scenery.settled();
  },
  clear: async ({ page }) => page.keyboard.press('Escape'),
});

/** The service hears of the time when something changes at the desk: a card is put down and taken away. */
const atAnotherTime = async (scenery: Scenery, seconds: number, warning: string): Promise<void> => {
  const { page, world } = scenery;
  await working(scenery);
  scenery.moveClock(seconds);
  await world.put(blankOf('given'));
  await page.locator(`[data-warning="${warning}"]`).waitFor();
  await world.take();
  await opened(scenery);
  await scenery.settled();
};

const rightTime = async (scenery: Scenery): Promise<void> => {
  scenery.moveClock(0);
  await synced(scenery);
};

/** The half-written card will never be put back. */
const lost = async (scenery: Scenery): Promise<Clerk> => {
  const clerk = await working(scenery);
  await tornPanel(scenery, clerk);
  await clerk.meter.click(scenery.page.locator('.torn-panel .give-up'));
  await scenery.page.locator('.torn-panel form input:focus').waitFor();
  return clerk;
};

/** The platform is there again and has everything. */
const synced = async ({ page }: Scenery): Promise<void> => {
  await askService(page, { workflow: 'sync' });
  await page.locator('.bar').waitFor({ state: 'detached' });
  const notice = page.locator('.notice button');
  if (await notice.isVisible()) await notice.click();
};

/** The counter's home screen. */
export const counterHomeScenes = {
  // Before everything else at this counter: nothing was done yet.
  empty: {
    play: async (scenery) => {
      await opened(scenery);
      await scenery.page.locator('.main .none').waitFor();
      await scenery.settled();
    },
  },
  ready: {
    play: async (scenery) => {
      await working(scenery);
      await scenery.settled();
    },
  },
  search: searched(() => resident(3).name.slice(0, 1), '[role="option"]'),
  'search-number': searched(({ world }) => world.counter.cards['active-1']?.permitNumber ?? '', '.option.ask'),
  'search-empty': searched(() => '999999', '.said'),
  drafts: {
    play: async (scenery) => {
      const { meter, page } = await working(scenery);
      await meter.press('F6');
      await page.locator('.main button.opener:focus').waitFor();
    },
  },
  delete: {
    play: async (scenery) => {
      const { meter, page } = await working(scenery);
      await meter.click(page.locator('button.delete').first());
      await page.locator('dialog[open]').waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  help: {
    play: async (scenery) => {
      const { meter, page } = await working(scenery);
      await meter.press('F1');
      await page.locator('dialog.help').waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('F1'),
  },
  torn: {
    play: async (scenery) => {
      await tornCard(scenery, await working(scenery));
      await scenery.settled();
    },
  },
  'put-back': {
    play: async (scenery) => {
      await tornPanel(scenery, await working(scenery));
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  'other-card': {
    play: async (scenery) => {
      await tornPanel(scenery, await working(scenery));
      await scenery.world.put(blankOf('given'));
      await scenery.page.locator('.torn-panel [data-code="CARD_BLANK"]').waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  'third-try': {
    play: async (scenery) => {
      const { page } = scenery;
      await tornPanel(scenery, await working(scenery));
      for (let tries = 0; tries < 3 && !(await page.locator('.torn-panel form').isVisible()); tries += 1) await tornAgain(scenery);
      await page.locator('.torn-panel form').waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  resuming: {
    play: async (scenery) => {
      await tornPanel(scenery, await working(scenery));
      // A slow card, so that a person sees its steps.
      const writing = scenery.page.locator('.torn-panel .count').waitFor().then(() => scenery.freeze());
      await Promise.all([writing, scenery.world.put(tornBlank(scenery.world), { delayMs: 500 })]);
    },
    clear: async (scenery) => {
      scenery.thaw();
      await scenery.world.setFaults({});
      await scenery.page.locator('.torn-panel .done-state').waitFor();
      await scenery.page.keyboard.press('Escape');
    },
  },
  resumed: {
    play: async (scenery) => {
      await tornPanel(scenery, await working(scenery));
      await scenery.world.put(tornBlank(scenery.world));
      await scenery.page.locator('.torn-panel .done-state').waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  'card-lost': {
    play: async (scenery) => {
      await lost(scenery);
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  spoiled: {
    play: async (scenery) => {
      await (await lost(scenery)).enter();
      await scenery.page.locator('.torn-panel .done-state').waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  offline: {
    play: async (scenery) => {
      const { meter, page } = await working(scenery);
      await scenery.world.platform.stop();
      await meter.press('F7');
      await page.locator('[data-warning="offline"]').waitFor();
      await page.locator('.keys [data-key="sync"][aria-busy="false"]').waitFor();
    },
    clear: async (scenery) => {
      await scenery.world.platform.start();
      await synced(scenery);
    },
  },
  stale: {
    play: async (scenery) => {
      const { meter, page } = await working(scenery);
      await scenery.world.platform.stop();
      scenery.moveClock(8 * day);
      await meter.press('F7');
      await page.locator('[data-warning="stale"]').waitFor();
      await page.locator('.keys [data-key="sync"][aria-busy="false"]').waitFor();
      await meter.click(page.locator('.notice button'));
      await opened(scenery);
      await scenery.settled();
    },
    clear: async (scenery) => {
      await scenery.world.platform.start();
      await rightTime(scenery);
    },
  },
  // Switched on again after two weeks: the lists are old, and so are the applications.
  overdue: { play: (scenery) => atAnotherTime(scenery, 16 * day, 'stale'), clear: rightTime },
  'clock-wrong': { play: (scenery) => atAnotherTime(scenery, -2 * hour, 'clock'), clear: rightTime },
  'reader-missing': {
    play: async (scenery) => {
      const { page } = await working(scenery);
      await scenery.world.pcscd.unplug();
      await page.locator('[data-warning="reader"]').waitFor();
    },
    clear: async ({ world, page }) => {
      await world.pcscd.plugIn();
      await page.locator('.bar').waitFor({ state: 'detached' });
    },
  },
  failed: {
    play: async (scenery) => {
      // Somebody who never signed in here, beside what a colleague left.
      const clerk = await working(scenery);
      await askService(scenery.page, { workflow: 'sign-out' });
      await clerk.signIn(supervisor);
      await scenery.page.locator('[data-code="LOCAL_DATA_CLOSED"]').waitFor();
    },
    clear: async (scenery) => {
      await askService(scenery.page, { workflow: 'sign-out' });
      await atHome(scenery);
      await scenery.page.locator('.home-numbers').waitFor();
    },
  },
} as const satisfies Record<string, Scene>;
