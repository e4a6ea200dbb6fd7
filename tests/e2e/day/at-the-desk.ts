import { addDays } from '../../../src/permit/index.js';
import { holderPin } from '../counter-stage.js';
import { supervisor } from '../stage.js';
import type { Play } from './at-the-form.js';
import type { Day } from './day.js';
import { followed, left } from './left.js';
import { today, type Town } from './people.js';

/** Errands with a permit that somebody has. */
const numberOf = (day: Day, card: string): string => day.world.counter.cards[card]?.permitNumber ?? '';

export const endorse =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('e');
    return [left(numberOf(day, card), ['endorsement'])];
  };

/** The card is lifted while it is endorsed: refused, put back, done again. */
export const endorseTorn =
  (card: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    await clerk.desk(() => world.put(card));
    await clerk.meter.press('e');
    await clerk.shown(clerk.page.locator('.action-panel'));
    await world.tearAt(9);
    await clerk.next();
    await clerk.shown(clerk.page.locator('.action-panel [data-code="CARD_REMOVED"]'));
    await world.torn();
    await world.put(card);
    await clerk.next();
    await clerk.shown(clerk.page.locator('.action-panel .finish'));
    return [left(numberOf(day, card), ['endorsement'])];
  };

export const refuseEndorsement =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('j', { fill: () => day.clerk.meter.write('已不在本市居住') });
    return [left(numberOf(day, card), ['endorsement'], { state: 'ended', cards: [1] })];
  };

export const move =
  (card: string, town: Town, daysAgo?: number): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('m', { fill: () => day.clerk.newAddress(town.typed, `温州市${town.name}望江路12号301室`, daysAgo === undefined ? undefined : addDays(today(), -daysAgo)) });
    return [left(numberOf(day, card), ['residence-change'])];
  };

const reset = async ({ clerk, keypad }: Day): Promise<void> => {
  await clerk.act('p');
  await clerk.enter();
  await clerk.meter.wait(keypad.set(holderPin));
  await clerk.shown(clerk.page.locator('.action-panel .finish'));
};

export const resetPin =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await reset(day);
    return [left(numberOf(day, card), [], { pins: ['reset', 'set'] })];
  };

/** Who got the card today wants another PIN. */
export const changePin =
  (who: string): Play =>
  async (day) => {
    const { card, left: before } = day.kept(who);
    await day.clerk.desk(() => day.world.put(card));
    await reset(day);
    return [followed(before, [], { pins: ['reset', 'set'] })];
  };

export const setPin =
  (card: string): Play =>
  async (day) => {
    const { clerk, keypad } = day;
    await clerk.desk(() => day.world.put(card));
    await clerk.meter.press('i');
    await clerk.shown(clerk.page.locator('.action-panel'));
    await clerk.meter.wait(keypad.set(holderPin));
    await clerk.shown(clerk.page.locator('.action-panel .finish'));
    return [left(numberOf(day, card), [], { pins: ['set'] })];
  };

export const reportLost =
  (card: string): Play =>
  async (day) => {
    await day.clerk.deskOf(numberOf(day, card));
    await day.clerk.act('r', { two: true });
    return [left(numberOf(day, card), ['revocation'], { state: 'lost', cards: [1] })];
  };

/** The second person mistypes: said in place, typed again. */
export const approvedAtSecond =
  (card: string): Play =>
  async (day) => {
    const { clerk } = day;
    await clerk.deskOf(numberOf(day, card));
    await clerk.meter.press('r');
    await clerk.shown(clerk.page.locator('.action-panel'));
    await clerk.next();
    await clerk.approve({ id: supervisor.id, password: 'not-the-password' });
    await clerk.shown(clerk.page.locator('.approval-panel [data-code="OPERATOR_PASSWORD_WRONG"]'));
    await clerk.approve();
    await clerk.shown(clerk.page.locator('.action-panel .finish'));
    return [left(numberOf(day, card), ['revocation'], { state: 'lost', cards: [1] })];
  };

export const restore =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('b', { two: true });
    return [left(numberOf(day, card), ['revocation'])];
  };

/** Suspended by decision; the decision is taken back on the same day. */
export const suspendAndRestore =
  (card: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    await clerk.desk(() => world.put(card));
    await clerk.act('s', { two: true });
    await day.push();
    await world.take();
    await clerk.desk(() => world.put(card));
    await clerk.act('b', { two: true });
    return [left(numberOf(day, card), ['revocation', 'revocation'])];
  };

export const seize =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('z');
    return [left(numberOf(day, card), ['card-return'])];
  };

/** Leaves the city for good: cancelled by two people, the card is taken in and its chip ended. */
export const cancel =
  (card: string): Play =>
  async (day) => {
    const { clerk, world } = day;
    await clerk.desk(() => world.put(card));
    await clerk.act('x', { fill: () => clerk.meter.press('ArrowDown'), two: true });
    await day.push();
    await world.take();
    await clerk.desk(() => world.put(card));
    await clerk.act('t');
    return [left(numberOf(day, card), ['revocation', 'card-return'], { state: 'ended', cards: [1] })];
  };

/** A card that was reported lost is brought: it is not used again. */
export const found =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('f');
    return [left(numberOf(day, card), ['card-return'], { state: 'lost', cards: [1] })];
  };
