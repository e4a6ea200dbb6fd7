import { describe, expect, it } from 'vitest';
import { ATR, EmulatedCard, terminatedImage } from '../../src/emulator/index.js';
import { apdu, blank, contents, getData, issued, sender, sw } from './fixtures.js';
import { AID, chipAuthenticate, hex, reply, SELECT, type Send, SET_AT, type Sm, tlv, untlv, valueOf } from './mini-terminal.js';

function blankCard(): Send {
  const card = new EmulatedCard(blank());
  card.powerUp();
  return sender(card);
}

function flipped(command: Buffer, at: number, mask: number): Buffer {
  command.writeUInt8(command.readUInt8(at) ^ mask, at);
  return command;
}

function openChannel(send: Send, point: Uint8Array | undefined): Sm {
  if (point === undefined) throw new Error('no chip key');
  const sm = chipAuthenticate(send, point);
  if (typeof sm === 'number') throw new Error(`chip authentication ${sm.toString(16)}`);
  return sm;
}

describe('ATR and SELECT (permit-application.md 1, 4, 5)', () => {
  it('has the ATR of the specification with a right TCK', () => {
    expect(Buffer.from(ATR).toString('hex')).toBe('3b878131fe458031b87380014037');
    expect(ATR.slice(1).reduce((x, byte) => x ^ byte, 0)).toBe(0);
  });

  it('answers SELECT of the application with an FCI of life cycle, buffers and version', () => {
    const { data, sw: status } = reply(blankCard()(SELECT));
    expect(status).toBe(0x9000);
    expect(data.toString('hex')).toBe('6f258406f0575a5250018a01017f66080202048002021100a50d80020100810101820100830103');
  });

  it('selects by FID and path, with FCP or nothing', () => {
    const send = blankCard();
    expect(reply(send(apdu('00A40000', hex('3F00'), 256))).data.toString('hex')).toBe('620a82013883023f008a0101');
    expect(reply(send(apdu('00A40000', undefined, 256))).data.toString('hex')).toBe('620a82013883023f008a0101');
    expect(reply(send(apdu('00A4020C', hex('2F00')))).sw).toBe(0x9000);
    const directory = reply(send(apdu('00B00000', undefined, 256))).data;
    expect(valueOf(directory, 0x61, 0x4f)).toEqual(AID);
    expect(valueOf(reply(send(apdu('00A40800', hex('0F010106'), 256))).data, 0x62, 0x82).toString('hex')).toBe('044102800c');
    expect(valueOf(reply(send(apdu('00A40200', hex('0101'), 256))).data, 0x62, 0x88).toString('hex')).toBe('08');
    expect(valueOf(reply(send(apdu('00A40000', hex('0F01'), 256))).data, 0x62, 0x84)).toEqual(AID);
  });

  it.each([
    ['unknown AID', '00A4040006F0575A52500900', '6a82'],
    ['a part of the AID', '00A4040005F0575A525000', '6a82'],
    ['a FID of three bytes', '00A4000003099900', '6700'],
    ['unknown file', '00A40000020999', '6a82'],
    ['a path through a file', '00A40800042F000101', '6a82'],
    ['next occurrence', '00A4040206F0575A525001', '6a86'],
    ['unknown INS', '00200001', '6d00'],
    ['unknown CLA', 'A0A40000', '6e00'],
    ['CLA FF', 'FFCA0000', '6e00'],
    ['Lc that does not fit', '00A4040006F057', '6700'],
    ['three bytes', '00A404', '6700'],
    ['GET RESPONSE of nothing', '00C0000000', '6985'],
    ['READ BINARY without a file', '00B0000000', '6986'],
    ['GET DATA outside the application', '00CB3FFF035C01C100', '6a88'],
    ['INITIALIZE UPDATE outside the application', '80503000080102030405060708', '6985'],
    ['PUT DATA in plain', '00DB3FFF03C50100', '6982'],
    ['secure messaging without a channel', '0CB0000000', '6882'],
    ['chaining of SELECT', '10A4040006F0575A525001', '6884'],
  ])('refuses %s', (_, command, expected) => {
    expect(sw(blankCard(), hex(command))).toBe(expected);
  });

  it('refuses a command beyond its buffer', () => {
    expect(sw(blankCard(), apdu('00A40400', Buffer.alloc(0x480), 256))).toBe('6700');
  });
});

describe('a void card (permit-application.md 3)', () => {
  it('reads factory files only, and proves nothing', () => {
    const send = blankCard();
    send(SELECT);
    expect(reply(send(apdu('00CB3FFF', getData(0xc1), 256))).data.toString('hex')).toBe('c10d80020100810101820100830103');
    for (const tag of [0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xdc]) expect(sw(send, apdu('00CB3FFF', getData(tag), 256))).toBe('6985');
    expect(sw(send, apdu('00B08800', undefined, 256))).toBe('6985');
    expect(sw(send, SET_AT)).toBe('6985');
    expect(sw(send, hex('84E20000020102'))).toBe('6982');
    expect(sw(send, hex('80E20000020102'))).toBe('6982');
  });
});

describe('a terminated card', () => {
  it('answers SELECT with 6285 and nothing else', () => {
    const card = new EmulatedCard(terminatedImage(blank()));
    card.powerUp();
    const send = sender(card);
    expect(sw(send, SELECT)).toBe('6285');
    expect(valueOf(reply(send(SELECT)).data, 0x6f, 0x8a).toString('hex')).toBe('0c');
    expect(sw(send, apdu('00CB3FFF', getData(0xc1), 256))).toBe('6985');
    expect(sw(send, apdu('80503000', Buffer.alloc(8), 256))).toBe('6985');
  });
});

describe('reading an issued card', () => {
  const { send } = issued();

  it('gives the free objects in the asked order in one extended answer', () => {
    const { data } = reply(send(apdu('00CB3FFF', getData(0xc8, 0xc2, 0xc6), 65_536, true)));
    expect(untlv(data).map(({ tag }) => tag)).toEqual([0xc8, 0xc2, 0xc6]);
    expect(valueOf(data, 0xc8)).toEqual(contents.sod);
    expect(valueOf(data, 0xc6)).toHaveLength(0);
  });

  it('gives a long answer in parts by 61xx', () => {
    const first = reply(send(apdu('00CB3FFF', getData(0xc8), 256)));
    expect(first.sw).toBe(0x6100);
    const parts = [first.data];
    for (let left = first.sw; left >> 8 === 0x61; ) {
      const next = reply(send(apdu('00C00000', undefined, left & 255)));
      parts.push(next.data);
      left = next.sw;
    }
    expect(valueOf(Buffer.concat(parts), 0xc8)).toEqual(contents.sod);
    expect(sw(send, hex('00C0000000'))).toBe('6985');
  });

  it('takes a chained GET DATA, and refuses another command inside the chain', () => {
    const list = getData(0xc1);
    expect(sw(send, apdu('10CB3FFF', list.subarray(0, 1)))).toBe('9000');
    expect(reply(send(apdu('00CB3FFF', list.subarray(1), 256))).data[0]).toBe(0xc1);
    expect(sw(send, apdu('10CB3FFF', list.subarray(0, 1)))).toBe('9000');
    expect(sw(send, hex('00B0810000'))).toBe('6883');
    expect(sw(send, hex('00B0810000'))).toBe('9000');
  });

  it.each([
    ['the first bytes', '00B0880004', '9000', 4],
    ['up to what there is', '00B08100FF', '6282', 13],
    ['with the maximum Le', '00B0810000', '9000', 13],
    ['from an offset', '00B0810A00', '9000', 3],
    ['at the end', '00B0810D00', '6b00', 0],
    ['beyond the end', '00B08120 00', '6b00', 0],
    ['a record file', '00B0860000', '6981', 0],
    ['an unknown SFI', '00B0890000', '6a82', 0],
    ['bits that mean nothing', '00B0E10000', '6a86', 0],
    ['a locked file', '00B0830000', '6982', 0],
  ])('READ BINARY %s', (_, command, status, length) => {
    const { data, sw: got } = reply(send(hex(command)));
    expect([got.toString(16), data.length]).toEqual([status, length]);
  });

  it.each([
    ['GET DATA of a locked object', '00CB3FFF045C02C1C300', '6982'],
    ['GET DATA of an unknown object', '00CB3FFF035C01CA00', '6a88'],
    ['GET DATA without a tag list', '00CB3FFF025C0000', '6a80'],
    ['GET DATA of another DF', '00CB2FFF035C01C100', '6a86'],
    ['GET DATA with nonsense', '00CB3FFF025C0900', '6a80'],
    ['READ RECORD of none', '00B2013400', '6a83'],
    ['READ RECORD of a transparent file', '00B2010C00', '6981'],
    ['INITIALIZE UPDATE', '80503000080102030405060708', '6985'],
    ['EXTERNAL AUTHENTICATE', '8482330010' + '00'.repeat(16), '6985'],
    ['GENERATE', '8446000008' + '00'.repeat(8), '6985'],
    ['STORE DATA', '84E2000008' + '00'.repeat(8), '6985'],
    ['ACTIVATE', '8444000008' + '00'.repeat(8), '6985'],
    ['GENERAL AUTHENTICATE without MSE', '0086000000', '6985'],
    ['MSE of another protocol', '002241A40F800A04007F00070202030201840101', '6a80'],
    ['MSE of another key', '002241A40F800A04007F00070202030202840102', '6a88'],
    ['MSE of another kind', '002241B60F800A04007F00070202030202840101', '6a86'],
  ])('%s is refused', (_, command, expected) => {
    expect(sw(send, hex(command))).toBe(expected);
  });
});

describe('chip authentication and secure messaging (chip-authentication.md)', () => {
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

  it('opens the locked files, in the longest answers and the shortest', () => {
    const { send, points } = issued();
    const sm = openChannel(send, points[0]);
    const { data } = sm.command('00CB3FFF', getData(0xc3, 0xc5, 0xc9), 65_536, true);
    expect(valueOf(data, 0xc3)).toEqual(contents.holder);
    expect(valueOf(data, 0xc5)).toEqual(contents.residence);
    expect(valueOf(data, 0xc9).toString('hex')).toBe('9004000000019104000000009204000000059303261124');
    const parts: Buffer[] = [];
    for (let at = 0; at < contents.photo.length; ) {
      const header = at === 0 ? '00B08400' : `00B0${at.toString(16).padStart(4, '0')}`;
      const part = sm.command(header, Buffer.alloc(0), 65_536, true);
      parts.push(part.data);
      at += part.data.length;
    }
    expect(parts).toHaveLength(3);
    expect(Buffer.concat(parts)).toEqual(contents.photo);
    expect(sm.command('00B08300', Buffer.alloc(0), 256).data).toEqual(contents.holder.subarray(0, 223));
  });

  it('answers 6700 when the answer does not fit, and closes', () => {
    const { send, points } = issued();
    const sm = openChannel(send, points[0]);
    expect(sm.command('00CB3FFF', getData(0xc4), 65_536, true).sw).toBe(0x6700);
    expect(reply(send(sm.wrap('00B08300', Buffer.alloc(0), 256))).sw).toBe(0x6882);
  });

  it.each([
    ['a flipped bit of the MAC', (command: Buffer): Buffer => flipped(command, command.length - 2, 1), '6988'],
    ['another header', (command: Buffer): Buffer => flipped(command, 2, 0x01), '6988'],
    ['no MAC', (): Buffer => apdu('0CB08300', tlv(0x97, Buffer.of(0)), 256), '6987'],
    ['a foreign object', (): Buffer => apdu('0CB08300', Buffer.concat([tlv(0x53, Buffer.of(0)), tlv(0x8e, Buffer.alloc(8))]), 256), '6988'],
    ['no objects at all', (): Buffer => hex('0CB0830000'), '6987'],
  ])('dies in plain of %s', (_, spoil, expected) => {
    const { send, points } = issued();
    const sm = openChannel(send, points[0]);
    expect(sw(send, spoil(sm.wrap('00B08300', Buffer.alloc(0), 256)))).toBe(expected);
    expect(sw(send, sm.wrap('00B08300', Buffer.alloc(0), 256))).toBe('6882');
  });

  it('refuses a replay, ends by a plain command and by a power-down', () => {
    const { card, send, points } = issued();
    const replayed = openChannel(send, points[0]);
    const command = replayed.wrap('00B08300', Buffer.alloc(0), 256);
    expect(sw(send, command)).toBe('9000');
    expect(sw(send, command)).toBe('6988');
    const plain = openChannel(send, points[0]);
    send(hex('00B0810000'));
    expect(sw(send, plain.wrap('00B08300', Buffer.alloc(0), 256))).toBe('6882');
    const cut = openChannel(send, points[0]);
    card.powerUp();
    send(SELECT);
    expect(sw(send, cut.wrap('00B08300', Buffer.alloc(0), 256))).toBe('6882');
  });

  it('lets a refused command close the channel under its own protection', () => {
    const { send, points } = issued();
    const sm = openChannel(send, points[0]);
    expect(sm.command('00B20134', Buffer.alloc(0), 256).sw).toBe(0x6a83);
    expect(sw(send, sm.wrap('00B08300', Buffer.alloc(0), 256))).toBe('6882');
  });
});

describe('PUT DATA (permit-application.md 6)', () => {
  const put = (sm: Sm, tag: number, counter: number, object: Uint8Array): number => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(counter);
    return sm.command('00DB3FFF', tlv(tag, tlv(0x90, value), tlv(0x53, object))).sw;
  };

  it('replaces an object and its counter, and never goes back', () => {
    const { send, points } = issued();
    const sm = openChannel(send, points[0]);
    for (const [counter, fill] of [[2, 1], [3, 2], [9, 3]] as const) {
      expect(put(sm, 0xc5, counter, Buffer.alloc(700 + fill, fill))).toBe(0x9000);
      const { data } = sm.command('00CB3FFF', getData(0xc5, 0xc9), 65_536, true);
      expect(valueOf(data, 0xc5)).toEqual(Buffer.alloc(700 + fill, fill));
      expect(valueOf(data, 0xc9, 0x90).readUInt32BE(0)).toBe(counter);
    }
    expect(put(sm, 0xc7, 6, Buffer.alloc(10, 7))).toBe(0x9000);
    expect(put(sm, 0xc5, 9, Buffer.alloc(10))).toBe(0x6985);
  });

  it('keeps the last twelve endorsements, newest first', () => {
    const { send, points } = issued();
    const sm = openChannel(send, points[0]);
    for (let i = 1; i <= 15; i++) expect(put(sm, 0xc6, i, Buffer.alloc(100 + i, i))).toBe(0x9000);
    expect(reply(send(hex('00B2013400'))).data).toEqual(Buffer.alloc(115, 15));
    expect(reply(send(hex('00B20C3400'))).data).toEqual(Buffer.alloc(104, 4));
    expect(sw(send, hex('00B20D3400'))).toBe('6a83');
    expect(sw(send, hex('00B2013401'))).toBe('6c73');
    expect(valueOf(reply(send(apdu('00CB3FFF', getData(0xc6), 256))).data, 0xc6)).toEqual(Buffer.alloc(115, 15));
  });

  it.each([
    ['too large', 0xc6, 641, 0x6a84],
    ['empty', 0xc5, 0, 0x6a80],
    ['unknown', 0xc2, 10, 0x6a88],
  ])('refuses an object that is %s', (_, tag, length, expected) => {
    const { send, points } = issued();
    expect(put(openChannel(send, points[0]), tag, 100, Buffer.alloc(length))).toBe(expected);
  });
});
