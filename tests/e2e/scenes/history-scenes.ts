import { openTerminal } from '../../../src/service/index.js';
import { police, supervisor } from '../stage.js';
import type { Scenery } from './scenery.js';
import type { Scene } from './scene.js';

async function openHistory(scenery: Scenery): Promise<void> {
  await scenery.waiting();
  await scenery.page.keyboard.press('h');
  await scenery.page.getByText('本班查验记录').first().waitFor();
}

async function someChecks(scenery: Scenery): Promise<void> {
  for (const [card, result] of [['valid', 'valid'], ['revoked', 'revoked'], ['cloned', 'cloned'], ['overdue', 'suspended']] as const) await scenery.checked(card, result);
}

async function leaveDraft({ world }: Scenery): Promise<void> {
  const terminal = openTerminal(world.terminal('police'), { mode: 'police' });
  const entered = await terminal.signIn(police.id, police.password);
  if (!entered.ok) throw new Error(entered.code);
  terminal.outbox.drafts.put('a', 'an invented draft', terminal.clock.now());
  await terminal.close();
}

export const historyScenes = {
  empty: {
    play: async (scenery) => {
      // A new shift: signing out purges. A service that was started anew kept the history for its officer, who signs in first.
      await scenery.waiting();
      await scenery.signedOut();
      await openHistory(scenery);
      await scenery.page.getByText('本班还没有查验记录').waitFor();
    },
  },
  filled: {
    play: async (scenery) => {
      await someChecks(scenery);
      await openHistory(scenery);
      await scenery.page.locator('tbody tr, [data-row]').nth(3).waitFor();
    },
  },
  opened: {
    play: async (scenery) => {
      await scenery.checked('revoked', 'revoked');
      await openHistory(scenery);
      await scenery.page.getByRole('button', { name: '打开' }).first().click();
      await scenery.page.getByText('已打开，此次打开已记录。').waitFor();
    },
  },
  closed: {
    play: async (scenery) => {
      // Somebody who never signed in here, beside a draft that a colleague left.
      await scenery.closeApp();
      await leaveDraft(scenery);
      await scenery.signedOut();
      await scenery.desk.signIn(supervisor.id, supervisor.password);
      await openHistory(scenery);
      await scenery.page.locator('[data-code="LOCAL_DATA_CLOSED"]').waitFor();
    },
    clear: (scenery) => scenery.signedOut(),
  },
} as const satisfies Record<string, Scene>;
