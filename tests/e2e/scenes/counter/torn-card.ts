import { askService } from '../../ask-service.js';
import type { Clerk } from '../../clerk.js';
import type { World } from '../../world.js';
import type { Scenery } from '../scenery.js';
import { accept, blankOf, resident } from './workday.js';

/** Lifted at this APDU: the card of an application in the middle of its files, and once more before the first of them. */
const lifted = { tearAtApdu: { at: 12, when: 'before' } } as const;
const liftedEarly = { tearAtApdu: { at: 6, when: 'before' } } as const;

/** The blanks that were begun in a world, the last is the half-written one. */
const begun = new WeakMap<World, string[]>();
const begunIn = (world: World): string[] => {
  const known = begun.get(world) ?? [];
  begun.set(world, known);
  return known;
};
export const tornBlank = (world: World): string => begunIn(world).at(-1) ?? '';

/** Somebody's card, lifted while it was written. */
const tear = async (scenery: Scenery): Promise<void> => {
  const { page, world } = scenery;
  const known = begunIn(world);
  const blank = blankOf('torn', known.length);
  const receipt = await accept(scenery, resident(20 + known.length));
  known.push(blank);
  await world.put(blank, lifted);
  await askService(page, { workflow: 'make', receipt }).catch(() => undefined);
  await world.torn();
  await world.take();
  await askService(page, { workflow: 'sync' });
};

/** A half-written card is on the list, and the home screen shows it; nothing lies on the reader. */
export const tornCard = async (scenery: Scenery, clerk: Clerk): Promise<void> => {
  const { page } = scenery;
  const { torn } = await askService(page, { workflow: 'stock' });
  if (torn.length === 0) await tear(scenery);
  await clerk.home();
  await page.locator('.home .torn').waitFor();
};

/** Its panel is open and says which card is to be put back. */
export const tornPanel = async (scenery: Scenery, clerk: Clerk): Promise<void> => {
  await tornCard(scenery, clerk);
  await clerk.meter.press('Enter');
  await scenery.page.locator('.torn-panel').waitFor();
};

/** Put back and lifted again. */
export const tornAgain = async ({ page, world }: Scenery): Promise<void> => {
  await world.put(tornBlank(world), liftedEarly);
  await page.locator('.torn-panel [data-code]').waitFor();
  await world.torn();
  await world.take();
};
