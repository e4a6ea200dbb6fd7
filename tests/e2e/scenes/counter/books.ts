import { dateInChina } from '../../../../src/permit/index.js';
import { openTerminal } from '../../../../src/service/index.js';
import { askService } from '../../ask-service.js';
import type { Clerk } from '../../clerk.js';
import { supervisor } from '../../stage.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { atHome } from './at-home.js';
import { workday } from './workday.js';

/** The books, opened just now, with the day's work in them. */
const opened = async (scenery: Scenery): Promise<Clerk> => {
  const clerk = await atHome(scenery);
  await workday(scenery);
  await clerk.meter.press('F8');
  await scenery.page.locator('.books').waitFor();
  return clerk;
};

/** Blanks that should lie in the box. */
const expected = async ({ page }: Scenery): Promise<number> => (await askService(page, { workflow: 'books' })).blanks.expected;

/** Money and blanks are counted, these many too few. */
const counted = async (scenery: Scenery, short: number): Promise<Clerk> => {
  const clerk = await opened(scenery);
  const { page } = scenery;
  const [money, blanks] = [page.locator('.close-day input').nth(0), page.locator('.close-day input').nth(1)];
  await clerk.meter.click(money);
  await clerk.meter.type('0');
  await clerk.enter();
  await page.locator('.close-day input:focus').waitFor();
  await blanks.waitFor();
  await clerk.meter.type(String((await expected(scenery)) - short));
  return clerk;
};

/** Weeks of work have passed: ten numbers are left in one county. */
const fewNumbersLeft = async ({ world }: Scenery): Promise<void> => {
  const terminal = openTerminal(world.terminal('counter'), { mode: 'counter' });
  try {
    const { numbers } = terminal.outbox;
    const year = Number(dateInChina(Math.floor(Date.now() / 1000)).slice(0, 4));
    const block = numbers.blocks().findLast((each) => each.year === year && each.kind === 1);
    for (let left = block?.left ?? 0; left > 10; left -= 1) if (numbers.reserve(block?.division ?? '', year, 1) === undefined) break;
  } finally {
    await terminal.close();
  }
};

/** Stock, fees and the end of the day. */
export const booksScenes = {
  ready: {
    play: async (scenery) => {
      await opened(scenery);
      await scenery.settled();
    },
  },
  counting: {
    play: async (scenery) => {
      const clerk = await counted(scenery, 0);
      await clerk.meter.press('Backspace');
      await clerk.meter.press('Backspace');
      await clerk.enter();
      await scenery.page.locator('.close-day .error').waitFor();
    },
  },
  difference: {
    play: async (scenery) => {
      await counted(scenery, 1);
      await scenery.page.locator('.close-day .differs').waitFor();
    },
  },
  approval: {
    play: async (scenery) => {
      await (await counted(scenery, 1)).enter();
      await scenery.page.locator('.approval-panel').waitFor();
    },
    clear: async ({ page }) => {
      await page.keyboard.press('Escape');
      await page.locator('.close-day form').waitFor();
    },
  },
  closed: {
    play: async (scenery) => {
      const clerk = await counted(scenery, 1);
      await clerk.enter();
      await clerk.approve();
      await scenery.page.locator('.close-day .done-state').waitFor();
    },
  },
  'closed-before': {
    play: async (scenery) => {
      await opened(scenery);
      await scenery.page.locator('.close-day .already').waitFor();
    },
  },
  'numbers-low': {
    play: async (scenery) => {
      await atHome(scenery);
      await fewNumbersLeft(scenery);
      await opened(scenery);
      await scenery.page.locator('.few').first().waitFor();
    },
  },
  failed: {
    play: async (scenery) => {
      const clerk = await opened(scenery);
      await askService(scenery.page, { workflow: 'sign-out' });
      await clerk.signIn(supervisor);
      await clerk.meter.press('F8');
      await scenery.page.locator('.middle > [data-code="LOCAL_DATA_CLOSED"]').waitFor();
      await scenery.settled();
    },
    clear: async (scenery) => {
      await askService(scenery.page, { workflow: 'sign-out' });
      await atHome(scenery);
    },
  },
} as const satisfies Record<string, Scene>;
