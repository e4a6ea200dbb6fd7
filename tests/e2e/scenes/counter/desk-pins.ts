import { holderPin } from '../../counter-stage.js';
import { Keypad } from '../../keypad.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { read } from './desk-states.js';

/** The holder's PIN at the card desk: asked for at the keypad, which is open, or is not. */
let keypad: Keypad | undefined;
const closed = async (): Promise<void> => {
  await keypad?.close();
  keypad = undefined;
};
const panel = async (scenery: Scenery, card: string, letter: string): Promise<void> => {
  const clerk = await read(scenery, card);
  keypad = await Keypad.open(scenery.app);
  await clerk.meter.press(letter);
  await keypad.is('asking');
  await scenery.settled();
};

export const deskPins = {
  'pin-keypad-missing': {
    play: async (scenery) => {
      const clerk = await read(scenery, 'active-10');
      await clerk.meter.press('i');
      await scenery.page.locator('.set-pin .closed').waitFor();
    },
  },
  pin: {
    play: (scenery) => panel(scenery, 'active-10', 'i'),
    clear: async ({ page }) => {
      await keypad?.set(holderPin);
      await page.locator('.action-panel .finish').waitFor();
      await closed();
    },
  },
  'pin-set': {
    play: async (scenery) => {
      await panel(scenery, 'active-9', 'i');
      await keypad?.set(holderPin);
      await scenery.page.locator('.action-panel .finish').waitFor();
    },
    clear: closed,
  },
  'pin-change': {
    play: async (scenery) => {
      const clerk = await read(scenery, 'active-9');
      keypad = await Keypad.open(scenery.app);
      if (await scenery.page.locator('[data-action="set-pin"]').isVisible()) {
        await clerk.act('i', { fill: () => keypad?.set(holderPin) ?? Promise.resolve() });
        await clerk.meter.press('Escape');
        await clerk.shown(scenery.page.locator('[data-action="change-pin"]'));
      }
      await clerk.meter.press('k');
      await keypad.is('asking');
      await scenery.settled();
    },
    clear: closed,
  },
  'pin-reset': {
    play: async (scenery) => {
      const clerk = await read(scenery, 'locked-3');
      await clerk.meter.press('p');
      await scenery.page.locator('.action-panel').waitFor();
      await clerk.next();
      await scenery.page.locator('.action-panel .finish').waitFor();
    },
  },
} as const satisfies Record<string, Scene>;
