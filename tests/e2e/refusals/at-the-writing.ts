import type { Locator } from 'playwright-core';
import type { FailureCode } from '../../../src/contract/index.js';
import type { CardFaults } from '../../../src/emulator/index.js';
import { askService } from '../ask-service.js';
import { Keypad } from '../keypad.js';
import type { Hall } from './hall.js';
import { notice, type Refusal } from './refusal.js';

const failed = ({ page }: Hall, code: FailureCode): Locator => page.locator(`.write [data-code="${code}"]`);

/** An accepted application, and this card is put down to be written. */
const onto = (card: string, code: FailureCode, faults: CardFaults = {}): Refusal['meet'] =>
  async (hall) => {
    await hall.atWrite();
    await hall.world.put(card, faults);
    await hall.clerk.enter();
    return failed(hall, code);
  };

/** A card that was torn while it was written; `tornCard` remembers it until it is finished. */
const tear = async (hall: Hall): Promise<string> => {
  const card = hall.takeBlank();
  await hall.atWrite();
  await hall.world.put(card, { tearAtApdu: { at: 12, when: 'before' } });
  await hall.clerk.enter();
  await hall.page.locator('.write[data-state="torn"]').waitFor();
  await hall.world.torn();
  return card;
};

let tornCard = '';

/** A card of today, before it is handed over. */
const made = async (hall: Hall): Promise<{ readonly can: string }> => {
  await hall.atWrite();
  await hall.world.put(hall.takeBlank());
  await hall.clerk.make();
  return hall.app.watched.made.at(-1)!;
};

const other = (can: string): string => `${can.startsWith('1') ? '2' : '1'}${can.slice(1)}`;

export const atTheWriting: readonly Refusal[] = [
  {
    code: 'CARD_ABSENT',
    what: 'nothing lies there',
    meet: async (hall) => {
      await hall.atWrite();
      await hall.clerk.enter();
      return failed(hall, 'CARD_ABSENT');
    },
  },
  { code: 'CARD_ALREADY_ISSUED', what: 'onto a card that is issued', meet: onto('due-9', 'CARD_ALREADY_ISSUED') },
  { code: 'CARD_NOT_PERMIT', what: 'onto a foreign card', meet: onto('due-9', 'CARD_NOT_PERMIT', { wrongStatus: { at: 1, sw: 0x6a82 } }) },
  {
    code: 'KEY_SET_MISSING',
    what: 'onto a blank of another counter',
    meet: async (hall) => {
      await hall.strangeBlank('blank-strange', 'nobody');
      return onto('blank-strange', 'KEY_SET_MISSING')(hall);
    },
  },
  {
    code: 'CARD_AUTHENTICATION',
    what: 'onto a blank with other keys than its own',
    meet: async (hall) => {
      await hall.strangeBlank('blank-forged', 'forged');
      await hall.sync();
      return onto('blank-forged', 'CARD_AUTHENTICATION')(hall);
    },
  },
  {
    what: 'the card is lifted while it is written',
    words: { zh: ['卡已移开，写卡未完成。请放回尾号', '已写内容都在，放回后自动续写。'], en: ['Card removed while writing. Put back the card ending', 'What was written is kept'] },
    meet: async (hall) => {
      tornCard = await tear(hall);
      return hall.page.locator('section.torn');
    },
  },
  {
    code: 'CARD_VOID',
    what: 'the half-written card at the card desk',
    meet: async (hall) => {
      await hall.clerk.meter.press('F4');
      await hall.page.locator('form.number').waitFor();
      await hall.world.put(tornCard);
      return notice(hall, 'CARD_VOID');
    },
  },
  {
    code: 'CARD_OTHER_APPLICATION',
    what: 'the half-written card of somebody else',
    meet: async (hall) => onto(tornCard, 'CARD_OTHER_APPLICATION')(hall),
  },
  {
    code: 'JOURNAL_BUSY',
    what: 'another blank for whom a card is half written',
    meet: async (hall) => {
      const person = hall.person();
      await hall.atWrite(person);
      await hall.world.put(hall.takeBlank(), { tearAtApdu: { at: 12, when: 'before' } });
      await hall.clerk.enter();
      await hall.page.locator('.write[data-state="torn"]').waitFor();
      await hall.world.torn();
      await hall.world.put(hall.takeBlank());
      return failed(hall, 'JOURNAL_BUSY');
    },
  },
  {
    code: 'APPLICATION_UNKNOWN',
    what: 'the application was refused at another window meanwhile',
    meet: async (hall) => {
      const { receipt } = await hall.atWrite();
      await hall.world.put(hall.takeBlank());
      await askService(hall.page, { workflow: 'review', receipt, decision: 'refused', reason: '材料不实' });
      await hall.clerk.enter();
      return failed(hall, 'APPLICATION_UNKNOWN');
    },
  },
  {
    code: 'BODY_DIFFERS',
    what: 'the body belongs to another chip',
    meet: async (hall) => {
      const { can } = await made(hall);
      await hall.clerk.type('can', other(can));
      await hall.clerk.enter();
      return notice(hall, 'BODY_DIFFERS');
    },
  },
  {
    what: 'no keypad is open',
    words: { zh: ['密码键盘没有打开。请打开后移到持卡人面前的屏幕。'], en: ['No keypad is open. Open it and move it to the screen that the holder sees.'] },
    meet: async (hall) => {
      const { can } = await made(hall);
      await hall.clerk.type('can', can);
      await hall.clerk.enter();
      return hall.page.locator('.hand-over[data-state="no-keypad"] .part.now');
    },
  },
  {
    code: 'CANCELLED',
    what: 'the holder gives up at the keypad',
    meet: async (hall) => {
      const { can } = await made(hall);
      const keypad = await Keypad.open(hall.app);
      await hall.clerk.type('can', can);
      await hall.clerk.enter();
      await keypad.giveUp();
      await keypad.close();
      return notice(hall, 'CANCELLED');
    },
  },
  {
    code: 'PIN_WEAK',
    what: 'a PIN that anybody guesses',
    meet: async (hall) => {
      const { can } = await made(hall);
      const keypad = await Keypad.open(hall.app);
      await hall.clerk.type('can', can);
      await hall.clerk.enter();
      await keypad.type('111111');
      // It is the holder's to read, at the keypad.
      return keypad.page.locator('main');
    },
    after: (hall) => Promise.all(hall.page.context().pages().filter((page) => page !== hall.page).map((page) => page.close())),
  },
];
