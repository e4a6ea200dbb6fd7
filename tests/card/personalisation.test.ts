import { describe, expect, it } from 'vitest';
import {
  CardSession,
  PermitApplication,
  Personalisation,
  buildStream,
  chipAuthenticate,
  deriveKeySet,
  ephemeralKey,
  introduce,
  maxStream,
} from '../../src/card/index.js';
import { blankCard, contents, entered, first as beginning, issuedCard, opened, staticSerial, stream } from './issued-card.js';

describe('personalisation of a void card', () => {
  it.each([
    ['1 KB blocks', true, 13, 17],
    ['short blocks', false, 53, 57],
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
    const inspecting = await entered({ channel, chipKey: generated.chipKey });
    expect(inspecting.answer).toEqual({ granted: true });
    expect(await inspecting.application.readFilesWithStatus('permit', 'holder', 'photo', 'residence', 'sod', 'cardAccess')).toEqual({
      contents,
      status: { counters: { residence: 1, endorsements: 0, services: 0 }, cardDate: '2026-11-24', slots: new Map(), pin: 'unset' },
    });
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
    const other = buildStream({ ...contents, permit: new Uint8Array(90).fill(9) }, beginning);
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
    const wrong = deriveKeySet(new Uint8Array(16), staticSerial);
    expect(await Personalisation.open(session, await introduce(session), wrong)).toMatchObject({ ok: false, reason: 'card-cryptogram' });
    expect(instructions).toEqual(['00a40400', '80503000']);
  });

  it('is refused a hash that is not that of the stored stream', async () => {
    const { channel } = blankCard();
    const { personalisation, generated } = await opened(channel());
    await personalisation.storeStream(stream, generated);
    await expect(personalisation.activate(stream.slice(1))).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6300 });
  });

  it.each([
    ['longer than a card stores', { ...contents, photo: new Uint8Array(maxStream) }, beginning],
    ['a CAN of seven digits', contents, { ...beginning, can: '2057130' }],
    ['a CAN with a letter', contents, { ...beginning, can: '20571A' }],
    ['a day that does not exist', contents, { ...beginning, cardDate: '2026-02-29' }],
    ['a counter beyond 32 bits', contents, { ...beginning, services: 2 ** 32 }],
  ])('builds no stream: %s', (_, files, counters) => {
    expect(() => buildStream(files, counters)).toThrow(RangeError);
  });
});

describe('chip authentication', () => {
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

  it('opens what any terminal may read: a plain reader is refused, a plain command ends the channel', async () => {
    const { channel, chipKey } = await issuedCard();
    const session = new CardSession(channel());
    const application = await PermitApplication.select(session);
    await expect(application?.chipStatus()).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
    await PermitApplication.select(session);
    await chipAuthenticate(session, chipKey);
    expect(await application?.chipStatus()).toMatchObject({ cardDate: '2026-11-24' });
    await session.transmit(Uint8Array.of(0x00, 0xcb, 0x3f, 0xff, 0x03, 0x5c, 0x01, 0xc8, 0x00));
    await expect(application?.chipStatus()).rejects.toMatchObject({ code: 'CARD_SM_BROKEN' });
    expect(session.secured).toBe(false);
  });
});
