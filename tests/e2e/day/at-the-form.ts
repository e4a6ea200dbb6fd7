import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from '../../../src/contract/index.js';
import { holderPin } from '../counter-stage.js';
import { supervisor } from '../stage.js';
import type { Day, Errand, Left } from './day.js';
import { followed, left } from './left.js';
import { towns, type Town } from './people.js';

/** Errands that begin with a form: first permits, and another card of a permit. */
export type Play = Errand['play'];

export const firstLeft = (permitNumber: string): Left => left(permitNumber, ['acceptance', 'review', 'issue', 'hand-over'], { pins: ['set'] });

/** The fee is taken where one is due. */
const give = ({ clerk, lastMade, keypad }: Day, fee: boolean): Promise<void> => clerk.handOver(lastMade.can, keypad, holderPin, { fee });

const handOver = async (day: Day): Promise<Left> => {
  await give(day, false);
  return firstLeft(day.lastMade.permitNumber);
};

/** From the first key to the card in the holder's hand. `as`: who comes back today. */
export const firstPermit =
  (person: Application, { town = towns.wuma, as }: { readonly town?: Town; readonly as?: string } = {}): Play =>
  async (day) => {
    const card = await day.layBlank();
    await day.clerk.apply(person, town.typed);
    await day.clerk.make();
    const handed = await handOver(day);
    if (as !== undefined) day.keep(as, { card, left: handed });
    return [handed];
  };

/** The card is lifted while it is written; it is put back and goes on where it stopped. */
export const torn =
  (person: Application, as: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    const card = day.takeBlank();
    await world.put(card, { tearAtApdu: { at: 12, when: 'before' } });
    await clerk.apply(person, towns.wuma.typed);
    await clerk.shown(clerk.page.locator('.write[data-state="ready"]'));
    await clerk.enter();
    await clerk.shown(clerk.page.locator('.write[data-state="torn"]'));
    await world.torn();
    await world.put(card);
    await clerk.step('hand-over');
    const handed = await handOver(day);
    day.keep(as, { card, left: handed });
    return [handed];
  };

/** A file that is no picture is refused; then a picture from the camera that was not good, and another. */
export const wrongPhoto =
  (person: Application): Play =>
  async (day) => {
    const { clerk, world } = day;
    await day.layBlank();
    await clerk.apply(person, towns.yongzhong.typed, {
      beforePhoto: async () => {
        const file = join(world.root, 'letter.jpg');
        writeFileSync(file, 'no picture at all');
        await clerk.step('photo');
        await clerk.page.locator('.photo input[type="file"]').setInputFiles(file);
        await clerk.shown(clerk.page.locator('[data-code="PHOTO_NOT_JPEG"]'));
        await clerk.page.locator('[data-shoot] button').focus();
      },
      photos: 2,
    });
    await clerk.make();
    return [await handOver(day)];
  };

/** From the photo on, where everything before was told by the card or typed. */
const photoToAcceptance = async ({ clerk }: Day): Promise<void> => {
  await clerk.papers();
  await clerk.notice();
  await clerk.photo();
  await clerk.kind();
  await clerk.accept();
  await clerk.step('write');
};

/** Another card needs the platform's word, and the desk waits for it for two seconds only: where it came too late, the permit is opened once more. */
const anotherCard = async ({ clerk }: Day, letter: string, open: () => Promise<void>): Promise<void> => {
  const [form, late] = [clerk.page.locator('[data-step="identity"]'), clerk.page.locator('.action-list .marked')];
  for (let times = 0; times < 3; times += 1) {
    await open();
    await clerk.meter.press(letter);
    await clerk.shown(form.or(late));
    if (await form.isVisible()) return;
    await clerk.home();
  }
  await clerk.step('identity');
};

/** What the old card tells need not be typed. */
const told = async ({ clerk }: Day): Promise<void> => {
  for (const step of ['identity', 'address', 'work']) {
    await clerk.step(step);
    await clerk.next();
  }
};

/** The old card lies there, is read and is taken back; the new one is paid for. */
export const damaged =
  (card: string): Play =>
  async (day) => {
    await anotherCard(day, 'd', async () => {
      await day.world.take();
      await day.clerk.desk(() => day.world.put(card));
    });
    await told(day);
    await photoToAcceptance(day);
    await day.layBlank();
    await day.clerk.make();
    await give(day, true);
    return [left(day.lastMade.permitNumber, ['acceptance', 'review', 'issue', 'card-return', 'hand-over'], { cards: [0, 1], fen: 2_000, pins: ['set'] })];
  };

/** Nothing lies there that could tell anything: everything is typed. */
export const lost =
  (card: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    const { permitNumber = '', person } = world.counter.cards[card]!;
    await anotherCard(day, 'l', () => clerk.deskOf(permitNumber));
    await clerk.identity(person!);
    await clerk.step('address');
    await clerk.address(person!, person!.residence.division.slice(0, 9));
    await clerk.work(person!);
    await photoToAcceptance(day);
    await day.layBlank();
    await clerk.make();
    await give(day, true);
    return [left(permitNumber, ['acceptance', 'review', 'issue', 'hand-over'], { cards: [0, 1], fen: 2_000, pins: ['set'] })];
  };

/** A name was typed wrong this morning: another card on the same day, approved by a second person, free of charge. */
export const corrected =
  (who: string, name: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    const { card, left: before } = day.kept(who);
    await day.push();
    clerk.meter.read();
    await anotherCard(day, 'c', async () => {
      await world.take();
      await clerk.desk(() => world.put(card));
    });
    await clerk.at('name');
    await clerk.meter.press('Control+a');
    await clerk.meter.write(name);
    await told(day);
    await photoToAcceptance(day);
    await day.layBlank();
    await clerk.shown(clerk.page.locator('.write[data-state="ready"]'));
    await clerk.enter();
    await clerk.approve(supervisor);
    await clerk.step('hand-over');
    await give(day, false);
    return [followed(before, ['acceptance', 'review', 'issue', 'card-return', 'hand-over'], { cards: [0, 1], pins: ['set'] })];
  };

/** Somebody who has a permit comes for another one: found by the number, and the old one is opened instead. The form is thrown away. */
export const duplicate =
  (card: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    const { permitNumber = '', person } = world.counter.cards[card]!;
    await clerk.meter.press('F2');
    await clerk.step('identity');
    await clerk.identity(person!);
    await clerk.step('duplicates');
    await clerk.shown(clerk.page.locator('[data-state="found"] button:focus'));
    await clerk.enter();
    await clerk.shown(clerk.page.locator('.action-list'));
    await clerk.home();
    await clerk.meter.press('F6');
    await clerk.meter.click(clerk.page.locator('.home .delete').first());
    await clerk.meter.click(clerk.page.locator('.confirm-dialog button.primary'));
    await clerk.page.locator('.confirm-dialog').waitFor({ state: 'detached' });
    return [left(permitNumber, [])];
  };

/** Here for too short a time to have a permit: registered, with a voucher to come back with. */
export const registration =
  (person: Application): Play =>
  async (day) => {
    const { clerk } = day;
    await clerk.meter.press('F2');
    await clerk.step('identity');
    await clerk.identity(person);
    await clerk.noDuplicate();
    await clerk.address(person, towns.wuma.typed);
    await clerk.work(person);
    await clerk.papers();
    await clerk.notice();
    await clerk.photo();
    await clerk.step('kind');
    await clerk.meter.click(clerk.page.locator('.register-only button'));
    await clerk.shown(clerk.page.locator('.register-only .done-state'));
    return [];
  };
