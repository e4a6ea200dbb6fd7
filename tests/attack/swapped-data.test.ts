import { beforeAll, describe, expect, it } from 'vitest';
import type { CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { replacePermit, type Replacement } from '../../src/workflows/index.js';
import { CardInReader, MemoryTerminal, applicant, blank, serialOf } from '../workflows/fixtures.js';
import { between, hall, openWith, photo, reading, refusal, slotOf, status, update, verdict } from './bench.js';
import { fileOf, opened, withFiles } from './forgery.js';

/**
 * The forger owns several genuine cards, can write any byte of their memory, and mixes what is signed on them: nothing here is a signature of his own.
 *
 * | what is put onto the card | is refused as |
 * |---|---|
 * | a data group of another card | forged digest-… |
 * | everything of another card | cloned chip-answer-wrong |
 * | an object of another permit, or of another card of the same permit | forged …-other-permit, …-other-chip |
 * | an older object of this card, with the chip's counter | rolled-back counter-differs-… |
 * | the whole card as it was | rolled-back older-than-known |
 */
interface Written {
  readonly image: CardImage;
  readonly memory: Memory;
}
let terminal: MemoryTerminal;
/** Card A before and after it was moved, endorsed and given slots; B, another person's, with the same history; C, another card of A's permit. */
let before: Written;
let a: Written;
let b: Written;
let c: Written;

const written = (image: CardImage): Written => ({ image, memory: new Memory(image.nvm.slice()) });
const history = async (reader: CardInReader): Promise<void> => {
  for (const what of ['move', 'endorse', slotOf(7), slotOf(9), { ...slotOf(9), state: '已办结' }] as const) expect(await update(terminal, reader.insert(), what)).toBe('done');
};

beforeAll(async () => {
  const made = await hall(2);
  terminal = made.terminal;
  const [first, second] = made.cards.map(({ reader }) => reader);
  before = written(first!.card.image());
  await history(first!);
  await history(second!);
  [a, b] = [written(first!.card.image()), written(second!.card.image())];
  terminal.allot(serialOf(3));
  const third = new CardInReader(blank(3));
  const replacement: Replacement = { permitNumber: made.cards[0]!.value.permitNumber, reason: 'lost', issued: '2025-12-10', goodUntil: '2026-12-10', oldCard: 'lost', by: 'op-1' };
  expect(refusal(await replacePermit(terminal.context(third.insert()), applicant(1), photo, replacement, {}))).toBe('done');
  expect(await update(terminal, third.insert(), slotOf(7))).toBe('done');
  c = written(third.card.image());
});

/** Read by a terminal that never saw the card before. */
const readAfresh = (image: CardImage): Promise<string> => reading(new MemoryTerminal(), new CardInReader(image).insert());
const slotWhere = (memory: Memory, department: number): Uint8Array => memory.slots.object(memory.slots.list().find((slot) => slot.department === department)!);

it('the cards themselves are valid', async () => {
  for (const { image } of [before, a, b, c]) expect(await readAfresh(image)).toBe('valid, shows the holder');
});

describe('data of another genuine card', () => {
  it.each<readonly [string, () => CardImage, string]>([
    ['its Holder', () => withFiles(a.image, { holder: fileOf(b.image, 'holder') }), 'forged digest-holder'],
    ['its Photo', () => withFiles(a.image, { photo: fileOf(b.image, 'photo') }), 'forged digest-photo'],
    ['its Permit', () => withFiles(a.image, { permit: fileOf(b.image, 'permit') }), 'forged digest-permit'],
    ['Holder and SOD of it, the Permit left', () => withFiles(a.image, { holder: fileOf(b.image, 'holder'), sod: fileOf(b.image, 'sod') }), 'forged digest-permit'],
    ['all of its signed files', () => withFiles(a.image, { permit: fileOf(b.image, 'permit'), holder: fileOf(b.image, 'holder'), photo: fileOf(b.image, 'photo'), sod: fileOf(b.image, 'sod') }), 'cloned chip-answer-wrong'],
  ])('%s', async (_, image, expected) => {
    expect(await readAfresh(image())).toBe(`${expected}, shows nothing`);
  });

  it.each<readonly [string, (card: Memory) => void, string]>([
    ['endorsement of another permit', (card) => card.appendRecord(b.memory.records()[0]!, card.issued.counters.endorsements), 'forged endorsement-other-permit'],
    ['endorsement of another card of the same permit', (card) => card.appendRecord(c.memory.records()[0]!, card.issued.counters.endorsements), 'forged endorsement-other-chip'],
    ['residence of another permit', (card) => card.replaceResidence(b.memory.residence(), card.issued.counters.residence), 'forged residence-other-permit'],
    ['residence of another card of the same permit', (card) => card.replaceResidence(c.memory.residence(), card.issued.counters.residence), 'forged residence-other-chip'],
    ['service slot of another permit', (card) => card.slots.put(7, slotWhere(b.memory, 7), card.issued.counters.services), 'forged services-other-permit'],
    ['service slot of another card of the same permit', (card) => card.slots.put(7, slotWhere(c.memory, 7), card.issued.counters.services), 'forged services-other-chip'],
    ['an endorsement in the place of the residence', (card) => card.replaceResidence(card.records()[0]!, card.issued.counters.residence), 'forged residence-malformed'],
  ])('%s', async (_, exchange, expected) => {
    expect(await readAfresh(opened(a.image, exchange))).toMatch(expected);
  });
});

describe('older data of the same card', () => {
  it.each<readonly [string, (card: Memory) => void, string]>([
    ['the address before the move, with the counter of the chip', (card) => card.replaceResidence(before.memory.residence(), card.issued.counters.residence), 'rolled-back counter-differs-residence'],
    ['the endorsement taken out again', (card) => card.nvm.write(0x300 + 42, Uint8Array.of(0)), 'rolled-back counter-differs-endorsement'],
    ['an earlier state of a service under the newest counter', (card) => card.slots.put(7, slotWhere(a.memory, 7), card.issued.counters.services), 'rolled-back counter-differs-services'],
    ['the slot of one department under the name of another', (card) => card.slots.put(12, slotWhere(a.memory, 9), 3), 'rolled-back counter-differs-services'],
    ['two slots of one department', (card) => card.slots.put(9, slotWhere(a.memory, 7), 1), 'rolled-back counter-differs-services'],
  ])('%s', async (_, exchange, expected) => {
    expect(await readAfresh(opened(a.image, exchange))).toMatch(expected);
  });

  it('taken out of the answer on its way to the terminal', async () => {
    const card = (): ReturnType<CardInReader['insert']> => new CardInReader(a.image).insert();
    const endorsement = a.memory.records()[0]!;
    const without = (answer: Uint8Array): Uint8Array => {
      const at = Buffer.from(answer).indexOf(endorsement);
      // C6 82 L L before it: an empty object in its place
      return Uint8Array.from([...answer.slice(0, at - 4), 0xc6, 0x00, ...answer.slice(at + endorsement.length)]);
    };
    expect(await verdict(terminal, card())).toBe('valid');
    expect(await verdict(terminal, between(card(), { answer: (answer, n) => (n === 2 ? without(answer) : answer) }))).toBe('rolled-back counter-differs-endorsement');
  });

  it('the whole card set back is told by a terminal that knows it, and is not written', async () => {
    const hallThatKnows = new MemoryTerminal();
    expect(await verdict(hallThatKnows, new CardInReader(a.image).insert())).toBe('valid');
    expect(await reading(hallThatKnows, new CardInReader(before.image).insert())).toMatch('rolled-back older-than-known');
    for (const what of ['move', 'endorse', slotOf(7)] as const) expect(await update(hallThatKnows, new CardInReader(before.image).insert(), what)).toBe('CARD_IMAGE_OLD older-than-known');
    // What remains: whoever never saw the newer card cannot know.
    expect(await verdict(new MemoryTerminal(), new CardInReader(before.image).insert())).toBe('valid');
  });
});

describe('a department that is not its own', () => {
  const put = (department: number, counter: number): Uint8Array => Uint8Array.of(0xc7, 13, 0x91, 2, 0, department, 0x90, 4, 0, 0, 0, counter, 0x53, 1, 0);

  it('is refused by the terminal before the card is touched, and by the card', async () => {
    const reader = new CardInReader(a.image);
    const clerk = new MemoryTerminal();
    clerk.access.own = [7];
    expect(await update(clerk, reader.insert(), slotOf(8))).toBe('ACCESS_RIGHT_MISSING service 8');
    expect(reader.log).toEqual([]);
    const session = async (): Promise<string> => {
      const { session: channel } = await openWith(clerk, reader.insert(), ['service'], [7]);
      return status(channel, [0xdb, 0x3f, 0xff], put(8, 4));
    };
    expect(await session()).toBe('6982');
    const { session: own } = await openWith(clerk, reader.insert(), ['service'], [7]);
    expect(await status(own, [0xdb, 0x3f, 0xff], put(7, 4))).toBe('9000');
  });

  it('cannot set a counter back', async () => {
    const reader = new CardInReader(a.image);
    for (const [counter, expected] of [[1, '6985'], [3, '6985'], [5, '6985'], [4, '9000']] as const) {
      const { session } = await openWith(terminal, reader.insert(), ['service'], [7]);
      expect(await status(session, [0xdb, 0x3f, 0xff], put(7, counter))).toBe(expected);
    }
  });
});
