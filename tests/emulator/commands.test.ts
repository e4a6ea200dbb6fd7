import { describe, expect, it } from 'vitest';
import { ATR, EmulatedCard } from '../../src/emulator/index.js';
import { apdu, blank, contents, getData, issued, sender, sw } from './fixtures.js';
import { AID, hex, reply, SELECT, type Send, SET_AT, untlv, valueOf } from './mini-terminal.js';

function blankCard(): Send {
  const card = new EmulatedCard(blank());
  card.powerUp();
  return sender(card);
}

describe('ATR and SELECT (permit-application.md 1, 4, 5)', () => {
  it('has the ATR of the specification with a right TCK', () => {
    expect(Buffer.from(ATR).toString('hex')).toBe('3b878131fe458031b87380014037');
    expect(ATR.slice(1).reduce((x, byte) => x ^ byte, 0)).toBe(0);
  });

  it('answers SELECT of the application with an FCI of life cycle, buffers and version', () => {
    const { data, sw: status } = reply(blankCard()(SELECT));
    expect(status).toBe(0x9000);
    expect(data.toString('hex')).toBe('6f258406f0575a5250018a01017f66080202048002021100a50d80020100810101820101830103');
  });

  it('selects by FID and path, with FCP or nothing', () => {
    const send = blankCard();
    expect(reply(send(apdu('00A40000', hex('3F00'), 256))).data.toString('hex')).toBe('620a82013883023f008a0101');
    expect(reply(send(apdu('00A40000', undefined, 256))).data.toString('hex')).toBe('620a82013883023f008a0101');
    expect(reply(send(apdu('00A4020C', hex('2F00')))).sw).toBe(0x9000);
    const directory = reply(send(apdu('00B00000', undefined, 256))).data;
    expect(valueOf(directory, 0x61, 0x4f)).toEqual(AID);
    expect(valueOf(reply(send(apdu('00A40800', hex('0F010106'), 256))).data, 0x62, 0x82).toString('hex')).toBe('044102800c');
    expect(valueOf(reply(send(apdu('00A40200', hex('0107'), 256))).data, 0x62, 0x82).toString('hex')).toBe('044102800c');
    expect(valueOf(reply(send(apdu('00A40200', hex('010A'), 256))).data, 0x62, 0x82).toString('hex')).toBe('0441002020');
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
    ['unknown INS', '00120001', '6d00'],
    ['VERIFY in plain', '0020000106313233343536', '6982'],
    ['CHANGE REFERENCE DATA in plain', '0024010106313233343536', '6982'],
    ['RESET RETRY COUNTER in plain', '002C0301', '6982'],
    ['MSE:SET DST in plain', '002281B60F830D434E575A544553543030303031', '6982'],
    ['MSE:SET AT of terminal authentication in plain', '002281A400', '6982'],
    ['PSO:VERIFY CERTIFICATE in plain', '002A00BE', '6982'],
    ['GET CHALLENGE in plain', '0084000008', '6982'],
    ['EXTERNAL AUTHENTICATE in plain', '00820000', '6982'],
    ['INTERNAL AUTHENTICATE in plain', '00880000', '6982'],
    ['TERMINATE DF in plain', '00E60000', '6982'],
    ['chaining of PSO in plain', '102A00BE', '6884'],
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
    expect(reply(send(apdu('00CB3FFF', getData(0xc1), 256))).data.toString('hex')).toBe('c10d80020100810101820101830103');
    for (const tag of [0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xdc]) expect(sw(send, apdu('00CB3FFF', getData(tag), 256))).toBe('6985');
    expect(sw(send, apdu('00B08800', undefined, 256))).toBe('6985');
    expect(sw(send, SET_AT)).toBe('6985');
    expect(sw(send, hex('84E20000020102'))).toBe('6982');
    expect(sw(send, hex('80E20000020102'))).toBe('6982');
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
    ['Services', '00B0870000', '6982', 0],
    ['the access log', '00B08A0000', '6982', 0],
    ['bits that mean nothing', '00B0E10000', '6a86', 0],
    ['a locked file', '00B0830000', '6982', 0],
  ])('READ BINARY %s', (_, command, status, length) => {
    const { data, sw: got } = reply(send(hex(command)));
    expect([got.toString(16), data.length]).toEqual([status, length]);
  });

  it.each([
    ['GET DATA of a locked object', '00CB3FFF045C02C1C300', '6982'],
    ['GET DATA of an unknown object', '00CB3FFF035C01CB00', '6a88'],
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
    ['GET DATA of the access log', '00CB3FFF035C01CA00', '6982'],
    ['MSE of another kind', '002241B60F800A04007F00070202030202840101', '6a86'],
  ])('%s is refused', (_, command, expected) => {
    expect(sw(send, hex(command))).toBe(expected);
  });
});
