import { describe, expect, it } from 'vitest';
import { CardError, PermitApplication, SecureMessaging, putObject, readObject } from '../../src/card/index.js';
import type { EmulatedCard } from '../../src/emulator/index.js';
import { decodeEndorsement, decodeResidence, decodeServiceSlot, parseSigned, permitTyp } from '../../src/permit/index.js';
import { blankCard } from './card-vectors.js';
import type { ExchangeVector } from './channel-vectors.js';
import { readVectors } from './read.js';
import { bytes, hex } from './shared.js';
import { asTheFileSays, cardReads, sessionUnder } from './under-keys.js';
import type { UpdateVector } from './update-vectors.js';

const file = readVectors<{ encKey: string; macKey: string; written: UpdateVector[]; readBack: ExchangeVector[]; refused: UpdateVector[] }>('card-updates.json');
const decoders = {
  endorsements: (payload: Uint8Array): { counter: number } => decodeEndorsement(payload),
  residence: (payload: Uint8Array): { counter: number } => decodeResidence(payload),
  services: (payload: Uint8Array): { counter: number } => decodeServiceSlot(payload),
};
const typs = { endorsements: permitTyp.endorsement, residence: permitTyp.residence, services: permitTyp.serviceSlot };

const under = (answers: readonly string[], extended = true): ReturnType<typeof sessionUnder> => sessionUnder(file, answers, extended);
const answersTo = (vectors: readonly UpdateVector[], extended: boolean): string[] =>
  vectors.flatMap(({ exchange, chain }) => [...(extended ? [] : chain.slice(1).map(() => '9000')), exchange.response]);

describe('card-updates.json', () => {
  it.each([
    ['extended', true],
    ['short, in chains', false],
  ])('the terminal writes them byte for byte (%s)', async (_, extended) => {
    const { session, sent } = under(answersTo(file.written, extended), extended);
    for (const { target, counter, object } of file.written) await putObject(session, target, counter, bytes(object));
    expect(sent).toEqual(file.written.flatMap(({ exchange, chain }) => (extended ? [exchange.wrapped] : chain)));
    expect(session.secured).toBe(true);
  });

  it('the terminal reads each back with the status, and finds its own slot', async () => {
    // The application is selected in plain before the channel is opened; the exchanges of the file begin after that.
    const selected = '6f2584 06f0575a525001 8a0105 7f6608 0202048002021100 a50d 80020100810101820101830103 9000';
    const { session, sent } = under([selected, ...answersTo(file.written, true), ...file.readBack.map(({ response }) => response)]);
    const application = await PermitApplication.select(session);
    session.secure(new SecureMessaging(bytes(file.encKey), bytes(file.macKey)));
    for (const { target, counter, object } of file.written) await putObject(session, target, counter, bytes(object));
    for (const { target, object } of file.written) {
      const read = await readObject(application!, target);
      expect([target, hex(read.object)]).toEqual([target, object]);
      expect(read.status).toEqual({
        counters: { residence: 2, endorsements: 1, services: 1 },
        cardDate: '2026-11-24',
        slots: new Map([[7, 1]]),
        pin: 'unset',
      });
    }
    expect(sent.slice(1 + file.written.length)).toEqual(file.readBack.map(({ wrapped }) => wrapped));
  });

  it.each(file.refused.map((vector) => [vector.exchange.name, vector] as const))('the terminal takes the refusal, and nothing more goes out: %s', async (_, vector) => {
    const { target, counter, object, exchange } = vector;
    const { session, sent } = under([exchange.response]);
    await expect(putObject(session, target, counter, bytes(object))).rejects.toMatchObject({ name: CardError.name, code: 'CARD_STATUS', sw: exchange.answer.sw });
    expect(sent).toEqual([exchange.wrapped]);
    expect(session.secured).toBe(false);
    await expect(putObject(session, target, counter, bytes(object))).rejects.toThrow(RangeError);
    expect(sent).toHaveLength(1);
  });

  it('refuses a target and a counter that are none before anything is sent', async () => {
    const { session, sent } = under([]);
    for (const department of [0, 0xffff, 0x1_0000, -1]) await expect(putObject(session, { file: 'services', department }, 1, Uint8Array.of(1))).rejects.toThrow(RangeError);
    await expect(putObject(session, { file: 'residence' }, 2 ** 32, Uint8Array.of(1))).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
  });

  it('the card reads each as it is meant, and answers as the file says', () => {
    const sessions = [[...file.written.map(({ exchange }) => exchange), ...file.readBack], ...file.refused.map(({ exchange }) => [exchange])];
    for (const exchanges of sessions) expect(cardReads(file, exchanges)).toEqual(asTheFileSays(exchanges));
  });

  it('every object is signed for its counter', () => {
    for (const { target, counter, object } of file.written) {
      const payload = decoders[target.file](parseSigned(bytes(object), typs[target.file]).payload);
      expect(payload).toMatchObject(target.file === 'services' ? { counter, department: target.department } : { counter });
    }
  });

  it('a card without the channel takes no part of a chain for a whole, and no PUT DATA in plain', () => {
    const card: EmulatedCard = blankCard();
    card.powerUp();
    card.process(bytes('00a4040006f0575a52500100'));
    const [first] = file.written;
    for (const part of first?.chain.slice(0, -1) ?? []) expect(hex(card.process(bytes(part)) ?? new Uint8Array(0))).toBe('9000');
    expect(hex(card.process(bytes(first?.chain.at(-1) ?? '')) ?? new Uint8Array(0))).toBe('6882');
    expect(hex(card.process(bytes(`10db3fff02c600`)) ?? new Uint8Array(0))).toBe('6884');
  });
});
