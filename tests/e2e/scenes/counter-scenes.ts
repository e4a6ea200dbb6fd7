import { Clerk } from '../clerk.js';
import type { Scenery } from './scenery.js';
import type { Scene } from './scene.js';

/** The clerk is signed in, the home screen shows, nothing lies on the reader. */
const atHome = async (scenery: Scenery): Promise<Clerk> => {
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

const by = (key: string, heading: string): Scene => ({
  play: async (scenery) => {
    const clerk = await atHome(scenery);
    await clerk.meter.press(key);
    await scenery.page.locator(heading).first().waitFor();
    await scenery.settled();
  },
});

/** The counter's screens. */
export const counterScenes = {
  counter: {
    ready: {
      play: async (scenery) => {
        await atHome(scenery);
        await scenery.settled();
      },
    },
  },
  'counter-new': { identity: by('F2', '[data-step="identity"]') },
  'counter-desk': { waiting: by('F4', 'form.number') },
  'counter-applications': { empty: by('F5', 'main h1') },
  'counter-queue': { empty: by('F10', 'main h1') },
  'counter-books': { ready: by('F8', 'main h1') },
} as const satisfies Record<string, Record<string, Scene>>;
