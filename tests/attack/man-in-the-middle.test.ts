import { createECDH } from 'node:crypto';
import { beforeEach, beforeAll, describe, expect, it } from 'vitest';
import { CardError } from '../../src/card/index.js';
import { done, failed } from '../../src/contract/index.js';
import { chainFor } from '../../src/cvc/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import type { Sm} from '../emulator/mini-terminal.js';
import { chipAuthenticate as mini, SELECT, apdu } from '../emulator/mini-terminal.js';
import { CardInReader, MemoryTerminal } from '../workflows/fixtures.js';
import { TestAccess, terminalReference } from '../workflows/test-access.js';
import { between, chipOpen, getData, hall, raw, reading, verdict, type Middle } from './bench.js';
import { fileOf } from './forgery.js';

/**
 * Somebody sits between reader and terminal, or holds the wire of the reader, while secure messaging is in force: he keeps, repeats, exchanges, cuts and bends commands and answers.
 *
 * | what he does to | is refused by | as |
 * |---|---|---|
 * | a command | the card | 6987 objects missing, 6988 objects incorrect, 6700 length; the session is over: 6882 |
 * | an answer | the terminal | CARD_SM_BROKEN with what was wrong: plain status, objects, MAC, status differs |
 */
let terminal: MemoryTerminal;
let images: readonly CardImage[];
beforeAll(async () => {
  const made = await hall(2);
  terminal = made.terminal;
  images = made.cards.map(({ reader }) => reader.card.image());
});

const status = '00CB3FFF';
const c9 = getData(0xc9);

describe('commands on their way to the card', () => {
  let reader: CardInReader;
  let sm: Sm;
  const open = (image: CardImage): { readonly reader: CardInReader; readonly sm: Sm } => {
    const inside = new CardInReader(image);
    inside.insert();
    const send = (bytes: Uint8Array): Uint8Array => inside.card.process(bytes) ?? new Uint8Array(0);
    send(SELECT);
    const channel = mini(send, new Memory(image.nvm.slice()).chipKey(1).point);
    if (typeof channel === 'number') throw new Error(channel.toString(16));
    return { reader: inside, sm: channel };
  };
  beforeEach(() => void ({ reader, sm } = open(images[0]!)));

  const command = (): Uint8Array => sm.wrap(status, c9, 256);
  /** The same header with other data: Lc is made right again. */
  const refitted = (bytes: Uint8Array, data: (objects: Uint8Array) => Uint8Array): Uint8Array => apdu(Buffer.from(bytes.slice(0, 4)).toString('hex'), data(bytes.slice(5, -1)), 256);

  it('pass when nobody touches them', () => {
    for (let n = 0; n < 3; n += 1) expect(sm.command(status, c9, 256).sw).toBe(0x9000);
  });

  it.each<readonly [string, () => Uint8Array, string]>([
    ['replayed', () => { const first = command(); reader.card.process(first); return first; }, '6988'],
    ['reordered: the second before the first', () => (command(), command()), '6988'],
    ['of a counter far ahead', () => { for (let n = 0; n < 256; n += 1) command(); return command(); }, '6988'],
    ['cut by a byte', () => command().slice(0, -2), '6700'],
    ['cut by a byte, the length made right', () => refitted(command(), (objects) => objects.slice(0, -1)), '6988'],
    ['without its MAC', () => refitted(command(), (objects) => objects.slice(0, -10)), '6987'],
    ['with a shorter MAC', () => refitted(command(), (objects) => Uint8Array.from([...objects.slice(0, -10), 0x8e, 4, ...objects.slice(-8, -4)])), '6988'],
    ['longer by a byte', () => refitted(command(), (objects) => Uint8Array.from([...objects, 0])), '6988'],
    ['with another object behind the MAC', () => refitted(command(), (objects) => Uint8Array.from([...objects, 0x97, 1, 0])), '6988'],
    ['without its data', () => refitted(command(), (objects) => objects.slice(-13)), '6988'],
    ['with another Le', () => refitted(command(), (objects) => Uint8Array.from([...objects.slice(0, -11), 0x10, ...objects.slice(-10)])), '6988'],
    ['of another instruction', () => { const bytes = command(); bytes[1] = 0xdb; return bytes; }, '6988'],
    ['of another session with the same card', () => { const other = open(images[0]!).sm; return other.wrap(status, c9, 256); }, '6988'],
    ['of a session with another card', () => open(images[1]!).sm.wrap(status, c9, 256), '6988'],
    ['in plain, for what is read under secure messaging', () => apdu(status, c9, 256), '6982'],
    ['in plain, for the holder', () => apdu(status, getData(0xc3), 256), '6982'],
  ])('%s', (_, attack, expected) => {
    expect(raw(reader, attack())).toBe(expected);
    // The session is over: not even the genuine next command goes on.
    expect(raw(reader, command())).toBe('6882');
  });

  it('a plain command in the middle, which anybody may send, ends the session', () => {
    expect([raw(reader, apdu(status, getData(0xc2), 256)), raw(reader, command())]).toEqual(['9000', '6882']);
  });

  it('a part of a chain slipped in before a command: nothing of it is done', () => {
    expect(raw(reader, apdu('1CDB3FFF', new Uint8Array(10)))).toBe('9000');
    expect([raw(reader, command()), raw(reader, command())]).toEqual(['6883', '6882']);
  });

  it('a whole conversation recorded and played to the same card again', async () => {
    const again = new CardInReader(images[0]!);
    const { application } = await chipOpen(again.insert());
    await application.chipStatus();
    const recorded = again.log.map((exchange) => exchange.command);
    again.insert();
    expect(recorded.map((bytes) => raw(again, bytes))).toEqual([...recorded.slice(0, -1).map(() => '9000'), '6988']);
  });

  it('before any channel is open', () => {
    const bytes = command();
    reader.insert();
    reader.card.process(SELECT);
    expect(raw(reader, bytes)).toBe('6882');
  });

  it('with one bit flipped, any bit of what secure messaging protects', () => {
    const outerLe = 1;
    const bits = (command().length - outerLe) * 8;
    const answers = new Set<string>();
    for (let bit = 0; bit < bits; bit += 1) {
      ({ reader, sm } = open(images[0]!));
      const bytes = command();
      bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
      const answer = raw(reader, bytes);
      expect([bit, answer]).not.toEqual([bit, '9000']);
      answers.add(answer);
      expect([bit, raw(reader, command())]).toEqual([bit, '6882']);
    }
    expect([...answers].sort()).toEqual(['6700', '6884', '6982', '6985', '6987', '6988', '6d00', '6e00'].filter((each) => answers.has(each)));
    expect(answers).toContain('6988');
  });
});

describe('answers on their way to the terminal', () => {
  /** Two readings of the chip's status through a middle that is quiet until the channel is open; CARD_SM_BROKEN and what was wrong. */
  const readTwice = async (middle: Middle, image: CardImage = images[0]!): Promise<string> => {
    const { application } = await chipOpen(between(new CardInReader(image).insert(), middle));
    try {
      await application.chipStatus();
      await application.chipStatus();
      return 'passed';
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      return `${error.code} ${error.detail.replace('secure messaging: ', '')}`;
    }
  };
  const at = (n: number, bend: (answer: Uint8Array) => Uint8Array): Middle => ({ answer: (answer, i) => (i === n ? bend(answer) : answer) });
  /** APDUs of chipOpen: SELECT, GET DATA, MSE:SET AT, GENERAL AUTHENTICATE. */
  const opening = 4;
  const one = opening + 1;
  const two = opening + 2;
  const sw = (answer: Uint8Array, value: number): Uint8Array => Uint8Array.from([...answer.slice(0, -2), value >> 8, value & 0xff]);

  it('pass when nobody touches them', async () => {
    expect(await readTwice({})).toBe('passed');
  });

  const kept: Uint8Array[] = [];
  it.each<readonly [string, () => Middle, string]>([
    ['the answer before, replayed', () => ({ answer: (answer, n) => { kept[n] = answer; return n === two ? kept[one]! : answer; } }), 'CARD_SM_BROKEN MAC'],
    ['done outside, as inside another status would be', () => at(one, (answer) => sw(answer, 0x6282)), 'CARD_SM_BROKEN status differs'],
    ['a refusal outside', () => at(two, (answer) => sw(answer, 0x6985)), 'CARD_SM_BROKEN status differs'],
    ['a status that is none', () => at(one, (answer) => sw(answer, 0x1234)), 'CARD_ANSWER_INVALID no status word'],
    ['a plain done', () => at(one, () => Uint8Array.of(0x90, 0)), 'CARD_SM_BROKEN plain status'],
    ['a plain refusal', () => at(one, () => Uint8Array.of(0x69, 0x82)), 'CARD_SM_BROKEN plain status'],
    ['plain data', () => at(one, () => Uint8Array.of(0xc9, 1, 0, 0x90, 0)), 'CARD_SM_BROKEN objects'],
    ['cut by a byte', () => at(one, (answer) => Uint8Array.from([...answer.slice(0, -3), ...answer.slice(-2)])), 'CARD_SM_BROKEN objects'],
    ['without its MAC', () => at(one, (answer) => Uint8Array.from([...answer.slice(0, -12), ...answer.slice(-2)])), 'CARD_SM_BROKEN objects'],
    ['without its status', () => at(one, (answer) => Uint8Array.from([...answer.slice(0, -16), ...answer.slice(-12)])), 'CARD_SM_BROKEN objects'],
    ['without its data', () => at(one, (answer) => answer.slice(-16)), 'CARD_SM_BROKEN MAC'],
    ['longer by a byte', () => at(one, (answer) => Uint8Array.from([...answer.slice(0, -2), 0, ...answer.slice(-2)])), 'CARD_SM_BROKEN objects'],
    ['with another object behind the MAC', () => at(one, (answer) => Uint8Array.from([...answer.slice(0, -2), 0x99, 2, 0x90, 0, ...answer.slice(-2)])), 'CARD_SM_BROKEN objects'],
  ])('%s', async (_, middle, expected) => {
    expect(await readTwice(middle())).toBe(expected);
  });

  it('the answer to another command, its own command kept back', async () => {
    const middle: Middle = { command: (command, n) => (n === one ? SELECT : command) };
    expect(await readTwice(middle)).toBe('CARD_SM_BROKEN objects');
  });

  it('answers of two cards exchanged', async () => {
    const answers = new Map<CardImage, Uint8Array>();
    for (const image of images) expect(await readTwice(at(one, (answer) => (answers.set(image, answer), answer)), image)).toBe('passed');
    expect(await readTwice(at(one, () => answers.get(images[1]!)!))).toBe('CARD_SM_BROKEN MAC');
  });

  it('with one bit flipped, any bit', async () => {
    let bits = 0;
    await readTwice(at(one, (answer) => { bits = answer.length * 8; return answer; }));
    expect(bits).toBeGreaterThan(300);
    const names = new Set<string>();
    for (let bit = 0; bit < bits; bit += 1) {
      const name = await readTwice(at(one, (answer) => { const bent = answer.slice(); bent[bit >> 3]! ^= 0x80 >> (bit & 7); return bent; }));
      expect([bit, name]).not.toEqual([bit, 'passed']);
      names.add(name);
    }
    expect([...names].sort()).toEqual(['CARD_ANSWER_INVALID no status word', 'CARD_SM_BROKEN MAC', 'CARD_SM_BROKEN objects', 'CARD_SM_BROKEN status differs']);
  });
});

describe('what is read before the channel is open', () => {
  const card = (): ReturnType<CardInReader['insert']> => new CardInReader(images[0]!).insert();

  it('another card’s files in the answer', async () => {
    const put = (name: 'permit' | 'sod'): Middle => ({
      answer: (answer, n) => {
        if (n !== 2) return answer;
        const [own, other] = images.map((image) => fileOf(image, name));
        const whole = Buffer.from(answer);
        const place = whole.indexOf(own!);
        return own!.length === other!.length ? Uint8Array.from([...whole.subarray(0, place), ...other!, ...whole.subarray(place + own!.length)]) : answer;
      },
    });
    expect(await verdict(terminal, between(card(), put('permit')))).toBe('forged digest-permit');
    expect(await verdict(terminal, between(card(), put('sod')))).toBe('forged digest-permit');
  });

  it('the key of the terminal, on its way to the chip', async () => {
    const otherPoint = createECDH('prime256v1').generateKeys();
    const middle: Middle = { command: (command, n) => (n === 4 ? Uint8Array.from([...command.slice(0, 9), ...otherPoint, ...command.slice(74)]) : command) };
    expect(await verdict(terminal, between(card(), middle))).toBe('cloned chip-answer-wrong');
  });

  it('the hint which authorities the card trusts: the worst it does is that nothing opens', async () => {
    const held = new TestAccess(() => '2026-11-24');
    const strict = Object.assign(new MemoryTerminal(), {
      access: Object.assign(held, {
        credentials: (points: readonly string[]) => {
          const chain = chainFor(held.bundle(), points);
          return chain === undefined ? failed('ACCESS_REFUSED', 'unknown-signer') : done({ chain, holderReference: terminalReference, sign: held.sign });
        },
      }),
    });
    const middle: Middle = { answer: (answer, n) => { if (n !== 4) return answer; const bent = answer.slice(); bent[bent.length - 3]! ^= 0x01; return bent; } };
    expect(await reading(strict, card())).toBe('valid, shows the holder');
    expect(await reading(strict, between(card(), middle))).toBe('valid, shows nothing, ACCESS_REFUSED unknown-signer');
  });
});
