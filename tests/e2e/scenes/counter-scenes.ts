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

/** States that no scene reaches yet: each fails as a test and as a picture until it has one. */
const unplayed = <S extends string>(...states: readonly S[]): Readonly<Record<S, Scene>> =>
  Object.fromEntries(states.map((state) => [state, { play: () => Promise.reject(new Error(`no scene of ${state} yet`)) }])) as unknown as Record<S, Scene>;

/** The counter's screens. */
export const counterScenes = {
  counter: {
    ready: {
      play: async (scenery) => {
        await atHome(scenery);
        await scenery.settled();
      },
    },
    ...unplayed('empty', 'torn', 'resuming', 'resumed', 'search', 'search-empty', 'drafts', 'delete', 'offline', 'stale', 'clock-wrong', 'reader-missing', 'help', 'failed'),
  },
  'counter-new': { identity: by('F2', '[data-step="identity"]') },
  'counter-desk': { waiting: by('F4', 'form.number'), ...unplayed('reading', 'valid', 'window-open', 'suspended', 'lost', 'ended', 'cloned', 'closed', 'by-number', 'by-number-offline', 'refused', 'why-not', 'endorse', 'writing', 'endorsed', 'torn', 'move', 'move-incomplete', 'moved', 'approval', 'approval-wrong', 'cancel', 'pin', 'pin-keypad-missing', 'returned', 'hand-over', 'done') },
  'counter-applications': { empty: by('F5', 'main h1'), ...unplayed('filled', 'making', 'opened', 'papers', 'refuse', 'approved', 'make', 'writing', 'made', 'batch-put', 'batch-writing', 'batch-take', 'batch-failed', 'batch-done', 'failed') },
  'counter-queue': { empty: by('F10', 'main h1'), ...unplayed('waiting', 'offline', 'quarantined', 'retrying') },
  'counter-books': { ready: by('F8', 'main h1'), ...unplayed('counting', 'difference', 'approval', 'closed', 'numbers-low', 'failed') },
} as const satisfies Record<string, Record<string, Scene>>;
