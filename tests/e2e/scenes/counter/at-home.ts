import { Clerk } from '../../clerk.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';

/** The clerk is signed in, the home screen shows, nothing lies on the reader. */
export const atHome = async (scenery: Scenery): Promise<Clerk> => {
  await scenery.open('counter');
  await scenery.world.take();
  const clerk = new Clerk(scenery.app);
  const password = scenery.page.getByLabel(clerk.label('password'), { exact: true });
  const home = scenery.page.locator('.home');
  await scenery.go('/counter');
  await password.or(home).first().waitFor();
  if (await password.isVisible()) await clerk.signIn();
  await home.waitFor();
  return clerk;
};

/** From the home screen by one key to where this shows. */
export const by = (key: string, shown: string): Scene => ({
  play: async (scenery) => {
    const clerk = await atHome(scenery);
    await clerk.meter.press(key);
    await scenery.page.locator(shown).first().waitFor();
    await scenery.settled();
  },
});
