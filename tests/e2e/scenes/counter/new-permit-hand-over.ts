import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { holderPin } from '../../counter-stage.js';
import type { Scene } from '../scene.js';
import type { Scenery } from '../scenery.js';
import { acceptedForm, atHandOver, cardGiven, keypadOf, madeOf, noKeypad, type Made } from './cards-made.js';
import { atDesk, formLeftAt, formScene, shownForm, takenAway } from './forms.js';

/** The card goes to its holder; and what may happen to a form itself. */
const state = (scenery: Scenery, name: string): Promise<void> => scenery.page.locator(`.hand-over[data-state="${name}"]`).waitFor();
const matched = async (scenery: Scenery): Promise<Made> => {
  const made = await atHandOver(scenery);
  await made.clerk.type('can', made.issued.can);
  return made;
};
/** With another digit at the end. */
const misread = (can: string): string => `${can.slice(0, 5)}${(Number(can.at(5)) + 1) % 10}`;

const given = async (scenery: Scenery): Promise<Made> => {
  const keypad = await keypadOf(scenery);
  const made = await matched(scenery);
  // Whoever was here a scene before has set it already.
  await scenery.page.locator('.hand-over:is([data-state="give"], [data-state="pin-waiting"])').waitFor();
  if (await scenery.page.locator('.hand-over[data-state="pin-waiting"]').isVisible()) await keypad.set(holderPin);
  await state(scenery, 'give');
  return made;
};

const locks = new WeakMap<Scenery, Database.Database>();
/** Another program holds the terminal's database. */
const lockDatabase = (scenery: Scenery): void => {
  const db = new Database(join(scenery.world.terminal('counter'), 'terminal.db'));
  db.exec('BEGIN IMMEDIATE');
  locks.set(scenery, db);
};

export const handOverScenes = {
  'hand-over': formScene(atHandOver),
  'body-differs': formScene(async (scenery) => {
    const { clerk, issued } = await atHandOver(scenery);
    await clerk.type('can', misread(issued.can));
    await scenery.page.locator('[data-code="BODY_DIFFERS"]').waitFor();
  }),
  'no-keypad': formScene(async (scenery) => {
    await noKeypad(scenery);
    await matched(scenery);
    await state(scenery, 'no-keypad');
  }),
  'pin-ready': formScene(async (scenery) => {
    await noKeypad(scenery);
    await matched(scenery);
    await state(scenery, 'no-keypad');
    await keypadOf(scenery);
    await state(scenery, 'pin-ready');
  }),
  'pin-waiting': formScene(
    async (scenery) => {
      await keypadOf(scenery);
      await matched(scenery);
      await state(scenery, 'pin-waiting');
    },
    async (scenery) => {
      await (await keypadOf(scenery)).giveUp();
      await state(scenery, 'pin-ready');
    },
  ),
  'pin-given-up': formScene(async (scenery) => {
    const keypad = await keypadOf(scenery);
    await matched(scenery);
    await keypad.giveUp();
    await scenery.page.locator('.hand-over[data-state="pin-ready"] [data-code="CANCELLED"]').waitFor();
  }),
  give: formScene(given),
  done: formScene(
    async (scenery) => {
      const made = await given(scenery);
      await made.clerk.next();
      await made.clerk.step('done');
      cardGiven(scenery, made);
    },
    noKeypad,
  ),
  // Another card of a permit, at its price, fetched by an agent.
  'give-fee': formScene(async (scenery) => {
    const { permitNumber, person } = scenery.world.counter.cards['active-11'] ?? {};
    if (person === undefined || permitNumber === undefined) throw new Error('the stage has no active-11');
    await atDesk(scenery);
    const made = await madeOf(scenery, await acceptedForm(scenery, person, { purpose: 'damaged', permitNumber }));
    await shownForm(scenery, made.id, 'hand-over');
    await made.clerk.type('can', made.issued.can);
    await scenery.page.locator('.part.now').getByText('以后设置').press('Enter');
    await state(scenery, 'give');
  }),
  'draft-gone': formScene(async (scenery) => {
    await atDesk(scenery);
    await scenery.go(`/counter/new/${randomUUID()}/address`);
    await scenery.page.locator('[data-code="DRAFT_GONE"]').waitFor();
  }),
  'save-failed': formScene(
    async (scenery) => {
      const { clerk } = await formLeftAt(scenery, 'identity', {});
      await clerk.at('name');
      lockDatabase(scenery);
      await clerk.write('name', '林某某');
      await scenery.page.locator('.bad[data-saved]').waitFor();
    },
    async (scenery) => {
      locks.get(scenery)?.close();
      await scenery.page.locator('#field-name').press('Enter');
      await scenery.page.locator('[data-saved]:not(.bad)').waitFor();
      await takenAway(scenery);
    },
  ),
} as const satisfies Record<string, Scene>;
