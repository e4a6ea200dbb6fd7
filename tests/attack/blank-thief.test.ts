import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CardSession, checkCan, deriveKeySet, terminateCard, type CardChannel } from '../../src/card/index.js';
import { blankImage, type CardImage } from '../../src/emulator/index.js';
import { Memory } from '../../src/emulator/memory.js';
import { endCard, issuePermit, matchBody, resumePermit, setHolderPin } from '../../src/workflows/index.js';
import { SELECT, apdu } from '../emulator/mini-terminal.js';
import { CardInReader, MemoryTerminal, applicant, blank, counter, master, serialOf } from '../workflows/fixtures.js';
import { withOwnKey } from './forgery.js';
import { between, chipOpen, hall, openWith, photo, raw, refusal, status, verdict, type Middle } from './bench.js';

/**
 * Somebody has blanks, or sits on the wire while a card is made, or exchanges cards between printer and counter; or wants a dead card to live, a living one dead.
 *
 * | he | is refused as |
 * |---|---|
 * | brings a blank of another hall, or one that he made | KEY_SET_MISSING, CARD_AUTHENTICATION card-cryptogram |
 * | bends what is written or answered | CARD_STATUS (6982), CARD_SM_BROKEN SCP03 R-MAC; the card stays void |
 * | writes an issued card as if it were blank | 6985, CARD_ALREADY_ISSUED |
 * | ends a card without the right, or wakes a dead one | 6982, ACCESS_RIGHT_MISSING manage; 6985, CARD_TERMINATED |
 * | exchanges two bodies | BODY_DIFFERS |
 */
const issue = async (terminal: MemoryTerminal, channel: CardChannel): Promise<string> => refusal(await issuePermit(terminal.context(channel), applicant(), photo));

describe('a blank', () => {
  it('of this hall becomes a card', async () => {
    const { terminal, reader } = counter();
    expect([await issue(terminal, reader.insert()), await verdict(terminal, reader.insert())]).toEqual(['done', 'valid']);
  });

  it.each<readonly [string, (terminal: MemoryTerminal) => CardImage, string]>([
    ['of another hall: no key set was allotted', () => blank(2), 'KEY_SET_MISSING'],
    ['whose key set is another terminal’s', (terminal) => { const of2 = deriveKeySet(master, serialOf(2)); terminal.keySets.set('575a0000000000000001', { serial: serialOf(1), keyVersion: 0x30, ...of2 }); return blank(1); }, 'CARD_AUTHENTICATION card-cryptogram'],
    ['that somebody made, with a serial of this hall and keys of his own', () => blankImage({ serial: serialOf(1), keys: deriveKeySet(new Uint8Array(16).fill(0x66), serialOf(1)) }), 'CARD_AUTHENTICATION card-cryptogram'],
  ])('%s', async (_, image, expected) => {
    const { terminal } = counter();
    const reader = new CardInReader(image(terminal));
    expect(await issue(terminal, reader.insert())).toBe(expected);
    // Nothing that helps him was sent, no number was taken, nothing was written.
    expect(reader.log.some(({ command }) => command[1] === 0x82)).toBe(false);
    expect([terminal.sequence, terminal.records.length]).toEqual([0, 0]);
    expect(await verdict(terminal, reader.insert())).toBe('CARD_BLANK');
  });

  it('is not personalised by a terminal that does not know its keys, however often it tries', async () => {
    const { reader } = counter();
    reader.insert();
    for (let n = 0; n < 5; n += 1) {
      raw(reader, SELECT);
      expect(raw(reader, apdu('80503000', new Uint8Array(8).fill(n), 256))).toBe('9000');
      expect(raw(reader, apdu('84823300', new Uint8Array(16).fill(n)))).toBe('6300');
      expect(raw(reader, apdu('84460000', new Uint8Array(8), 256))).toBe('6982');
    }
  });

  it('shows nothing and proves nothing before it is issued', () => {
    const { reader } = counter();
    reader.insert();
    raw(reader, SELECT);
    for (const tag of [0xc2, 0xc3, 0xc6, 0xc8]) expect(raw(reader, apdu('00CB3FFF', Uint8Array.of(0x5c, 1, tag), 256))).toBe('6985');
    expect(raw(reader, apdu('002241A4', new Uint8Array(Buffer.from('800A04007F00070202030202840101', 'hex'))))).toBe('6985');
  });
});

describe('on the wire while a card is made', () => {
  const ins = { introduce: 0x50, authenticate: 0x82, generate: 0x46, store: 0xe2, activate: 0x44 } as const;
  const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === (at < 0 ? bytes.length + at : at) ? byte ^ 1 : byte));
  const command = (of: number, bend: (bytes: Uint8Array) => Uint8Array): Middle => ({ command: (bytes) => (bytes[1] === of ? bend(bytes) : bytes) });
  const answer = (of: number, bend: (bytes: Uint8Array) => Uint8Array): Middle => ({ answer: (bytes, _, sent) => (sent[1] === of ? bend(bytes) : bytes) });
  let kept: Uint8Array | undefined;
  beforeEach(() => void (kept = undefined));

  it.each<readonly [string, () => Middle, string]>([
    ['the card’s cryptogram', () => answer(ins.introduce, (bytes) => flipped(bytes, 25)), 'CARD_AUTHENTICATION card-cryptogram'],
    ['the card’s challenge', () => answer(ins.introduce, (bytes) => flipped(bytes, 15)), 'CARD_AUTHENTICATION card-cryptogram'],
    ['the card’s serial', () => answer(ins.introduce, (bytes) => flipped(bytes, 9)), 'KEY_SET_MISSING'],
    ['the terminal’s cryptogram', () => command(ins.authenticate, (bytes) => flipped(bytes, 6)), 'CARD_AUTHENTICATION refused'],
    ['the security level', () => command(ins.authenticate, (bytes) => flipped(bytes, 2)), 'CARD_STATUS EXTERNAL AUTHENTICATE: 6A86'],
    ['the chip’s new key', () => answer(ins.generate, (bytes) => flipped(bytes, 40)), 'CARD_SM_BROKEN SCP03 R-MAC'],
    ['the answer that the keys are made', () => answer(ins.generate, () => Uint8Array.of(0x90, 0)), 'CARD_SM_BROKEN SCP03 R-MAC'],
    ['a byte of the stream', () => command(ins.store, (bytes) => flipped(bytes, 200)), 'CARD_STATUS STORE DATA: 6982'],
    ['the number of a block', () => command(ins.store, (bytes) => flipped(bytes, 3)), 'CARD_STATUS STORE DATA: 6982'],
    ['the last block before the others', () => command(ins.store, (bytes) => flipped(bytes, 2).map((byte, i) => (i === 2 ? 0x80 : byte))), 'CARD_STATUS STORE DATA: 6982'],
    ['one block instead of the next', () => command(ins.store, (bytes) => kept ?? (kept = bytes)), 'CARD_STATUS STORE DATA: 6982'],
    ['the answer to a block', () => answer(ins.store, (bytes) => flipped(bytes, 0)), 'CARD_SM_BROKEN SCP03 R-MAC'],
    ['the hash of the whole', () => command(ins.activate, (bytes) => flipped(bytes, 12)), 'CARD_STATUS ACTIVATE: 6982'],
    ['the answer that the card is issued', () => answer(ins.activate, (bytes) => flipped(bytes, 1)), 'CARD_SM_BROKEN SCP03 R-MAC'],
  ])('%s', async (_, middle, expected) => {
    const { terminal, reader } = counter();
    expect((await issue(terminal, between(reader.insert(), middle()))).slice(0, expected.length)).toBe(expected);
    expect(terminal.records).toEqual([]);
    expect(await verdict(terminal, reader.insert())).toMatch(expected.includes('R-MAC') ? /^(CARD_VOID|valid)$/ : /^CARD_(BLANK|VOID)$/);
    // Undisturbed it is the same card, finished, with one record and one number.
    expect(terminal.journal.size === 0 ? await issue(terminal, reader.insert()) : refusal(await resumePermit(terminal.context(reader.insert())))).toBe('done');
    expect([terminal.records.filter(({ type }) => type === 'issue').length, terminal.sequence, await verdict(terminal, reader.insert())]).toEqual([1, 1, 'valid']);
  });

  it('the finished card exchanged for a copy before it is read back', async () => {
    const { terminal, reader } = counter();
    let copy: CardInReader | undefined;
    const channel = reader.insert();
    const exchanged: CardChannel = {
      atr: channel.atr,
      transmit: async (bytes) => {
        if (copy !== undefined) return copy.card.process(bytes) ?? new Uint8Array(0);
        const answered = await channel.transmit(bytes);
        if (bytes[1] === ins.activate) { copy = new CardInReader(withOwnKey(reader.card.image()).image); copy.insert(); }
        return answered;
      },
    };
    expect(await issue(terminal, exchanged)).toBe('READ_BACK_DIFFERS chip');
    expect([terminal.records.length, refusal(await resumePermit(terminal.context(reader.insert())))]).toEqual([0, 'done']);
  });

  it('the resident is not read on the wire', async () => {
    const { terminal, reader } = counter();
    expect(await issue(terminal, reader.insert())).toBe('done');
    const wire = reader.log.flatMap(({ command: sent, answer: got }) => [sent, got ?? sent]);
    expect(wire.filter((bytes) => Buffer.from(bytes).includes(applicant().name) || Buffer.from(bytes).includes(applicant().idNumber))).toEqual([]);
  });
});

describe('an issued card', () => {
  let terminal: MemoryTerminal;
  let images: readonly CardImage[];
  let numbers: readonly string[];
  let cans: readonly string[];
  beforeAll(async () => {
    const made = await hall(2);
    terminal = made.terminal;
    images = made.cards.map(({ reader }) => reader.card.image());
    numbers = made.cards.map(({ value }) => value.permitNumber);
    cans = made.cards.map(({ value }) => value.can);
  });
  const card = (n: 0 | 1 = 0): CardInReader => new CardInReader(images[n]!);

  it.each([
    ['INITIALIZE UPDATE', '80503000', 8],
    ['EXTERNAL AUTHENTICATE', '84823300', 16],
    ['GENERATE', '84460000', 8],
    ['STORE DATA', '84E20000', 24],
    ['a second ACTIVATE', '84440000', 40],
  ])('%s: SCP03 is over for ever', (_, header, length) => {
    const reader = card();
    reader.insert();
    raw(reader, SELECT);
    expect(raw(reader, apdu(header, new Uint8Array(length), 256))).toBe('6985');
  });

  it('is not issued again, not even with its key set', async () => {
    const reader = card();
    terminal.allot(serialOf(1));
    expect(await issue(terminal, reader.insert())).toBe('CARD_ALREADY_ISSUED');
    terminal.keySets.clear();
  });

  it('holds no static key any more', () => {
    const { enc, mac, dek } = deriveKeySet(master, serialOf(1));
    const memory = Buffer.from(images[0]!.nvm);
    expect([enc, mac, dek].map((key) => memory.includes(Buffer.from(key)))).toEqual([false, false, false]);
    expect([enc, mac, dek].map((key) => Buffer.from(blank(1).nvm).includes(Buffer.from(key)))).toEqual([true, true, true]);
  });

  it('is not ended without the right', async () => {
    const reader = card();
    reader.insert();
    raw(reader, SELECT);
    expect(raw(reader, apdu('00E60000'))).toBe('6982');
    expect(await status((await chipOpen(reader.insert())).session, [0xe6, 0, 0])).toBe('6982');
    const all = ['inspect', 'kiosk', 'endorse', 'service'] as const;
    await expect(terminateCard((await openWith(terminal, reader.insert(), all, [7])).session)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    const clerk = new MemoryTerminal();
    clerk.access.rightsHeld = all;
    expect(refusal(await endCard(clerk.context(reader.insert()), numbers[0]!))).toBe('ACCESS_RIGHT_MISSING manage');
    expect(await verdict(terminal, reader.insert())).toBe('valid');
  });

  it('is not ended in the place of another', async () => {
    const reader = card();
    expect(refusal(await endCard(terminal.context(reader.insert()), numbers[1]!))).toBe('CARD_OTHER_PERMIT');
    expect(await verdict(terminal, reader.insert())).toBe('valid');
  });

  it('once ended has no second life', async () => {
    const reader = card();
    const pin = '802413';
    expect(refusal(await setHolderPin(terminal.context(reader.insert()), new TextEncoder().encode(pin), { by: 'op-1' }))).toBe('done');
    const secret = Buffer.from(new Memory(reader.card.image().nvm.slice()).chipKey(1).secret);
    const before = Buffer.from(reader.card.image().nvm);
    expect([before.includes(secret), before.includes(pin), before.includes(cans[0]!)]).toEqual([true, true, true]);
    expect(refusal(await endCard(terminal.context(reader.insert()), numbers[0]!))).toBe('done');
    expect([await verdict(terminal, reader.insert()), await issue(terminal, reader.insert()), refusal(await endCard(terminal.context(reader.insert()), numbers[0]!))]).toEqual(Array(3).fill('CARD_TERMINATED'));
    reader.insert();
    expect(raw(reader, SELECT)).toBe('6285');
    const commands = ['00CB3FFF035C01C8', '00B0810000', '002241A4', '00860000', '00200001', '80503000', '84440000', '00E60000'].map((header) => raw(reader, new Uint8Array(Buffer.from(header, 'hex'))));
    expect(new Set(commands)).toEqual(new Set(['6985']));
    // Whoever opens the chip afterwards finds neither key, PIN nor CAN.
    const after = Buffer.from(reader.card.image().nvm);
    expect([after.includes(secret), after.includes(pin), after.includes(cans[0]!)]).toEqual([false, false, false]);
  });

  it('whose body was exchanged is not handed over', async () => {
    const match = async (n: 0 | 1, body: 0 | 1, can: 0 | 1): Promise<string> => refusal(await matchBody(terminal.context(card(n).insert()), { permitNumber: numbers[body]!, can: cans[can]! }));
    expect(await match(0, 0, 0)).toBe('done');
    expect(await match(0, 1, 1)).toBe('BODY_DIFFERS number');
    expect(await match(0, 0, 1)).toBe('BODY_DIFFERS can');
    expect(await match(1, 0, 0)).toBe('BODY_DIFFERS number');
  });

  it('does not bear more than five guesses at its CAN in one session, and none without the right', async () => {
    const guess = cans[0] === '000000' ? '000001' : '000000';
    const { session } = await openWith(terminal, card().insert(), ['manage']);
    for (let n = 1; n <= 5; n += 1) expect(await checkCan(session, guess)).toBe(false);
    expect(session.secured).toBe(false);
    await expect(checkCan((await openWith(terminal, card().insert(), ['inspect', 'kiosk'])).session, guess)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    const plain = new CardSession(card().insert());
    expect(await status(plain, [0xa4, 4, 0], SELECT.subarray(5, -1), 256)).toBe('9000');
    expect(await status(plain, [0x20, 0, 2], new TextEncoder().encode(cans[0]))).toBe('6982');
  });
});
