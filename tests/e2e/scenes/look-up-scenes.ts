import { permitNumber } from '../../../src/permit/index.js';
import type { CardName } from '../cards.js';
import type { OpenFolder } from '../stage.js';
import type { Scenery } from './scenery.js';
import type { Scene } from './scene.js';

const numberOf = ({ world }: Scenery, card: CardName): string => world.stage.cards[card]?.permitNumber ?? '';

async function lookUp(scenery: Scenery, number: string, terminal: OpenFolder = 'police'): Promise<void> {
  await scenery.waiting(terminal);
  await scenery.page.keyboard.press('F6');
  const field = scenery.page.getByRole('textbox').first();
  await field.fill(number);
  await scenery.page.keyboard.press('Enter');
}

const answered = (card: CardName): Scene => ({
  play: async (scenery) => {
    await lookUp(scenery, numberOf(scenery, card));
    await scenery.page.locator('[data-status]').first().waitFor();
  },
});

/** By the lists of this terminal, the platform being away. */
const byLists = (card: CardName): Scene => ({
  play: async (scenery) => {
    await scenery.waiting();
    await scenery.world.platform.stop();
    await answered(card).play(scenery);
  },
  clear: ({ world }) => world.platform.start(),
});

/** Well formed, and of nobody: the next number of a division where none was issued. */
export const unknownNumber = permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 999_991 });

export const lookUpScenes = {
  ready: {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.page.keyboard.press('F6');
      await scenery.page.getByRole('textbox').first().waitFor();
    },
  },
  incomplete: {
    play: async (scenery) => {
      await lookUp(scenery, '330302');
      await scenery.page.getByText('还差').first().waitFor();
    },
  },
  'platform-valid': answered('valid'),
  'platform-cancelled': answered('revoked'),
  'lists-valid': byLists('valid'),
  'lists-suspended': byLists('suspended'),
  'not-found': {
    play: async (scenery) => {
      await lookUp(scenery, unknownNumber);
      await scenery.page.getByText('查无此证').first().waitFor();
    },
  },
  refused: {
    play: async (scenery) => {
      // Nobody to ask, and a list too old to say anything by.
      await scenery.closeApp();
      await scenery.world.platform.stop();
      await lookUp(scenery, numberOf(scenery, 'valid'), 'police-stale');
      await scenery.page.locator('[data-code="STATUS_LIST_STALE"]').first().waitFor();
    },
    clear: async (scenery) => {
      await scenery.closeApp();
      await scenery.world.platform.start();
    },
  },
} as const satisfies Record<string, Scene>;
