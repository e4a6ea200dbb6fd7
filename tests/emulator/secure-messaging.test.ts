import { describe, expect, it } from 'vitest';
import { apdu, channel, contents, expectOk, getData, issued, session, sw } from './fixtures.js';
import { hex, reply, SELECT, type Send, SET_AT, type Sm, tlv, valueOf } from './mini-terminal.js';

const nothing = Buffer.alloc(0);
const readPermit = (sm: Sm): Buffer => sm.wrap('00B08200', nothing, 256);

function flipped(command: Buffer, at: number, mask: number): Buffer {
  command.writeUInt8(command.readUInt8(at) ^ mask, at);
  return command;
}

/** The channel is gone: the next command of the terminal finds none. */
const expectClosed = (send: Send, sm: Sm): void => expect(sw(send, readPermit(sm))).toBe('6882');

describe('chip authentication (chip-authentication.md 1)', () => {
  it('refuses points that are not on the curve, and needs MSE immediately before', () => {
    const { send } = issued();
    const ephemeral = (point: Uint8Array): Buffer => apdu('00860000', tlv(0x7c, tlv(0x80, point)), 256);
    const bad = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 5)]);
    for (const point of [bad, Buffer.of(0), Buffer.alloc(65, 0)]) {
      expect(sw(send, SET_AT)).toBe('9000');
      expect(sw(send, ephemeral(point))).toBe('6a80');
    }
    expect(sw(send, SET_AT)).toBe('9000');
    send(hex('00B0810000'));
    expect(sw(send, ephemeral(bad))).toBe('6985');
  });

  it('names its trust point, and opens nothing but C9 by itself', () => {
    const on = issued();
    const sm = channel(on);
    expect(sm.trustPoints).toEqual(['CNWZTEST00001']);
    expect(valueOf(expectOk(sm.command('00CB3FFF', getData(0xc9), 256)), 0xc9).toString('hex')).toBe('90040000000191040000000092040000000593032611249400' + '9501ff');
    expect(sm.command('00B08300', nothing, 256).sw).toBe(0x6982);
  });

  it('is not opened inside another one', () => {
    for (const [header, data] of [['002241A4', SET_AT.subarray(5)], ['00860000', tlv(0x7c)], ['00C00000', nothing]] as const) {
      const on = issued();
      const sm = channel(on);
      expect(sm.command(header, data, 256).sw).toBe(0x6882);
      expectClosed(on.send, sm);
    }
  });
});

describe('secure messaging (chip-authentication.md 2)', () => {
  it('reads the locked files in the longest answers and the shortest', () => {
    const sm = session(issued(), ['inspect']);
    const { data } = sm.command('00CB3FFF', getData(0xc3, 0xc5), 65_536, true);
    expect(valueOf(data, 0xc3)).toEqual(contents.holder);
    expect(valueOf(data, 0xc5)).toEqual(contents.residence);
    const parts: Buffer[] = [];
    for (let at = 0; at < contents.photo.length; ) {
      const header = at === 0 ? '00B08400' : `00B0${at.toString(16).padStart(4, '0')}`;
      const part = sm.command(header, nothing, 65_536, true);
      parts.push(part.data);
      at += part.data.length;
    }
    expect(parts).toHaveLength(3);
    expect(Buffer.concat(parts)).toEqual(contents.photo);
    expect(sm.command('00B08300', nothing, 256).data).toEqual(contents.holder.subarray(0, 223));
  });

  it('answers 6700 when the answer does not fit, and closes', () => {
    const on = issued();
    const sm = session(on, ['inspect']);
    expect(sm.command('00CB3FFF', getData(0xc4), 65_536, true).sw).toBe(0x6700);
    expectClosed(on.send, sm);
    const withoutLe = channel(on);
    expect(withoutLe.command('00CB3FFF', getData(0xc2)).sw).toBe(0x6700);
  });

  it.each([
    ['a flipped bit of the MAC', (command: Buffer): Buffer => flipped(command, command.length - 2, 1), '6988'],
    ['another header', (command: Buffer): Buffer => flipped(command, 2, 0x01), '6988'],
    ['another Le', (command: Buffer): Buffer => flipped(command, 7, 0x10), '6988'],
    ['no MAC', (): Buffer => apdu('0CB08200', tlv(0x97, Buffer.of(0)), 256), '6987'],
    ['a foreign object', (): Buffer => apdu('0CB08200', Buffer.concat([tlv(0x53, Buffer.of(0)), tlv(0x8e, Buffer.alloc(8))]), 256), '6988'],
    ['an object twice', (command: Buffer): Buffer => apdu('0CB08200', Buffer.concat([tlv(0x97, Buffer.of(0)), command.subarray(5, -1)]), 256), '6988'],
    ['objects in another order', (command: Buffer): Buffer => apdu('0CB08200', Buffer.concat([command.subarray(8, -1), command.subarray(5, 8)]), 256), '6988'],
    ['a MAC of four bytes', (command: Buffer): Buffer => apdu('0CB08200', Buffer.concat([command.subarray(5, 8), tlv(0x8e, command.subarray(10, 14))]), 256), '6988'],
    ['objects cut short', (command: Buffer): Buffer => apdu('0CB08200', command.subarray(5, -2), 256), '6988'],
    ['no objects at all', (): Buffer => hex('0CB0820000'), '6987'],
  ])('dies in plain of %s', (_, spoil, expected) => {
    const { send, ...on } = issued();
    const sm = channel({ send, ...on });
    expect(sw(send, spoil(readPermit(sm)))).toBe(expected);
    expectClosed(send, sm);
  });

  it('dies of a changed cryptogram, a truncated one and one whose padding is wrong', () => {
    for (const spoil of [(c: Buffer): Buffer => flipped(c, 10, 1), (c: Buffer): Buffer => apdu('0CCB3FFF', Buffer.concat([tlv(0x85, c.subarray(7, 15)), c.subarray(23, -1)]), 256)]) {
      const on = issued();
      const sm = channel(on);
      expect(sw(on.send, spoil(sm.wrap('00CB3FFF', getData(0xc2), 256)))).toBe('6988');
      expectClosed(on.send, sm);
    }
  });

  it('dies of a replay, of two commands in the wrong order, and of a counter that left one out', () => {
    const on = issued();
    const replayed = channel(on);
    const command = readPermit(replayed);
    expect(sw(on.send, command)).toBe('9000');
    expect(sw(on.send, command)).toBe('6988');
    const reordered = channel(on);
    const first = readPermit(reordered);
    const second = readPermit(reordered);
    expect(sw(on.send, second)).toBe('6988');
    expect(sw(on.send, first)).toBe('6882');
    const skipping = channel(on);
    readPermit(skipping);
    expect(sw(on.send, readPermit(skipping))).toBe('6988');
  });

  it('takes no command of an earlier channel', () => {
    const on = issued();
    const old = channel(on);
    const command = readPermit(old);
    const fresh = channel(on);
    expect(sw(on.send, command)).toBe('6988');
    expectClosed(on.send, fresh);
  });

  it('ends by a plain command, by SELECT of another application and by a power-down, and its rights with it', () => {
    const on = issued();
    const endings: readonly ((sm: Sm) => unknown)[] = [
      () => on.send(hex('00B0810000')),
      () => on.send(hex('00C0000000')),
      () => on.send(hex('FFCA0000')),
      () => on.send(hex('00A4')),
      () => on.send(hex('8050300008' + '00'.repeat(8))),
      (sm) => sm.command('00A40000', hex('3F00'), 256),
      () => {
        on.card.powerUp();
        on.send(SELECT);
      },
    ];
    for (const end of endings) {
      const sm = session(on, ['inspect', 'manage']);
      expect(sm.command('00B08300', nothing, 256).sw).toBe(0x9000);
      end(sm);
      expectClosed(on.send, sm);
      expect(channel(on).command('00B08300', nothing, 256).sw).toBe(0x6982);
    }
  });

  it('goes on after SELECT of the same application and of its files', () => {
    const sm = session(issued(), ['inspect']);
    expect(sm.command('00A40400', hex('F0575A525001'), 256).sw).toBe(0x9000);
    expect(sm.command('00A4020C', hex('0103')).sw).toBe(0x9000);
    expect(sm.command('00B00000', nothing, 256).data).toEqual(contents.holder.subarray(0, 223));
  });

  it('lets a refused command close the channel under its own protection', () => {
    const on = issued();
    const sm = channel(on);
    expect(sm.command('00B20134', nothing, 256).sw).toBe(0x6a83);
    expectClosed(on.send, sm);
  });

  it('joins a chain before it unwraps, and ends with a chain that is broken off', () => {
    const on = issued();
    const sm = session(on, ['endorse']);
    const object = (counter: number): Buffer => tlv(0xc6, tlv(0x90, Buffer.of(0, 0, 0, counter)), tlv(0x53, Buffer.alloc(600, counter)));
    expect(sm.chained('00DB3FFF', object(1)).sw).toBe(0x9000);
    expect(sm.command('00CB3FFF', getData(0xc6), 65_536, true).data.subarray(-600)).toEqual(Buffer.alloc(600, 1));
    const whole = sm.wrap('00DB3FFF', object(2), undefined, true);
    expect(sw(on.send, apdu('1CDB3FFF', whole.subarray(7, 207)))).toBe('9000');
    expect(sw(on.send, readPermit(sm))).toBe('6883');
    expectClosed(on.send, sm);
    expect(reply(on.send(apdu('00B20134', undefined, 65_536, true))).data).toEqual(Buffer.alloc(600, 1));
    expect(sw(on.send, hex('00B2023400'))).toBe('6a83');
    expect(sw(on.send, apdu('1CB03FFF', Buffer.alloc(4)))).toBe('6884');
  });
});
