import { portraitOf } from '../../../src/cli/invented/index.js';
import type { Application } from '../../../src/contract/index.js';
import { askService } from '../ask-service.js';
import { holderPin } from '../counter-stage.js';
import type { Play } from './at-the-form.js';
import type { Day, Left } from './day.js';
import { followed, left } from './left.js';
import { today, towns } from './people.js';

/** Errands with an application that was accepted before. */
const accepted = async ({ app }: Day, person: Application): Promise<string> => {
  const photo = Buffer.from(portraitOf(person, today())).toString('base64');
  const { receipt } = await askService(app.page, { workflow: 'accept', application: person, purpose: 'first', missingPapers: [], photo });
  return receipt;
};

const closePanel = async ({ clerk }: Day): Promise<void> => {
  await clerk.meter.press('Escape');
  await clerk.page.locator('.application-panel').waitFor({ state: 'detached' });
};

/** One paper is not there: told once and printed, accepted without; brought later, and then the card is made. */
export const papersLater =
  (person: Application): Play =>
  async (day) => {
    const { clerk } = day;
    const { page } = clerk;
    await clerk.apply(person, towns.wuma.typed, { missing: [2], print: true });
    const receipt = /S\d{8}-[0-9A-Z]{8}/.exec(await page.locator('.receipt-view').innerText())?.[0] ?? '';
    await clerk.home();
    // The paper is brought.
    await clerk.application(receipt);
    await clerk.meter.press('k');
    await clerk.shown(page.locator('.supplement-form input:focus'));
    await clerk.meter.press('a');
    await clerk.enter();
    await clerk.shown(page.locator('.application-panel .finish'));
    await closePanel(day);
    await day.layBlank();
    await clerk.application(receipt);
    await clerk.meter.press('m');
    await clerk.shown(page.locator('.application-panel .finish'));
    await clerk.home();
    return [await collectedFromHome(day, receipt)];
  };

/** Home, the task of this case, and the card goes to its holder. */
const collectedFromHome = async ({ clerk, keypad, lastMade }: Day, receipt: string): Promise<Left> => {
  await clerk.meter.click(clerk.page.locator('aside tr', { hasText: receipt }).locator('button').first());
  await clerk.step('hand-over');
  await clerk.handOver(lastMade.can, keypad, holderPin);
  return left(lastMade.permitNumber, ['acceptance', 'supplement', 'review', 'issue', 'hand-over'], { pins: ['set'] });
};

/** The conditions are not met after all: refused with the reason, which is handed over on paper. */
export const refused =
  (person: Application): Play =>
  async (day) => {
    const { clerk } = day;
    const receipt = await accepted(day, person);
    await clerk.application(receipt);
    await clerk.meter.press('r');
    await clerk.shown(clerk.page.locator('.application-panel textarea:focus'));
    await clerk.meter.write('经核实，不在所报地址居住');
    await clerk.next();
    await clerk.shown(clerk.page.locator('.application-panel .finish'));
    await closePanel(day);
    return [];
  };

/** Three that were accepted before are approved and made one after the other; the cards wait for their holders. `as`: who comes for the first of them. */
export const batch =
  (people: readonly Application[], as: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    const { page } = clerk;
    const receipts: string[] = [];
    for (const person of people) receipts.push(await accepted(day, person));
    for (const receipt of receipts) {
      await clerk.application(receipt);
      await clerk.meter.press('a');
      await clerk.shown(page.locator('.application-panel .finish'));
      await closePanel(day);
    }
    await clerk.meter.press('b');
    const made = [];
    for (const at of receipts.keys()) {
      await clerk.shown(page.locator('.batch-panel[data-phase="put"]'));
      const card = day.takeBlank();
      await clerk.meter.wait(world.put(card));
      await clerk.shown(page.locator('.batch-panel[data-phase="take"]'));
      const waiting = left(day.lastMade.permitNumber, ['acceptance', 'review', 'issue'], { state: 'made', cards: [0] });
      if (at === 0) day.keep(as, { card, left: waiting });
      made.push(waiting);
      await world.take();
    }
    await clerk.shown(page.locator('.batch-panel[data-phase="done"]'));
    await clerk.meter.press('Escape');
    return made;
  };

/** Somebody comes for the card that waits: at the card desk, with a PIN afterwards. */
export const collected =
  (who: string): Play =>
  async (day) => {
    const { clerk, keypad, world } = day;
    const { page } = clerk;
    const { card, left: before } = day.kept(who);
    await clerk.desk(() => world.put(card));
    await clerk.act('h');
    await clerk.enter();
    await clerk.shown(page.locator('.action-list'));
    await clerk.meter.press('i');
    await clerk.shown(page.locator('.action-panel'));
    await clerk.meter.wait(keypad.set(holderPin));
    await clerk.shown(page.locator('.action-panel .finish'));
    return [followed(before, ['hand-over'], { state: 'active', pins: ['set'] })];
  };
