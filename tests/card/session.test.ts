import { describe, expect, it } from 'vitest';
import { CardError, CardSession, ChannelError, PermitApplication, SecureMessaging, files } from '../../src/card/index.js';
import { decodeCommand, fromHex, toHex } from '../../src/iso7816/index.js';
import { scripted, selectLine } from './scripted-channel.js';

const keyOf = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const invalid = { code: 'CARD_ANSWER_INVALID' };

describe('CardSession', () => {
  it('follows 61xx and counts every APDU and byte', async () => {
    const session = new CardSession(scripted([['00CB3FFF 03 5C01C8 00', 'C8036101 6102'], ['00C0000002', '0203 9000']]));
    const { data, sw } = await session.send({ cla: 0, ins: 0xcb, p1: 0x3f, p2: 0xff, data: fromHex('5c01c8'), ne: 4096 });
    expect([toHex(data), sw]).toEqual(['c80361010203', 0x9000]);
    expect(session.traffic).toEqual({ apdus: 2, bytes: 9 + 6 + 5 + 4 });
  });

  it('sends again with the Le that 6Cxx names', async () => {
    const channel = scripted([['00B2010400', '6C03'], ['00B2010403', '010203 9000']]);
    expect(toHex((await new CardSession(channel).send({ cla: 0, ins: 0xb2, p1: 1, p2: 4, ne: 256 })).data)).toBe('010203');
  });

  it('chains what is too long for a short-only reader', async () => {
    const data = new Uint8Array(300).fill(7);
    const channel = scripted([[`10E20000 FF ${'07'.repeat(255)}`, '9000'], [`00E20000 2D ${'07'.repeat(45)}`, '9000']], false);
    expect((await new CardSession(channel).send({ cla: 0, ins: 0xe2, p1: 0, p2: 0, data })).sw).toBe(0x9000);
    expect(channel.left()).toBe(0);
  });

  it('chains an exact multiple of 255 in as many links', async () => {
    const channel = scripted([[`10E20000 FF ${'07'.repeat(255)}`, '9000'], [`00E20000 FF ${'07'.repeat(255)}`, '9000']], false);
    await new CardSession(channel).send({ cla: 0, ins: 0xe2, p1: 0, p2: 0, data: new Uint8Array(510).fill(7) });
    expect(channel.left()).toBe(0);
  });

  it('cuts a certificate under secure messaging into a chain for a short-only reader, each part but the last 9000', async () => {
    const certificate = new Uint8Array(300).fill(7);
    const protectedBytes = decodeCommand(new SecureMessaging(keyOf(1), keyOf(2)).wrap({ cla: 0, ins: 0x2a, p1: 0, p2: 0xbe, data: certificate })).data ?? new Uint8Array();
    const [one, two] = [protectedBytes.slice(0, 255), protectedBytes.slice(255)].map(toHex);
    const last = toHex(Uint8Array.of(protectedBytes.length - 255));
    const chained = (answer: string): CardSession => {
      const session = new CardSession(scripted([[`1C2A00BE FF ${one ?? ''}`, answer], [`0C2A00BE ${last} ${two ?? ''} 00`, '6988']], false));
      session.secure(new SecureMessaging(keyOf(1), keyOf(2)));
      return session;
    };
    const command = { cla: 0, ins: 0x2a, p1: 0, p2: 0xbe, data: certificate };
    // The whole is answered under protection; here the card gives up, after both parts came and after the first.
    await expect(chained('9000').send(command)).rejects.toMatchObject({ code: 'CARD_SM_BROKEN', sw: 0x6988 });
    await expect(chained('6884').send(command)).rejects.toMatchObject({ code: 'CARD_SM_BROKEN', sw: 0x6884 });
  });

  it.each([
    ['nothing', ''],
    ['one byte', '90'],
    ['no status word', '0000'],
    ['60xx', '6000'],
    ['data without Le', '01029000'],
    ['61xx for ever', '6105'],
  ])('takes no garbage: %s', async (_, answer) => {
    const session = new CardSession(scripted([['002241A4', answer], ['00C0000005', answer]]));
    await expect(session.send({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa4 })).rejects.toMatchObject(invalid);
  });

  it('takes no answer in ever so many parts', async () => {
    let apdus = 0;
    const session = new CardSession({ atr: new Uint8Array(), transmit: async () => ((apdus += 1), fromHex('006101')) });
    await expect(session.send({ cla: 0, ins: 0xcb, p1: 0x3f, p2: 0xff, data: fromHex('5c01c8'), ne: 65_536 })).rejects.toMatchObject(invalid);
    expect(apdus).toBeLessThan(600);
  });

  it('asks for no more than an APDU carries, whatever buffers a card claims', () => {
    const session = new CardSession({ atr: new Uint8Array(), transmit: async () => fromHex('9000') });
    session.adopt({ extended: true, maxCommand: 0xffff_ffff, maxResponse: 0xffff_ffff });
    expect([session.greatestNe, session.answerCapacity, session.commandCapacity]).toEqual([65_536, 65_536, 65_535]);
  });

  it('takes no answer longer than asked', async () => {
    const session = new CardSession(scripted([['00B0000004', '01020304059000']]));
    await expect(session.send({ cla: 0, ins: 0xb0, p1: 0, p2: 0, ne: 4 })).rejects.toBeInstanceOf(CardError);
  });
});

describe('commands that follow one another', () => {
  const command = (ins: number) => ({ cla: 0, ins, p1: 0, p2: 0, ne: 256 });
  /** A channel that sends followers as a reader process does. */
  const following = (script: Parameters<typeof scripted>[0]) => {
    const channel = scripted(script);
    let newest: Promise<Uint8Array | undefined> = Promise.resolve(undefined);
    const remember = <T extends Uint8Array | undefined>(answer: Promise<T>): Promise<T> => {
      newest = answer;
      return answer;
    };
    return {
      ...channel,
      transmit: (bytes: Uint8Array) => remember(channel.transmit(bytes)),
      follow: (bytes: Uint8Array) => remember(newest.then((answer) => (toHex(answer?.slice(-2) ?? new Uint8Array()) === '9000' ? channel.transmit(bytes) : undefined))),
    };
  };
  const ask = async (channel: ReturnType<typeof scripted>): Promise<unknown> => {
    const session = new CardSession(channel);
    const first = session.send(command(0xb0));
    const second = session.follow(command(0xb2), first);
    const third = session.follow(command(0xb4), second);
    const answers = (await Promise.all([first, second, third])).map(({ data, sw }) => toHex(data) + sw.toString(16));
    return [answers, session.traffic.apdus, channel.left()];
  };

  it.each([
    ['in one go', following],
    ['one by one, where the channel knows no followers', scripted],
  ])('%s', async (_, channel) => {
    expect(await ask(channel([['00B0000000', '01 9000'], ['00B2000000', '02 9000'], ['00B4000000', '03 9000']]))).toEqual([['019000', '029000', '039000'], 3, 0]);
    expect(await ask(channel([['00B0000000', '6A82']]))).toEqual([['6a82', '6a82', '6a82'], 1, 0]);
    expect(await ask(channel([['00B0000000', '9000'], ['00B2000000', '6985']]))).toEqual([['9000', '6985', '6985'], 2, 0]);
    // An answer in parts is 9000 only when its last part is there: then the next command leaves.
    const parts = [['00B0000000', '01 6101'], ['00C0000001', '02 9000'], ['00B2000000', '9000'], ['00B4000000', '05 9000']] as const;
    expect(await ask(channel(parts))).toEqual([['01029000', '9000', '059000'], 4, 0]);
  });

  it('is lost with the command before it', async () => {
    const session = new CardSession({ atr: new Uint8Array(), transmit: () => Promise.reject(new ChannelError('CARD_REMOVED')), follow: () => Promise.resolve(undefined) });
    const first = session.send(command(0xb0));
    const second = session.follow(command(0xb2), first);
    await expect(first).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await expect(second).rejects.toMatchObject({ code: 'CARD_REMOVED' });
  });
});

describe('PermitApplication', () => {
  it.each([
    ['01', 'blank'],
    ['03', 'void'],
    ['05', 'activated'],
  ])('reads life cycle %s, version and buffer sizes', async (byte, lifeCycle) => {
    const session = new CardSession(scripted([selectLine(byte)]));
    const application = await PermitApplication.select(session);
    expect(application?.selected).toMatchObject({ lifeCycle, profile: 1, suite: 1 });
    expect(toHex(application?.selected.version ?? new Uint8Array())).toBe('80020100810101820101830103');
    expect(session.limits).toEqual({ extended: true, maxCommand: 0x480, maxResponse: 0x1100 });
    expect(session.commandCapacity).toBe(0x480 - 9);
  });

  it('selects a terminated card by its warning', async () => {
    const [command, answer] = selectLine('0C');
    const application = await PermitApplication.select(new CardSession(scripted([[command, answer.replace('9000', '6285')]])));
    expect(application?.selected.lifeCycle).toBe('terminated');
  });

  it('stays with short APDUs on a reader that has no extended length', async () => {
    const session = new CardSession(scripted([selectLine('05')], false));
    await PermitApplication.select(session);
    expect(session.limits).toEqual({ extended: false, maxCommand: 261, maxResponse: 258 });
  });

  it.each(['6A82', '6D00', '6E00', '6A86', '6700', '6F 08 84 06 A00000000301 9000'])('says of another card that it is none of ours: %s', async (answer) => {
    expect(await PermitApplication.select(new CardSession(scripted([['00A4040006F0575A52500100', answer]])))).toBeUndefined();
  });

  it.each([
    ['empty', '9000'],
    ['no TLV', 'FFFFFF9000'],
    ['unknown life cycle', selectLine('07')[1]],
    ['no buffer sizes', '6F 0D 84 06 F0575A525001 8A 01 05 A5 00 9000'],
  ])('takes no garbage for an FCI: %s', async (_, answer) => {
    await expect(PermitApplication.select(new CardSession(scripted([['00A4040006F0575A52500100', answer]])))).rejects.toMatchObject(invalid);
  });

  it('gets several objects at once, and only as asked', async () => {
    const select = async (answer: string): Promise<Map<number, Uint8Array>> => {
      const application = await PermitApplication.select(new CardSession(scripted([selectLine('05'), ['00CB3FFF 000004 5C02C2C6 10FE', answer]])));
      return application?.getData(files.permit.tag, files.endorsements.tag) ?? new Map();
    };
    expect([...(await select('C20101 C600 9000')).values()].map(toHex)).toEqual(['01', '']);
    await expect(select('C600 C20101 9000')).rejects.toMatchObject(invalid);
    await expect(select('C20101 9000')).rejects.toMatchObject(invalid);
    await expect(select('C20501 9000')).rejects.toMatchObject(invalid);
    await expect(select('6982')).rejects.toMatchObject({ code: 'CARD_STATUS', sw: 0x6982 });
  });

  it('reads a file longer than one answer in the largest steps, one byte overlapping', async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
    const part = (from: number, to: number, sw: string): string => toHex(bytes.slice(from, to)) + sw;
    const lines: [string, string][] = [['00B0840000', part(0, 256, '9000')], ['00B000FF00', part(255, 300, '6282')]];
    const application = await PermitApplication.select(new CardSession(scripted([selectLine('05'), ...lines], false)));
    expect(await application?.readFile('photo')).toEqual(bytes);
  });
});
