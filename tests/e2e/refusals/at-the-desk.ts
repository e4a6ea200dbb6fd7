import type { Locator } from 'playwright-core';
import type { CardFaults } from '../../../src/emulator/index.js';
import type { FailureCode } from '../../../src/contract/index.js';
import { clumsy, operator, police, supervisor } from '../stage.js';
import type { Hall } from './hall.js';
import { notice, type Refusal } from './refusal.js';

/** What is put down is no permit that could be served. */
const laid = (card: string, code: FailureCode, faults: CardFaults = {}): Refusal['meet'] =>
  async (hall) => {
    await hall.clerk.meter.press('F4');
    await hall.page.locator('form.number').waitFor();
    await hall.world.put(card, faults);
    return notice(hall, code);
  };

/** The letter of an action that this card's state does not permit. */
const pressed = (card: string, letter: string): Refusal['meet'] =>
  async (hall) => {
    await hall.clerk.desk(() => hall.world.put(card));
    await hall.clerk.meter.press(letter);
    return hall.page.locator('.action-list .marked');
  };

const pressedByNumber = (number: (hall: Hall) => string, letter: string): Refusal['meet'] =>
  async (hall) => {
    await hall.clerk.deskOf(number(hall));
    await hall.clerk.meter.press(letter);
    return hall.page.locator('.action-list .marked');
  };

/** A loss is reported, and the second person is asked for. */
const approvalAsked = async (hall: Hall): Promise<Locator> => {
  const panel = hall.page.locator('.approval-panel');
  await hall.clerk.deskOf(hall.numberOf('active-13'));
  await hall.clerk.meter.press('r');
  await hall.page.locator('.action-panel').waitFor();
  await hall.clerk.next();
  await panel.waitFor();
  return panel;
};

const approvedBy = (code: FailureCode, who: { readonly id: string; readonly password: string }): Refusal['meet'] =>
  async (hall) => {
    const panel = await approvalAsked(hall);
    await hall.clerk.approve(who);
    return panel.locator(`[data-code="${code}"]`);
  };

export const atTheDesk: readonly Refusal[] = [
  { code: 'CARD_BLANK', what: 'a blank', meet: laid('blank-40', 'CARD_BLANK') },
  { code: 'CARD_NOT_PERMIT', what: 'somebody’s bank card', meet: laid('due-9', 'CARD_NOT_PERMIT', { wrongStatus: { at: 1, sw: 0x6a82 } }) },
  { code: 'CARD_STATUS', what: 'a chip that refuses a command', meet: laid('due-9', 'CARD_STATUS', { wrongStatus: { at: 2, sw: 0x6f00 } }) },
  {
    what: 'a copy without the key',
    words: { zh: ['疑似复制'], en: ['Suspected clone'] },
    meet: async (hall) => {
      await hall.clerk.desk(() => hall.world.put('due-9', { clone: 'other-key' }));
      return hall.page.locator('.state-banner');
    },
  },
  { code: 'STATE_NOT_ALLOWED', what: 'restored, though nothing is suspended', words: { zh: ['此证现在是“有效”，不办理这一项。'], en: ['Not done in this state: In force.'] }, meet: pressed('active-12', 'b') },
  { code: 'ENDORSEMENT_TOO_EARLY', what: 'endorsed, though nothing is due', meet: pressed('active-12', 'e') },
  { code: 'CORRECTION_TOO_LATE', what: 'corrected, though it was made long ago', meet: pressed('active-12', 'c') },
  { code: 'PIN_NOT_SET', what: 'a PIN reset that was never set', meet: pressed('active-12', 'p') },
  { code: 'PIN_ALREADY_SET', what: 'a first PIN, though there is one', meet: pressed('locked-2', 'i') },
  { code: 'CARD_ABSENT', what: 'endorsed, though no card lies there', meet: pressedByNumber((hall) => hall.numberOf('due-9'), 'e') },
  {
    code: 'PERMIT_UNKNOWN',
    what: 'a number that nobody has',
    meet: async (hall) => {
      await hall.clerk.meter.press('F4');
      await hall.page.locator('form.number input:focus').waitFor();
      await hall.clerk.meter.type(hall.unknownNumber());
      await hall.clerk.enter();
      return notice(hall, 'PERMIT_UNKNOWN');
    },
  },
  {
    code: 'CARD_OTHER_PERMIT',
    what: 'another card was put down meanwhile',
    meet: async (hall) => {
      await hall.clerk.desk(() => hall.world.put('due-9'));
      await hall.clerk.meter.press('e');
      await hall.page.locator('.action-panel').waitFor();
      await hall.world.put('due-10');
      await hall.clerk.next();
      return notice(hall, 'CARD_OTHER_PERMIT');
    },
  },
  {
    code: 'CARD_REMOVED',
    what: 'the card is lifted while it is endorsed',
    meet: async (hall) => {
      await hall.clerk.desk(() => hall.world.put('due-9'));
      await hall.clerk.meter.press('e');
      await hall.page.locator('.action-panel').waitFor();
      await hall.world.tearAt(2);
      await hall.clerk.next();
      return notice(hall, 'CARD_REMOVED');
    },
    after: (hall) => hall.world.torn(),
  },
  {
    code: 'CARD_TERMINATED',
    what: 'a chip that was ended',
    meet: async (hall) => {
      await hall.clerk.desk(() => hall.world.put('lost-1'));
      await hall.clerk.act('f');
      await hall.clerk.home();
      await hall.world.take();
      return laid('lost-1', 'CARD_TERMINATED')(hall);
    },
  },
  { code: 'APPROVAL_REQUIRED', what: 'approved by the same person', meet: approvedBy('APPROVAL_REQUIRED', operator) },
  { code: 'OPERATOR_UNKNOWN', what: 'approved by nobody who is known', meet: approvedBy('OPERATOR_UNKNOWN', { id: 'X-999', password: 'x' }) },
  { code: 'OPERATOR_PASSWORD_WRONG', what: 'approved with a wrong password', meet: approvedBy('OPERATOR_PASSWORD_WRONG', { id: supervisor.id, password: 'x' }) },
  { code: 'APPROVAL_REQUIRED', what: 'approved by somebody who may not', meet: approvedBy('APPROVAL_REQUIRED', police) },
  {
    code: 'OPERATOR_LOCKED',
    what: 'approved by somebody who mistyped five times',
    meet: async (hall) => {
      const panel = await approvalAsked(hall);
      const [wrong, locked] = [panel.locator('[data-code="OPERATOR_PASSWORD_WRONG"]'), panel.locator('[data-code="OPERATOR_LOCKED"]')];
      for (let tries = 0; tries < 6; tries += 1) {
        await hall.clerk.approve({ id: clumsy.id, password: 'x' });
        await wrong.or(locked).first().waitFor();
        if (await locked.isVisible()) break;
      }
      return locked;
    },
  },
];
