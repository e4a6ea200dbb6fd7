import type { Application } from '../../../src/contract/index.js';
import { addDays } from '../../../src/permit/index.js';
import { holderPin } from '../counter-stage.js';
import type { Day, Errand, Left } from './day.js';
import { pupil, today, towns, worker, type Town } from './people.js';

/** The errands of the day, in the order in which people come. What each leaves in the platform's books stands here, written down by hand. */
const firstLeft = (permitNumber: string): Left => ({ permitNumber, state: 'active', events: ['acceptance', 'review', 'issue', 'hand-over'], cards: [0], fen: 0, pins: ['set'] });
const left = (permitNumber: string, events: readonly string[], more: Partial<Left> = {}): Left => ({ permitNumber, state: 'active', events, cards: [0], fen: 0, pins: [], ...more });

type Play = Errand['play'];
const numberOf = (day: Day, card: string): string => day.world.counter.cards[card]?.permitNumber ?? '';

const handOver = async (day: Day): Promise<Left> => {
  const { permitNumber, can } = day.lastMade;
  await day.clerk.handOver(can, day.keypad, holderPin);
  return firstLeft(permitNumber);
};

/** From the first key to the card in the holder's hand. */
const firstPermit =
  (person: Application, town: Town = towns.wuma): Play =>
  async (day) => {
    await day.layBlank();
    await day.clerk.apply(person, town.typed);
    await day.clerk.make();
    return [await handOver(day)];
  };

/** The card is lifted while it is written; it is put back and goes on where it stopped. */
const torn =
  (person: Application): Play =>
  async (day) => {
    const { clerk, world } = day;
    const blank = day.takeBlank();
    await world.put(blank, { tearAtApdu: { at: 12, when: 'before' } });
    await clerk.apply(person, towns.wuma.typed);
    await clerk.shown(clerk.page.locator('.write[data-state="ready"]'));
    await clerk.enter();
    await clerk.shown(clerk.page.locator('.write[data-state="torn"]'));
    await world.torn();
    await world.put(blank);
    await clerk.step('hand-over');
    return [await handOver(day)];
  };

/** Two pictures: the first was not good. */
const secondPhoto =
  (person: Application): Play =>
  async (day) => {
    await day.layBlank();
    await day.clerk.apply(person, towns.yongzhong.typed, { photos: 2 });
    await day.clerk.make();
    return [await handOver(day)];
  };

/** The platform is away for all of it: everything waits, nothing is lost. */
const outage =
  (play: Play): Play =>
  async (day) => {
    await day.world.platform.stop();
    try {
      return await play(day);
    } finally {
      await day.world.platform.start();
    }
  };

const endorse =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('e');
    return [left(numberOf(day, card), ['endorsement'])];
  };

const move =
  (card: string, town: Town, daysAgo?: number): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('m', { fill: () => day.clerk.newAddress(town.typed, `温州市${town.name}望江路12号301室`, daysAgo === undefined ? undefined : addDays(today(), -daysAgo)) });
    return [left(numberOf(day, card), ['residence-change'])];
  };

const resetPin =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('p');
    await day.clerk.enter();
    await day.clerk.meter.wait(day.keypad.set(holderPin));
    await day.clerk.shown(day.clerk.page.locator('.action-panel .finish'));
    return [left(numberOf(day, card), [], { pins: ['reset', 'set'] })];
  };

const reportLost =
  (card: string): Play =>
  async (day) => {
    await day.clerk.deskOf(numberOf(day, card));
    await day.clerk.act('r', { two: true });
    return [left(numberOf(day, card), ['revocation'], { state: 'lost', cards: [1] })];
  };

const restore =
  (card: string): Play =>
  async (day) => {
    await day.clerk.desk(() => day.world.put(card));
    await day.clerk.act('b', { two: true });
    return [left(numberOf(day, card), ['revocation'])];
  };

const women = '女工 A worker';
const errand = (who: string, what: string, play: Play, inTests = false): Errand => ({ who, what, play, inTests });

export const errands: readonly Errand[] = [
  errand(women, '首次申领，材料齐全 first permit, papers complete', firstPermit(worker(501)), true),
  errand('持证人 A holder', '签注 endorsement', endorse('due-1'), true),
  errand('持证人 A holder', '签注 endorsement', endorse('due-2')),
  errand('持证人 A holder', '逾期补签 late endorsement', endorse('overdue-1')),
  errand('持证人 A holder', '变更住址 move', move('active-1', towns.yongzhong), true),
  errand('持证人 A holder', '变更住址，逾期申报 move, reported late', move('active-2', towns.liushi, 20)),
  errand('持证人 A holder', '密码锁定，重置并重设 PIN blocked, reset and set', resetPin('locked-1'), true),
  errand('持证人 A holder', '挂失 loss reported', reportLost('active-3'), true),
  errand('持证人 A holder', '决定恢复使用 restored by decision', restore('suspended-1')),
  errand('带孩子的家长 a parent', '随迁子女首次申领，监护人代办 first permit of a child, by the guardian', firstPermit(pupil(502)), true),
  errand(women, '首次申领，写卡中断后续写 first permit, card torn and finished', torn(worker(503)), true),
  errand(women, '首次申领，照片重拍 first permit, photo taken again', secondPhoto(worker(504))),
  errand(women, '平台中断时首次申领 first permit, platform away', outage(firstPermit(worker(505)))),
  errand('持证人 A holder', '平台中断时签注 endorsement, platform away', outage(endorse('due-3')), true),
];
