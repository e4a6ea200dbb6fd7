import { beforeAll, describe, expect, it } from 'vitest';
import { changePin, resetPin, setPin, signDigest, verifyPin, type CardSession, type PinAnswer } from '../../src/card/index.js';
import type { AccessRight } from '../../src/contract/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { changeHolderPin, readCardLog, readPermit, resetHolderPin, setHolderPin, signPresence } from '../../src/workflows/index.js';
import { CardInReader, MemoryTerminal, noon } from '../workflows/fixtures.js';
import { chipOpen, getData, hall, openWith, raw, refusal, status, update, verdict } from './bench.js';
import { apdu } from '../emulator/mini-terminal.js';
import { fileOf } from './forgery.js';

/**
 * Somebody has the card and wants what its holder's PIN opens, at a terminal with the rights of a kiosk or with a reader of his own.
 *
 * | he | is refused by | as |
 * |---|---|---|
 * | guesses, by any command, across power cuts | the card | 63C2, 63C1, 63C0, then 6983: PIN_WRONG, PIN_BLOCKED |
 * | comes without a right, or without the right one | the card, the terminal | 6982; ACCESS_RIGHT_MISSING |
 * | comes after the holder, on the holder's verification | the card | 6982 |
 */
const digits = (text: string): Uint8Array => new TextEncoder().encode(text);
const right = '802413';
const wrong = '111111';
let blankPin: CardImage;
let withPin: CardImage;
beforeAll(async () => {
  const { terminal, cards } = await hall();
  const { reader } = cards[0]!;
  blankPin = reader.card.image();
  expect(refusal(await setHolderPin(terminal.context(reader.insert()), digits(right), { by: 'op-1' }))).toBe('done');
  withPin = reader.card.image();
});

const kiosk = new MemoryTerminal();
const tries = (reader: CardInReader): number => new Memory(reader.card.image().nvm.slice()).holder.tries;
const session = async (reader: CardInReader, rights: readonly AccessRight[] = ['kiosk']): Promise<CardSession> => (await openWith(kiosk, reader.insert(), rights)).session;
const name = (answer: PinAnswer): string => (answer.ok ? 'right' : [answer.reason, ...(answer.triesLeft === undefined ? [] : [answer.triesLeft])].join(' '));
const verify = async (reader: CardInReader, pin: string): Promise<string> => name(await verifyPin(await session(reader), digits(pin)));
const read = async (terminal: MemoryTerminal, reader: CardInReader, pin?: string): Promise<string> => {
  const outcome = await readPermit({ ...terminal.context(reader.insert()), mode: 'kiosk' }, pin === undefined ? undefined : digits(pin));
  return outcome.ok ? `${outcome.value.contents === undefined ? 'shows nothing' : 'shows the holder'}${outcome.value.closed === undefined ? '' : `, ${refusal(outcome.value.closed)}`}` : refusal(outcome);
};

it('the holder reads the card at a kiosk', async () => {
  expect(await read(kiosk, new CardInReader(withPin), right)).toBe('shows the holder');
});

describe('guessing', () => {
  it('three wrong PINs in one session block it', async () => {
    const reader = new CardInReader(withPin);
    const open = await session(reader);
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(name(await verifyPin(open, digits(wrong))));
    expect(answers).toEqual(['wrong 2', 'wrong 1', 'wrong 0']);
    expect(name(await verifyPin(open, digits(right)))).toBe('blocked 0');
  });

  it('three wrong PINs with the power cut between them block it for ever', async () => {
    const reader = new CardInReader(withPin);
    expect([await verify(reader, wrong), await verify(reader, wrong), await verify(reader, wrong)]).toEqual(['wrong 2', 'wrong 1', 'wrong 0']);
    for (let n = 0; n < 3; n += 1) expect(await verify(reader, right)).toBe('blocked 0');
    expect(await read(kiosk, reader, right)).toBe('PIN_BLOCKED');
    expect(await read(kiosk, new CardInReader(reader.card.image()), right)).toBe('PIN_BLOCKED');
  });

  it('by the workflows: the tries left, and PIN_BLOCKED with the last', async () => {
    const reader = new CardInReader(withPin);
    expect([await read(kiosk, reader, wrong), await read(kiosk, reader, wrong), await read(kiosk, reader, wrong)]).toEqual(['PIN_WRONG 2', 'PIN_WRONG 1', 'PIN_BLOCKED']);
    expect(refusal(await changeHolderPin(kiosk.context(reader.insert()), digits(right), digits('902847'), {}))).toBe('PIN_BLOCKED');
    expect(refusal(await signPresence(kiosk.context(reader.insert()), new Uint8Array(32), digits(right)))).toBe('PIN_BLOCKED');
  });

  it('through CHANGE REFERENCE DATA counts the same tries', async () => {
    const reader = new CardInReader(withPin);
    const change = async (old: string): Promise<string> => name(await changePin(await session(reader), digits(old), digits('902847')));
    expect([await change(wrong), await verify(reader, wrong), await change(wrong), await change(right), await verify(reader, right)]).toEqual(['wrong 2', 'wrong 1', 'wrong 0', 'blocked 0', 'blocked 0']);
  });

  it('what is no PIN counts nothing and opens nothing', async () => {
    const reader = new CardInReader(withPin);
    for (const [pin, expected] of [['12345x', '6a80'], ['1234567', '6700'], ['', '63c3']] as const) {
      expect(await status(await session(reader), [0x20, 0x00, 0x01], digits(pin))).toBe(expected);
    }
    expect(tries(reader)).toBe(3);
  });

  it('an unset PIN has none to guess', async () => {
    const reader = new CardInReader(blankPin);
    expect(await verify(reader, '000000')).toBe('unset');
    expect(name(await changePin(await session(reader), digits('000000'), digits(right)))).toBe('unset');
    expect(await read(kiosk, reader, '000000')).toBe('PIN_NOT_SET');
  });
});

describe('cutting the power', () => {
  /** Tries after power failed in the n-th internal write of one command, for every n that there is; and what was learned. */
  const cutAtEach = async (command: (open: CardSession) => Promise<PinAnswer>, image: CardImage): Promise<{ readonly left: number[]; readonly learned: string[] }> => {
    const left: number[] = [];
    const learned: string[] = [];
    for (let n = 1; n < 60; n += 1) {
      const reader = new CardInReader(image);
      const open = await session(reader);
      reader.card.faults = { tearAtWrite: n };
      const answer = await command(open).then(name, () => 'no answer');
      // The power fails once more while the card recovers.
      reader.card.faults = { tearAtWrite: 1 };
      reader.insert();
      reader.card.faults = {};
      reader.insert();
      left.push(tries(reader));
      learned.push(answer);
      if (answer !== 'no answer') return { left, learned };
    }
    throw new Error('the command has no end');
  };
  const oneTryUsed = async (): Promise<CardImage> => {
    const reader = new CardInReader(withPin);
    expect(await verify(reader, wrong)).toBe('wrong 2');
    return reader.card.image();
  };

  it.each<readonly [string, (open: CardSession) => Promise<PinAnswer>]>([
    ['VERIFY of a wrong PIN, at each write', (open) => verifyPin(open, digits(wrong))],
    ['CHANGE REFERENCE DATA with a wrong PIN, at each write', (open) => changePin(open, digits(wrong), digits('902847'))],
  ])('%s: no try comes back, and nothing is learned for nothing', async (_, command) => {
    const { left, learned } = await cutAtEach(command, await oneTryUsed());
    expect(left.length).toBeGreaterThan(3);
    for (const each of left) expect([2, 1]).toContain(each);
    expect([left.at(-1), learned.at(-1)]).toEqual([1, 'wrong 1']);
    // Once it is counted it stays counted: no later write gives it back.
    expect(left.slice(left.indexOf(1))).toEqual(left.slice(left.indexOf(1)).map(() => 1));
  });

  it('VERIFY of the right PIN: tries come back only with the proof', async () => {
    const { left, learned } = await cutAtEach((open) => verifyPin(open, digits(right)), await oneTryUsed());
    // Uncounted, counted, given back: in this order and never another.
    expect([...new Set(left)]).toEqual([2, 1, 3]);
    expect([left.at(-1), learned.at(-1)]).toEqual([3, 'right']);
    expect([...left].sort((a, b) => (left.indexOf(a) - left.indexOf(b)))).toEqual(left);
  });

  it('when the answer is on its way: the try is gone', async () => {
    const reader = new CardInReader(withPin);
    for (const expected of [2, 1, 0]) {
      const open = await session(reader);
      reader.card.faults = { tearAtApdu: { at: 1, when: 'after' } };
      await expect(verifyPin(open, digits(wrong))).rejects.toMatchObject({ code: 'CARD_REMOVED' });
      reader.card.faults = {};
      reader.insert();
      expect(tries(reader)).toBe(expected);
    }
    expect(await verify(reader, right)).toBe('blocked 0');
  });
});

describe('without the right', () => {
  it.each<readonly [string, readonly AccessRight[] | undefined]>([
    ['no terminal authentication', undefined],
    ['a policeman’s terminal', ['inspect']],
    ['a clerk’s without the right', ['inspect', 'endorse', 'service']],
  ])('%s cannot try a PIN, set one or reset one', async (_, rights) => {
    const reader = new CardInReader(withPin);
    const open = async (): Promise<CardSession> => (rights === undefined ? (await chipOpen(reader.insert())).session : session(reader, rights));
    expect(name(await verifyPin(await open(), digits(right)))).toBe('not-entitled');
    expect(name(await changePin(await open(), digits(right), digits('902847')))).toBe('not-entitled');
    expect(name(await setPin(await open(), digits('902847')))).toBe('not-entitled');
    expect(name(await resetPin(await open()))).toBe('not-entitled');
    await expect(signDigest(await open(), new Uint8Array(32))).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    expect(tries(reader)).toBe(3);
  });

  it('in plain nothing of the PIN is spoken', () => {
    const reader = new CardInReader(withPin);
    reader.insert();
    expect(raw(reader, apdu('00A40400', new Uint8Array(Buffer.from('F0575A525001', 'hex')), 256))).toBe('9000');
    const plain = [apdu('00200001', digits(right)), apdu('00240001', digits(right + wrong)), apdu('00240101', digits(wrong)), apdu('002C0301'), apdu('00880000', new Uint8Array(32), 64)];
    expect(plain.map((command) => raw(reader, command))).toEqual(['6982', '6982', '6982', '6982', '6982']);
    expect(tries(reader)).toBe(3);
  });

  it('a kiosk sets no PIN and resets none: the card, and the terminal itself', async () => {
    const reader = new CardInReader(blankPin);
    expect(name(await setPin(await session(reader), digits(right)))).toBe('not-entitled');
    expect(name(await resetPin(await session(reader)))).toBe('not-entitled');
    const self = new MemoryTerminal();
    self.access.rightsHeld = ['kiosk'];
    expect(refusal(await setHolderPin(self.context(reader.insert()), digits(right), {}))).toBe('ACCESS_RIGHT_MISSING manage');
    expect(refusal(await resetHolderPin(self.context(reader.insert()), {}))).toBe('ACCESS_RIGHT_MISSING manage');
    expect(name(await setPin(await session(reader, ['manage']), digits(right)))).toBe('right');
  });

  it('a PIN that is set is not set again over the holder’s head', async () => {
    const reader = new CardInReader(withPin);
    expect(name(await setPin(await session(reader, ['manage']), digits('902847')))).toBe('already-set');
    expect(refusal(await setHolderPin(kiosk.context(reader.insert()), digits('902847'), { by: 'op-1' }))).toBe('PIN_ALREADY_SET');
  });

  it('no PIN, no reading at a kiosk', async () => {
    const reader = new CardInReader(withPin);
    expect(await read(kiosk, reader)).toBe('PIN_REQUIRED');
    const log = async (): Promise<string> => refusal(await readCardLog({ ...kiosk.context(reader.insert()), mode: 'kiosk' }));
    expect(await log()).toBe('PIN_REQUIRED');
    for (const tag of [0xc3, 0xc4, 0xc5, 0xc7, 0xca]) expect([tag, await status(await session(reader), [0xcb, 0x3f, 0xff], getData(tag), 4_000)]).toEqual([tag, '6982']);
  });
});

describe('after the holder', () => {
  const holder = async (tag: number, open: CardSession): Promise<string> => status(open, [0xcb, 0x3f, 0xff], getData(tag), 2_000);

  it('a new channel has no verification, even with the same rights', async () => {
    const reader = new CardInReader(withPin);
    const open = await session(reader);
    expect(name(await verifyPin(open, digits(right)))).toBe('right');
    expect(await holder(0xc3, open)).toBe('9000');
    // The card stays in its slot and keeps its power: only the channel is another one.
    const channel = { atr: new Uint8Array(0), transmit: (command: Uint8Array) => Promise.resolve(reader.card.process(command) ?? new Uint8Array(0)) };
    expect(await holder(0xc3, (await openWith(kiosk, channel, ['kiosk'])).session)).toBe('6982');
    expect(await holder(0xc3, (await chipOpen(channel)).session)).toBe('6982');
  });

  it('a plain command drops the rights and the verification with the channel', async () => {
    const reader = new CardInReader(withPin);
    const open = await session(reader);
    expect(name(await verifyPin(open, digits(right)))).toBe('right');
    expect(raw(reader, apdu('00CB3FFF', getData(0xc2), 256))).toBe('9000');
    expect(raw(reader, apdu('00CB3FFF', getData(0xc3), 256))).toBe('6982');
    await expect(holder(0xc3, open)).rejects.toMatchObject({ code: 'CARD_SM_BROKEN', sw: 0x6882 });
  });

  it('a wrong PIN after the right one closes what was open', async () => {
    const open = await session(new CardInReader(withPin));
    expect([name(await verifyPin(open, digits(right))), name(await verifyPin(open, digits(wrong))), await holder(0xc3, open)]).toEqual(['right', 'wrong 2', '6982']);
  });

  it('one verification signs once', async () => {
    const open = await session(new CardInReader(withPin));
    expect(name(await verifyPin(open, digits(right)))).toBe('right');
    expect(await signDigest(open, new Uint8Array(32).fill(1))).toHaveLength(64);
    await expect(signDigest(open, new Uint8Array(32).fill(2))).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
  });

  it('neither PIN nor name crosses the wire in clear, and the terminal does not keep the PIN', async () => {
    const reader = new CardInReader(withPin);
    const pin = digits(right);
    expect((await readPermit({ ...kiosk.context(reader.insert()), mode: 'kiosk' }, pin)).ok).toBe(true);
    expect(reader.log.filter(({ command, answer }) => [command, answer ?? command].some((bytes) => Buffer.from(bytes).includes(right)))).toEqual([]);
    expect([...pin]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(Buffer.from(fileOf(withPin, 'holder')).includes('林某某')).toBe(true);
    expect(reader.log.some(({ answer }) => Buffer.from(answer ?? []).includes('林某某'))).toBe(false);
  });
});

describe('after it was reported lost', () => {
  it('it is cancelled for whoever checks it, however old the list, and nothing is written on it', async () => {
    const { terminal, cards } = await hall();
    const { reader, value } = cards[0]!;
    expect(await verdict(terminal, reader.insert())).toBe('valid');
    terminal.statuses.set(value.statusIndex, 1);
    expect(await verdict(terminal, reader.insert())).toBe('revoked listed-cancelled');
    for (const what of ['endorse', 'move'] as const) expect(await update(terminal, reader.insert(), what)).toBe('STATE_NOT_ALLOWED listed-cancelled');
    terminal.statusListIssuedAt = noon - 30 * 86_400;
    expect(await verdict(terminal, reader.insert())).toBe('revoked listed-cancelled');
  });
});
