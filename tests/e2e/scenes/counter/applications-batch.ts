import type { Clerk } from '../../clerk.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { atHome } from './at-home.js';
import { accepted, takeBlank } from './seeds.js';

/** Cards made one after the other. */
const begun = async (scenery: Scenery): Promise<Clerk> => {
  const clerk = await atHome(scenery);
  await accepted(scenery, { approved: true });
  await accepted(scenery, { approved: true });
  await clerk.meter.press('F5');
  await scenery.page.locator('.list table').waitFor();
  await clerk.meter.press('b');
  await phase(scenery, 'put');
  return clerk;
};
const phase = (scenery: Scenery, name: 'put' | 'take' | 'failed' | 'done'): Promise<void> => scenery.page.locator(`.batch-panel[data-phase="${name}"]`).waitFor();

export const batchScenes = {
  'batch-put': {
    play: async (scenery) => {
      await begun(scenery);
    },
  },
  'batch-writing': {
    play: async (scenery) => {
      await begun(scenery);
      await scenery.world.put(takeBlank(scenery), { delayMs: 100 });
      await scenery.page.locator('.card-steps li[data-state="done"]').first().waitFor();
      scenery.freeze();
    },
    clear: async (scenery) => {
      await scenery.world.setFaults({});
      await phase(scenery, 'take');
    },
  },
  'batch-take': {
    play: async (scenery) => {
      await begun(scenery);
      await scenery.world.put(takeBlank(scenery));
      await phase(scenery, 'take');
    },
  },
  'batch-failed': {
    play: async (scenery) => {
      await begun(scenery);
      await scenery.world.put('active-14');
      await phase(scenery, 'failed');
    },
  },
  'batch-done': {
    play: async (scenery) => {
      const clerk = await begun(scenery);
      await scenery.world.put(takeBlank(scenery));
      await phase(scenery, 'take');
      await scenery.world.take();
      const done = scenery.page.locator('.batch-panel[data-phase="done"]');
      await phase(scenery, 'put');
      for (let times = 0; times < 40 && !(await done.isVisible()); times += 1) await clerk.meter.press('n');
      await done.waitFor();
    },
  },
} as const satisfies Record<string, Scene>;
