import { permitNumber } from '../../../../src/permit/index.js';
import { askService } from '../../ask-service.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { atHome, by } from './at-home.js';
import { accept, resident } from './workday.js';

const opened = async (scenery: Scenery, shown: string): Promise<void> => {
  await scenery.page.keyboard.press('F10');
  await scenery.page.locator(shown).first().waitFor();
  await scenery.settled();
};

/** The platform is away and somebody is accepted all the same. `at`: who. */
const acceptedOffline = async (scenery: Scenery, at: number): Promise<void> => {
  await atHome(scenery);
  await scenery.world.platform.stop();
  await accept(scenery, resident(at));
};

/** As another counter would number it. */
const cardOfElsewhere = { permitNumber: permitNumber({ division6: '330302', year: new Date().getUTCFullYear(), kind: 1, sequence: 900_001 }), serial: '575a00000000000e0001' } as const;

/** The platform is there again, and everything was uploaded. */
const uploaded = async (scenery: Scenery): Promise<void> => {
  await scenery.world.platform.start();
  await askService(scenery.page, { workflow: 'sync' });
};

/** What waits for the platform. While it is there nothing waits longer than two seconds, so that has no picture. */
export const queueScenes = {
  empty: by('F10', '.queue .head'),
  offline: {
    play: async (scenery) => {
      await acceptedOffline(scenery, 12);
      await accept(scenery, resident(13));
      await askService(scenery.page, { workflow: 'sync' }).catch(() => undefined);
      await opened(scenery, '.head[data-waits="true"] p + p');
    },
    clear: uploaded,
  },
  retrying: {
    play: async (scenery) => {
      await atHome(scenery);
      scenery.world.platform.pause();
      await accept(scenery, resident(14));
      await opened(scenery, '.queue tbody tr');
      await scenery.page.keyboard.press('F7');
      await scenery.page.locator('.head progress').waitFor();
    },
    clear: async (scenery) => {
      scenery.world.platform.goOn();
      await scenery.page.locator('.head progress').waitFor({ state: 'detached' });
      await scenery.page.locator('.notice button').click();
    },
  },
  // The card of a counter that is off-line itself: the platform has not heard of it yet.
  quarantined: {
    play: async (scenery) => {
      await acceptedOffline(scenery, 15);
      await askService(scenery.page, { workflow: 'hand-over', ...cardOfElsewhere, receivedBy: 'holder', oldCard: 'none' });
      await uploaded(scenery);
      await askService(scenery.page, { workflow: 'sync' });
      await opened(scenery, `.aside tbody tr:has-text("${cardOfElsewhere.permitNumber}")`);
    },
  },
} as const satisfies Record<string, Scene>;
