import { describe, expect, it } from 'vitest';
import type { NativeReader } from '../../../drivers/pcsc/binding.js';
import { NativeChannel } from '../../../drivers/pcsc/native-channel.js';

const select = Uint8Array.of(0, 0xa4, 4, 0);
const readBinary = Uint8Array.of(0, 0xb0, 0, 0, 0);
const done = Uint8Array.of(0x90, 0x00);
const notTransacted = new Error('SCardTransmit error: Transaction failed.(0x80100016)');
const noCard = new Error('SCardConnect error: No smart card inserted.(0x8010000c)');

type Answer = Error | Uint8Array;

/** Answers of PC/SC that a healthy stack gives too seldom for a test: the rest of the driver's tests run over the real one. */
const scripted = (script: { connects?: (Error | number | undefined)[]; transmits?: Answer[]; disconnects?: (Error | null)[] }) => {
  const calls: string[] = [];
  const connects = script.connects ?? [];
  const reader: NativeReader = {
    name: 'scripted',
    connected: true,
    on: () => reader,
    connect: ({ share_mode }, answer) => {
      calls.push(`connect ${share_mode}`);
      const next = connects.length > 0 ? connects.shift() : 2;
      if (next instanceof Error) answer(next);
      else answer(null, next);
    },
    transmit: (_data, responseLength, protocol, answer) => {
      calls.push(`transmit ${responseLength} ${protocol}`);
      const next = script.transmits?.shift() ?? done;
      if (next instanceof Error) answer(next);
      else answer(null, next);
    },
    disconnect: (disposition, answer) => {
      calls.push(`disconnect ${disposition}`);
      answer(script.disconnects?.shift() ?? null);
    },
  };
  return { reader, calls };
};

describe('a connection of the binding', () => {
  it('is exclusive, leaves room for the longest response and says what becomes of the card', async () => {
    const { reader, calls } = scripted({});
    const channel = await NativeChannel.open(reader);
    expect(await channel.transmit(select)).toEqual(done);
    await channel.close('leave');
    expect(calls).toEqual(['connect 1', 'transmit 65538 2', 'disconnect 0']);
  });

  it('sends a first SELECT again when it failed right after the insertion', async () => {
    const { reader, calls } = scripted({ transmits: [notTransacted, done] });
    const channel = await NativeChannel.open(reader);
    expect(await channel.transmit(select)).toEqual(done);
    expect(calls).toEqual(['connect 1', 'transmit 65538 2', 'disconnect 1', 'connect 1', 'transmit 65538 2']);
  });

  it.each([
    ['another first command', [notTransacted, done], [readBinary]],
    ['a later SELECT', [done, notTransacted, done], [select, select]],
  ])('never sends %s twice', async (_what, transmits, commands) => {
    const { reader, calls } = scripted({ transmits });
    const channel = await NativeChannel.open(reader);
    const last = commands.pop()!;
    for (const command of commands) await channel.transmit(command);
    await expect(channel.transmit(last)).rejects.toMatchObject({ reason: { code: 'CARD_SILENT' } });
    expect(calls.filter((call) => call.startsWith('transmit'))).toHaveLength(commands.length + 1);
  });

  it('asks by a new connection whether a failed card is mute or gone', async () => {
    const { reader } = scripted({ connects: [2, noCard], transmits: [done, notTransacted] });
    const channel = await NativeChannel.open(reader);
    await channel.transmit(select);
    await expect(channel.transmit(select)).rejects.toMatchObject({ reason: { code: 'CARD_REMOVED' } });
  });

  it.each([[new Uint8Array()], [Uint8Array.of(0x90)]])('takes success with %j for a card that was pulled', async (response) => {
    const { reader } = scripted({ transmits: [response] });
    await expect((await NativeChannel.open(reader)).transmit(select)).rejects.toMatchObject({ reason: { code: 'CARD_REMOVED' } });
  });

  it('does not believe a connect that did nothing, since an earlier disconnect failed', async () => {
    const { reader } = scripted({ connects: [undefined] });
    await expect(NativeChannel.open(reader)).rejects.toMatchObject({ reason: { contextLost: true } });
  });

  it('tells when PC/SC refuses to disconnect: the native object is spoilt', async () => {
    const { reader } = scripted({ disconnects: [new Error('SCardDisconnect error: Invalid handle.(0x80100003)')] });
    const channel = await NativeChannel.open(reader);
    await expect(channel.close('reset')).rejects.toMatchObject({ reason: { contextLost: true } });
  });
});
