import { describe, expect, it, vi } from 'vitest';
import {
  CardError,
  CardSession,
  SecureMessaging,
  changePin,
  checkCan,
  isCan,
  isPinForm,
  isWeakPin,
  pinState,
  resetPin,
  setPin,
  signDigest,
  terminateCard,
  verifyPin,
  type PinAnswer,
} from '../../src/card/index.js';
import { toHex } from '../../src/iso7816/index.js';
import { clearSession } from './clear-channel.js';
import { scripted } from './scripted-channel.js';

const digits = (text: string): Uint8Array => new TextEncoder().encode(text);
const pin = digits('274951');
const calls: readonly (readonly [string, string, (session: CardSession) => Promise<PinAnswer>])[] = [
  ['verifyPin', '00200001 06 323734393531', (session) => verifyPin(session, pin)],
  ['setPin', '00240101 06 323734393531', (session) => setPin(session, pin)],
  ['changePin', '00240001 0C 323734393531 363030323833', (session) => changePin(session, pin, digits('600283'))],
  ['resetPin', '002C0301', (session) => resetPin(session)],
];

describe.each(calls)('%s', (name, command, call) => {
  const ask = (answer: string): Promise<PinAnswer> => call(clearSession([[command, answer]]).session);

  it.each<readonly [string, PinAnswer]>([
    ['9000', { ok: true }],
    ['63C2', { ok: false, reason: 'wrong', triesLeft: 2 }],
    ['63C0', { ok: false, reason: 'wrong', triesLeft: 0 }],
    ['6983', { ok: false, reason: 'blocked', triesLeft: 0 }],
    ['6984', { ok: false, reason: 'unset' }],
    ['6A80', { ok: false, reason: 'form' }],
    ['6700', { ok: false, reason: 'form' }],
    ['6982', { ok: false, reason: 'not-entitled' }],
  ])('%s is a value', async (sw, expected) => {
    expect(await ask(sw)).toEqual(expected);
  });

  it('6985 says of an unset PIN alone that it is set', async () => {
    if (name === 'setPin') expect(await ask('6985')).toEqual({ ok: false, reason: 'already-set' });
    else await expect(ask('6985')).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6985 });
  });

  it.each(['6300', '6A86', '6581', '6D00'])('%s is none of its answers', async (sw) => {
    await expect(ask(sw)).rejects.toMatchObject({ name: CardError.name, code: 'CARD_STATUS' });
  });

  it('takes no more tries than there are', async () => {
    await expect(ask('63C4')).rejects.toMatchObject({ code: 'CARD_ANSWER_INVALID' });
  });

  it('says nothing in plain', async () => {
    await expect(call(new CardSession(scripted([])))).rejects.toThrow(RangeError);
  });
});

describe('PIN', () => {
  it.each(['27495', '2749511', '27495A', '', '２７４９'])('sends nothing that has another form: %j', async (text) => {
    const { session } = clearSession([]);
    const form = { ok: false, reason: 'form' };
    expect(isPinForm(digits(text))).toBe(false);
    expect(await verifyPin(session, digits(text))).toEqual(form);
    expect(await setPin(session, digits(text))).toEqual(form);
    expect(await changePin(session, digits(text), pin)).toEqual(form);
    expect(await changePin(session, pin, digits(text))).toEqual(form);
  });

  it.each(['000000', '999999', '012345', '456789', '987654', '543210'])('%s is weak', (text) => expect(isWeakPin(digits(text))).toBe(true));
  it.each(['274951', '890123', '901234', '210987', '111112', '112345', '135790', '123454', '00000', 'aaaaaa'])('%s is not', (text) => expect(isWeakPin(digits(text))).toBe(false));

  it.each<readonly [string, unknown]>([
    ['9000', { verified: true }],
    ['63C3', { verified: false, pin: 3 }],
    ['63C0', { verified: false, pin: 0 }],
    ['6983', { verified: false, pin: 0 }],
    ['6984', { verified: false, pin: 'unset' }],
  ])('VERIFY without data answered %s', async (sw, expected) => {
    expect(await pinState(clearSession([['00200001', sw]]).session)).toEqual(expected);
  });
  it('throws for another status, and in plain', async () => {
    await expect(pinState(clearSession([['00200001', '6982']]).session)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    await expect(pinState(new CardSession(scripted([])))).rejects.toThrow(RangeError);
  });

  it.each(['9000', '63C2', '6F00', ''])('leaves no copy of old and new behind when the answer is %j', async (answer) => {
    const { session, handed } = clearSession([['00240001 0C 323734393531 363030323833', answer]]);
    await changePin(session, pin, digits('600283')).catch(() => undefined);
    expect(handed.map(toHex)).toEqual(['00'.repeat(12)]);
    expect(toHex(pin)).toBe('323734393531');
  });

  it('is wiped from every buffer that secure messaging made of it', async () => {
    const made: Uint8Array[] = [];
    const set = vi.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, source: ArrayLike<number>, offset = 0) {
      for (let i = 0; i < source.length; i += 1) this[offset + i] = source[i] ?? 0;
      if (toHex(this).includes('323734393531')) made.push(this);
    });
    try {
      new SecureMessaging(new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)).wrap({ cla: 0, ins: 0x20, p1: 0, p2: 1, data: pin });
    } finally {
      set.mockRestore();
    }
    expect(made.length).toBeGreaterThanOrEqual(2);
    for (const buffer of made) expect(toHex(buffer)).not.toContain('3237');
  });
});

describe('card access number', () => {
  const ask = (answer: string): Promise<boolean> => checkCan(clearSession([['00200002 06 323035373133', answer]]).session, '205713');
  it('is the one of the chip or not', async () => {
    expect([await ask('9000'), await ask('6300')]).toEqual([true, false]);
  });
  it.each(['6982', '63C2', '6A88'])('%s is a refusal', async (sw) => {
    await expect(ask(sw)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: Number.parseInt(sw, 16) });
  });
  it.each(['20571', '2057133', '20571a', ' 05713'])('%j is none', async (text) => {
    expect(isCan(text)).toBe(false);
    await expect(checkCan(clearSession([]).session, text)).rejects.toThrow(RangeError);
  });
  it('is not said in plain', async () => {
    await expect(checkCan(new CardSession(scripted([])), '205713')).rejects.toThrow(RangeError);
  });
});

describe('card-present signature', () => {
  const digest = new Uint8Array(32).fill(0xd1);
  const command = `00880000 20 ${'D1'.repeat(32)} 40`;
  it('gives r and s', async () => {
    expect(toHex(await signDigest(clearSession([[command, `${'AB'.repeat(64)} 9000`]]).session, digest))).toBe('ab'.repeat(64));
  });
  it('tells a missing PIN by its status, and takes no signature of another length', async () => {
    await expect(signDigest(clearSession([[command, '6982']]).session, digest)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    await expect(signDigest(clearSession([[command, `${'AB'.repeat(63)} 9000`]]).session, digest)).rejects.toMatchObject({ code: 'CARD_ANSWER_INVALID' });
  });
  it('signs nothing in plain, and digests only', async () => {
    await expect(signDigest(new CardSession(scripted([])), digest)).rejects.toThrow(RangeError);
    await expect(signDigest(clearSession([]).session, new Uint8Array(31))).rejects.toThrow(RangeError);
  });
});

describe('end of a card', () => {
  it('ends the session with the answer', async () => {
    const { session } = clearSession([['00E60000', '9000']]);
    await terminateCard(session);
    expect(session.secured).toBe(false);
  });
  it('is refused by status', async () => {
    await expect(terminateCard(clearSession([['00E60000', '6982']]).session)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    await expect(terminateCard(new CardSession(scripted([])))).rejects.toThrow(RangeError);
  });
});
