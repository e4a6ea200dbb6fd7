import { describe, expect, it } from 'vitest';
import { CodedError, capturedRecord, type Outcome } from '../../src/contract/index.js';
import { changeHolderPin, readPermit, resetHolderPin, setHolderPin, type VerifyContext } from '../../src/workflows/index.js';
import { noon } from './fixtures.js';
import { at, atCounter, atKiosk, contextOf, digits, failure, heldCard, instructions, otherPin, rightPin, wiped } from './held-card.js';
import { issuedCard, type IssuedCard } from './issued-card.js';

const by = 'op-1';
const changeReferenceData = 0x24;
const open = (card: IssuedCard, pin: string): Promise<unknown> => readPermit(atKiosk(card), digits(pin)).then(failure);
const captured = ({ terminal }: IssuedCard): unknown[] => terminal.records.filter(({ type }) => type === 'pin');

describe('the PIN of the holder', () => {
  it('is set at the hand-over and opens the card at a kiosk', async () => {
    const card = await issuedCard();
    expect(await open(card, rightPin)).toEqual(['PIN_NOT_SET', undefined]);
    const pin = digits(rightPin);
    expect(await setHolderPin(atCounter(card), pin, { by })).toEqual({ ok: true, value: { permitNumber: card.value.permitNumber, seq: 1 } });
    expect(wiped(pin)).toBe(true);
    expect(card.terminal.records).toEqual([{ type: 'pin', permitNumber: card.value.permitNumber, action: 'set', by, at: noon }]);
    expect(capturedRecord.safeParse(card.terminal.records[0]).success).toBe(true);
    expect(card.reader.log.some(({ command }) => Buffer.from(command).includes(rightPin))).toBe(false);
    expect(await open(card, rightPin)).toBe('ok');
  });

  it('wrong: the tries are told, the third locks; a right one gives them back; a reset at the counter unlocks', async () => {
    const card = await heldCard();
    expect(await open(card, otherPin)).toEqual(['PIN_WRONG', '2']);
    expect(await open(card, rightPin)).toBe('ok');
    for (const expected of [['PIN_WRONG', '2'], ['PIN_WRONG', '1'], ['PIN_BLOCKED', undefined], ['PIN_BLOCKED', undefined]]) expect(await open(card, otherPin)).toEqual(expected);
    expect(await open(card, rightPin)).toEqual(['PIN_BLOCKED', undefined]);
    expect(await changeHolderPin(atKiosk(card), digits(rightPin), digits(otherPin), {}).then(failure)).toEqual(['PIN_BLOCKED', undefined]);
    expect(await setHolderPin(atCounter(card), digits(otherPin), { by }).then(failure)).toEqual(['PIN_ALREADY_SET', undefined]);
    // Nobody needs it at the counter.
    expect(await readPermit(atCounter(card)).then(failure)).toBe('ok');
    expect(await resetHolderPin(atCounter(card), { by }).then(failure)).toBe('ok');
    expect(await open(card, rightPin)).toEqual(['PIN_NOT_SET', undefined]);
    expect(await setHolderPin(atCounter(card), digits(otherPin), { by }).then(failure)).toBe('ok');
    expect(await open(card, otherPin)).toBe('ok');
    expect(captured(card)).toMatchObject([{ action: 'reset', by }, { action: 'set', by }]);
  });

  it('is changed at a kiosk by who knows it: the old one ends', async () => {
    const card = await heldCard();
    const [old, pin] = [digits(rightPin), digits(otherPin)];
    expect(await changeHolderPin(atKiosk(card), old, pin, {})).toEqual({ ok: true, value: { permitNumber: card.value.permitNumber, seq: 1 } });
    expect(wiped(old, pin)).toBe(true);
    expect(captured(card)).toEqual([{ type: 'pin', permitNumber: card.value.permitNumber, action: 'changed', at: noon }]);
    expect(await open(card, rightPin)).toEqual(['PIN_WRONG', '2']);
    expect(await open(card, otherPin)).toBe('ok');
    expect(await changeHolderPin(atCounter(card), digits(otherPin), digits(rightPin), { by }).then(failure)).toBe('ok');
    expect(await open(card, rightPin)).toBe('ok');
  });

  it('set a second time: the same one was set already, another one is refused and costs one try at most', async () => {
    const card = await heldCard();
    expect(await setHolderPin(atCounter(card), digits(rightPin), { by }).then(failure)).toBe('ok');
    for (let i = 0; i < 3; i += 1) expect(await setHolderPin(atCounter(card), digits(otherPin), { by }).then(failure)).toEqual(['PIN_ALREADY_SET', undefined]);
    expect(await open(card, otherPin)).toEqual(['PIN_WRONG', '1']);
    expect(await open(card, rightPin)).toBe('ok');
  });
});

const set = (pin: string) => (ctx: VerifyContext, secrets: Uint8Array[]): Promise<Outcome<unknown>> => {
  secrets.push(digits(pin));
  return setHolderPin(ctx, secrets[0] ?? new Uint8Array(), { by });
};
const change = (old: string, pin: string) => (ctx: VerifyContext, secrets: Uint8Array[]): Promise<Outcome<unknown>> => {
  secrets.push(digits(old), digits(pin));
  return changeHolderPin(ctx, secrets[0] ?? new Uint8Array(), secrets[1] ?? new Uint8Array(), {});
};
type Typed = ReturnType<typeof set>;
const full = (): never => {
  throw new CodedError('DISK_FULL');
};

describe('is refused before the card is touched, and wiped', () => {
  it.each<readonly [string, Typed, string]>([
    ['equal digits', set('777777'), 'PIN_WEAK'],
    ['a rising row', set('345678'), 'PIN_WEAK'],
    ['a falling row', set('987654'), 'PIN_WEAK'],
    ['five digits', set('38495'), 'PIN_FORM'],
    ['letters', set('38495a'), 'PIN_FORM'],
    ['a weak new one', change(rightPin, '012345'), 'PIN_WEAK'],
    ['a new one of seven', change(rightPin, '3849517'), 'PIN_FORM'],
    ['an old one that is none', change('', otherPin), 'PIN_FORM'],
  ])('%s', async (_, typed, expected) => {
    const card = await issuedCard();
    const secrets: Uint8Array[] = [];
    expect(await typed(contextOf(card), secrets).then(failure)).toEqual([expected, undefined]);
    expect([card.reader.log, captured(card), wiped(...secrets)]).toEqual([[], [], true]);
  });

  it.each<readonly [string, (card: IssuedCard) => VerifyContext, unknown]>([
    ['without the right', (card) => at(card, 'counter', 'inspect', 'kiosk'), ['ACCESS_RIGHT_MISSING', 'manage']],
    ['without a certificate', (card) => ((card.terminal.access.missing = true), contextOf(card)), ['ACCESS_CERTIFICATE_MISSING', undefined]],
    ['with one that ran out', (card) => ((card.terminal.access.days = [-9, -1]), contextOf(card)), ['ACCESS_CERTIFICATE_EXPIRED', undefined]],
  ])('%s', async (_, context, expected) => {
    const card = await issuedCard();
    const secrets: Uint8Array[] = [];
    expect(await set(rightPin)(context(card), secrets).then(failure)).toEqual(expected);
    expect([card.reader.log, captured(card), wiped(...secrets)]).toEqual([[], [], true]);
  });
});

describe('is wiped whatever becomes of it', () => {
  it.each<readonly [string, Typed, (card: IssuedCard) => VerifyContext, unknown]>([
    ['an old one that is wrong', change(otherPin, '581936'), contextOf, ['PIN_WRONG', '2']],
    ['a card that is taken away', change(rightPin, otherPin), (card) => ((card.reader.card.faults = { tearAtApdu: { at: 12, when: 'before' } }), contextOf(card)), ['CARD_REMOVED', undefined]],
    ['a copy', set(otherPin), (card) => ((card.reader.card.faults = { clone: 'other-key' }), contextOf(card)), ['STATE_NOT_ALLOWED', 'chip-answer-wrong']],
    // The terminal thinks that it may; the certificate that the card sees says less.
    ['a card that grants less', set(otherPin), (card) => ((card.terminal.access.change = { rights: ['inspect'] }), contextOf(card)), ['ACCESS_RIGHT_MISSING', 'pin']],
    ['a full disk', change(rightPin, otherPin), (card) => ({ ...contextOf(card), outbox: { enqueue: full } }), ['DISK_FULL', undefined]],
  ])('%s', async (_, typed, context, expected) => {
    const card = await heldCard();
    const secrets: Uint8Array[] = [];
    expect(await typed(context(card), secrets).then(failure)).toEqual(expected);
    expect([wiped(...secrets), captured(card)]).toEqual([true, []]);
  });

  it('a bug in the terminal', async () => {
    const card = await heldCard();
    const pin = digits(rightPin);
    const bug = { ...atKiosk(card), outbox: { enqueue: () => { throw new TypeError('bug'); } } };
    await expect(readPermit(bug, pin)).rejects.toThrow('bug');
    expect(wiped(pin)).toBe(true);
  });

  it('on a copy nothing is set', async () => {
    const card = await issuedCard();
    card.reader.card.faults = { clone: 'other-key' };
    await setHolderPin(contextOf(card), digits(rightPin), { by });
    expect(instructions(card)).not.toContain(changeReferenceData);
    card.reader.card.faults = {};
    await setHolderPin(contextOf(card), digits(rightPin), { by });
    expect(instructions(card)).toContain(changeReferenceData);
  });
});
