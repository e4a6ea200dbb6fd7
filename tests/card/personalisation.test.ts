import { describe, expect, it } from 'vitest';
import {
  CardSession,
  PermitApplication,
  Personalisation,
  buildStream,
  cardAccess,
  chipAuthenticate,
  deriveKeySet,
  ephemeralKey,
  introduce,
  maxStream,
  type CardChannel,
  type Generated,
  type StreamFiles,
} from '../../src/card/index.js';
import { EmulatedCard, blankImage } from '../../src/emulator/index.js';
import { toHex } from '../../src/iso7816/index.js';

const master = new Uint8Array(16).fill(7);
const serial = Uint8Array.from({ length: 10 }, (_, i) => i);
const keys = deriveKeySet(master, serial);
const files: StreamFiles = {
  cardAccess,
  permit: new Uint8Array(90).fill(1),
  holder: new Uint8Array(300).fill(2),
  photo: new Uint8Array(10_261).fill(3),
  residence: new Uint8Array(500).fill(4),
  sod: new Uint8Array(900).fill(5),
};
const stream = buildStream(files, { residence: 1, endorsements: 0, services: 0, cardDate: '2026-11-24' });

/** A blank card, its channel, and the instruction bytes that crossed it. */
function blankCard(extendedLength = true): { card: EmulatedCard; channel: () => CardChannel; instructions: string[] } {
  const card = new EmulatedCard(blankImage({ serial, keys }));
  const instructions: string[] = [];
  const channel = (): CardChannel => ({
    atr: card.powerUp(),
    extendedLength,
    transmit: (command) => {
      instructions.push(toHex(command.slice(0, 4)));
      return Promise.resolve(card.process(command) ?? new Uint8Array());
    },
  });
  return { card, channel, instructions };
}

async function opened(channel: CardChannel): Promise<{ session: CardSession; personalisation: Personalisation; generated: Generated }> {
  const session = new CardSession(channel);
  await PermitApplication.select(session);
  const result = await Personalisation.open(session, await introduce(session), keys);
  if (!result.ok) throw new Error(result.reason);
  return { session, personalisation: result.personalisation, generated: await result.personalisation.generate() };
}

describe('personalisation of a void card', () => {
  it.each([
    ['1 KB blocks', true, 12, 16],
    ['short blocks', false, 51, 55],
  ])('stores the stream in %s, activates, and the chip proves its key', async (_, extended, blocks, apdus) => {
    const { channel, instructions } = blankCard(extended);
    const { session, personalisation, generated } = await opened(channel());
    const seen: number[] = [];
    await personalisation.storeStream(stream, generated, (stored) => seen.push(stored));
    await personalisation.activate(stream);
    expect([seen.length, seen.at(-1)]).toEqual([blocks, stream.length]);
    expect(session.traffic.apdus).toBe(apdus + 1);
    expect(instructions.filter((four) => four.startsWith('84e2')).at(-1)).toMatch(/^84e280/);
    const application = await PermitApplication.select(session);
    expect(application?.selected.lifeCycle).toBe('activated');
    await expect(introduce(session)).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6985 });
    expect(await chipAuthenticate(session, generated.chipKey)).toEqual({ proven: true });
    expect(await application?.readFiles('permit', 'holder', 'photo', 'residence', 'sod', 'cardAccess')).toEqual(files);
    expect(await application?.chipStatus()).toEqual({ counters: { residence: 1, endorsements: 0, services: 0, slots: new Map() }, cardDate: '2026-11-24' });
  });

  it('goes on after the last stored block, also in blocks of another size', async () => {
    const { channel, instructions } = blankCard();
    const first = await opened(channel());
    let left = 3;
    const stop = first.personalisation.storeStream(stream, first.generated, () => {
      if ((left -= 1) === 0) throw new Error('pulled');
    });
    await expect(stop).rejects.toThrow('pulled');
    instructions.length = 0;
    const second = await opened({ ...channel(), extendedLength: false });
    expect([second.generated.storedBytes, second.generated.nextBlock, second.generated.chipKey]).toEqual([3 * 1024, 3, first.generated.chipKey]);
    await second.personalisation.storeStream(stream, second.generated);
    await second.personalisation.activate(stream);
    expect(instructions.filter((four) => four.startsWith('84e2'))[0]).toBe('84e20003');
  });

  it('begins anew over another stream', async () => {
    const { channel, instructions } = blankCard();
    const other = buildStream({ ...files, permit: new Uint8Array(90).fill(9) }, { residence: 1, endorsements: 0, services: 0, cardDate: '2026-11-24' });
    const first = await opened(channel());
    await first.personalisation.storeStream(other, first.generated);
    instructions.length = 0;
    const second = await opened(channel());
    await second.personalisation.storeStream(stream, second.generated);
    await second.personalisation.activate(stream);
    expect(instructions.filter((four) => four.startsWith('84e2'))[0]).toBe('84e20000');
  });

  it('sends nothing secret to a card whose cryptogram is wrong', async () => {
    const { channel, instructions } = blankCard();
    const session = new CardSession(channel());
    await PermitApplication.select(session);
    const wrong = deriveKeySet(new Uint8Array(16), serial);
    expect(await Personalisation.open(session, await introduce(session), wrong)).toMatchObject({ ok: false, reason: 'card-cryptogram' });
    expect(instructions).toEqual(['00a40400', '80503000']);
  });

  it('is refused a hash that is not that of the stored stream', async () => {
    const { channel } = blankCard();
    const { personalisation, generated } = await opened(channel());
    await personalisation.storeStream(stream, generated);
    await expect(personalisation.activate(stream.slice(1))).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6300 });
  });

  it('builds no stream that a card cannot store', () => {
    expect(() => buildStream({ ...files, photo: new Uint8Array(maxStream) }, { residence: 1, endorsements: 0, services: 0, cardDate: '2026-11-24' })).toThrow(RangeError);
  });
});

describe('chip authentication', () => {
  async function issuedCard(): Promise<{ card: EmulatedCard; channel: () => CardChannel; chipKey: Uint8Array }> {
    const { card, channel } = blankCard();
    const { personalisation, generated } = await opened(channel());
    await personalisation.storeStream(stream, generated);
    await personalisation.activate(stream);
    return { card, channel, chipKey: generated.chipKey };
  }

  it('tells a wrong token, a refusal and a wrong key apart from proof, and opens nothing', async () => {
    const { card, channel, chipKey } = await issuedCard();
    const ask = async (key: Uint8Array): Promise<unknown> => {
      const session = new CardSession(channel());
      await PermitApplication.select(session);
      const proof = await chipAuthenticate(session, key);
      expect(session.secured).toBe(proof.proven);
      return proof.proven ? 'proven' : proof.reason;
    };
    expect(await ask(chipKey)).toBe('proven');
    expect(await ask(ephemeralKey().point)).toBe('wrong-token');
    card.faults = { clone: 'other-key' };
    expect(await ask(chipKey)).toBe('wrong-token');
    card.faults = { clone: 'refuses' };
    expect(await ask(chipKey)).toBe('refused');
    expect(await ask(new Uint8Array(65))).toBe('no-point');
  });

  it('protects what is read: a plain reader is refused, a plain command ends the channel', async () => {
    const { channel, chipKey } = await issuedCard();
    const session = new CardSession(channel());
    const application = await PermitApplication.select(session);
    await expect(application?.readFiles('holder')).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    await PermitApplication.select(session);
    await chipAuthenticate(session, chipKey);
    expect((await application?.readFiles('holder'))?.holder).toEqual(files.holder);
    await session.transmit(Uint8Array.of(0x00, 0xcb, 0x3f, 0xff, 0x03, 0x5c, 0x01, 0xc8, 0x00));
    await expect(application?.readFiles('holder')).rejects.toMatchObject({ code: 'CARD_SM_BROKEN' });
    expect(session.secured).toBe(false);
  });
});
