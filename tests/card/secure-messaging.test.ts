import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CardError, SecureMessaging, aesBlock, aesCbcEncrypt, pad } from '../../src/card/index.js';
import { aesCmac } from '../../src/node-crypto/index.js';
import { concat, decodeCommand, encodeTlv, fromHex, parseTlv, toHex } from '../../src/iso7816/index.js';

const enc = fromHex('000102030405060708090a0b0c0d0e0f');
const mac = fromHex('101112131415161718191a1b1c1d1e1f');
const ssc = (n: number): Uint8Array => Uint8Array.from([...new Array<number>(15).fill(0), n]);
const readBinary = { cla: 0, ins: 0xb0, p1: 0x83, p2: 0, ne: 256 };
const getData = { cla: 0, ins: 0xcb, p1: 0x3f, p2: 0xff, data: fromHex('5c01c2'), ne: 4000 };

/** An answer as the card makes it, at counter value 2, from its objects before the MAC. */
const protect = (objects: Uint8Array): Uint8Array => concat(objects, encodeTlv(0x8e, aesCmac(mac, concat(ssc(2), pad(objects))).slice(0, 8)));
const cryptogram = (plain: Uint8Array): Uint8Array => aesCbcEncrypt(enc, aesBlock(enc, ssc(2)), pad(plain));
const status = (sw: string): Uint8Array => encodeTlv(0x99, fromHex(sw));
const dataObject = (plain: Uint8Array): Uint8Array => encodeTlv(0x87, concat(Uint8Array.of(1), cryptogram(plain)));

function opened(command: typeof readBinary | typeof getData = readBinary): SecureMessaging {
  const channel = new SecureMessaging(enc, mac);
  channel.wrap(command);
  return channel;
}

describe('SecureMessaging (ICAO Doc 9303-11 9.8)', () => {
  it('protects a command by 85 or 87, 97 and 8E over the padded header', () => {
    const channel = new SecureMessaging(enc, mac);
    const command = decodeCommand(channel.wrap(getData));
    expect([command.cla, command.ins, command.ne]).toEqual([0x0c, 0xcb, 65536]);
    const [data, le, check] = parseTlv(command.data ?? new Uint8Array());
    expect([data?.tag, le?.tag, check?.tag]).toEqual([0x85, 0x97, 0x8e]);
    expect(toHex(le?.value ?? new Uint8Array())).toBe('0fa0');
    // Not by the product's own AES: one block is one raw cipher call.
    const iv = createCipheriv('aes-128-ecb', enc, null).setAutoPadding(false).update(ssc(1));
    const expected = createCipheriv('aes-128-cbc', enc, iv).setAutoPadding(false).update(fromHex('5c01c280000000000000000000000000'));
    expect(toHex(data?.value ?? new Uint8Array())).toBe(toHex(expected));
  });

  it('sends short where data and Le allow it', () => {
    const bytes = new SecureMessaging(enc, mac).wrap(readBinary);
    expect(toHex(bytes)).toMatch(/^0cb083000d9701008e08.{16}00$/);
  });

  it('takes data and status of a right answer', () => {
    const plain = Uint8Array.of(1, 2, 3);
    expect(opened().unwrap({ data: protect(concat(dataObject(plain), status('9000'))), sw: 0x9000 })).toEqual({ data: plain, sw: 0x9000 });
    expect(opened().unwrap({ data: protect(status('9000')), sw: 0x9000 }).data.length).toBe(0);
  });

  it('goes on after a warning and is over after an error status', () => {
    const warned = opened();
    expect(warned.unwrap({ data: protect(status('6282')), sw: 0x6282 }).sw).toBe(0x6282);
    expect(warned.open).toBe(true);
    const refused = opened();
    expect(refused.unwrap({ data: protect(status('6a82')), sw: 0x6a82 }).sw).toBe(0x6a82);
    expect(refused.open).toBe(false);
    expect(() => refused.wrap(readBinary)).toThrow(RangeError);
  });

  /** The answer to the channel's nth command, whatever it was. */
  const answerNth = (n: number, sw: string): { data: Uint8Array; sw: number } => {
    const body = status(sw);
    return { data: concat(body, encodeTlv(0x8e, aesCmac(mac, concat(ssc(2 * n), pad(body))).slice(0, 8))), sw: Number.parseInt(sw, 16) };
  };
  const verify = (p2: number): Parameters<SecureMessaging['wrap']>[0] => ({ cla: 0, ins: 0x20, p1: 0, p2, data: new Uint8Array(6) });
  const openAfter = (command: Parameters<SecureMessaging['wrap']>[0], sw: string): boolean => {
    const channel = new SecureMessaging(enc, mac);
    channel.wrap(command);
    expect(channel.unwrap(answerNth(1, sw)).sw).toBe(Number.parseInt(sw, 16));
    return channel.open;
  };

  it.each(['63c2', '63c1', '63c0', '6282', '6c20'])('stays open after %s, as the card does', (sw) => {
    expect(openAfter(verify(1), sw)).toBe(true);
  });
  it.each(['6300', '63d2', '6983', '6984', '6a80', '6982', '6985', '6f00'])('is over after %s', (sw) => {
    expect(openAfter(verify(1), sw)).toBe(false);
  });

  it('is over after the 6300 of a certificate or signature', () => {
    expect(openAfter({ cla: 0, ins: 0x2a, p1: 0, p2: 0xbe, data: new Uint8Array(8) }, '6300')).toBe(false);
    expect(openAfter({ cla: 0, ins: 0x82, p1: 0, p2: 0, data: new Uint8Array(8) }, '6300')).toBe(false);
  });

  it('stays open after four wrong CANs in a session, also with others in between, and is over with the fifth (access.md 5)', () => {
    const channel = new SecureMessaging(enc, mac);
    const seen = ['6300', '9000', '6300', '6300', '63c2', '6300', '6300'].map((sw, i) => {
      channel.wrap(verify(sw === '63c2' ? 1 : 2));
      channel.unwrap(answerNth(i + 1, sw));
      return channel.open;
    });
    expect(seen).toEqual([true, true, true, true, true, true, false]);
    expect(() => channel.wrap(verify(2))).toThrow(RangeError);
  });

  const good = concat(dataObject(Uint8Array.of(1)), status('9000'));
  it.each<readonly [string, Uint8Array, number]>([
    ['a plain status', new Uint8Array(), 0x9000],
    ['a plain error', new Uint8Array(), 0x6987],
    ['no MAC', good, 0x9000],
    ['no status object', protect(dataObject(Uint8Array.of(1))), 0x9000],
    ['another outer status', protect(good), 0x6a82],
    ['objects out of order', protect(concat(status('9000'), dataObject(Uint8Array.of(1)))), 0x9000],
    ['an object twice', protect(concat(status('9000'), status('9000'))), 0x9000],
    ['an object too many', concat(protect(good), encodeTlv(0x80, Uint8Array.of(1))), 0x9000],
    ['padding between objects', concat(protect(good), Uint8Array.of(0)), 0x9000],
    ['a status of one byte', protect(concat(dataObject(Uint8Array.of(1)), encodeTlv(0x99, Uint8Array.of(0x90)))), 0x9000],
    ['85 for an even instruction', protect(concat(encodeTlv(0x85, cryptogram(Uint8Array.of(1))), status('9000'))), 0x9000],
    ['no padding indicator', protect(concat(encodeTlv(0x87, concat(Uint8Array.of(2), cryptogram(Uint8Array.of(1)))), status('9000'))), 0x9000],
    ['an empty cryptogram', protect(concat(encodeTlv(0x87, Uint8Array.of(1)), status('9000'))), 0x9000],
    ['half a block', protect(concat(encodeTlv(0x87, new Uint8Array(9).fill(1)), status('9000'))), 0x9000],
    ['wrong padding', protect(concat(encodeTlv(0x87, concat(Uint8Array.of(1), aesCbcEncrypt(enc, aesBlock(enc, ssc(2)), new Uint8Array(16)))), status('9000'))), 0x9000],
    ['a long length form', protect(concat(fromHex('99810290 00'))), 0x9000],
    ['no TLV', fromHex('87ff'), 0x9000],
  ])('fails closed on %s', (_, data, sw) => {
    const channel = opened();
    expect(() => channel.unwrap({ data, sw })).toThrow(expect.objectContaining({ code: 'CARD_SM_BROKEN' }));
    expect(channel.open).toBe(false);
  });

  it('fails closed on every flipped bit', () => {
    const right = protect(good);
    for (let bit = 0; bit < right.length * 8; bit += 1) {
      const bad = right.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const channel = opened();
      expect(() => channel.unwrap({ data: bad, sw: 0x9000 })).toThrow(CardError);
      expect(channel.open).toBe(false);
    }
  });

  it('takes no answer twice: the counter went on', () => {
    const channel = opened();
    const answer = { data: protect(good), sw: 0x9000 };
    channel.unwrap(answer);
    channel.wrap(readBinary);
    expect(() => channel.unwrap(answer)).toThrow(CardError);
  });

  it('knows what fits: 223 bytes in a short answer, 4,319 in 4,350', () => {
    const channel = new SecureMessaging(enc, mac);
    expect([channel.answerCapacity(256), channel.answerCapacity(4350)]).toEqual([223, 4319]);
    const bytes = channel.wrap({ cla: 0, ins: 0xb0, p1: 0, p2: 0, ne: 256, data: new Uint8Array(channel.commandCapacity(255)) });
    expect(decodeCommand(bytes).data?.length).toBeLessThanOrEqual(255);
  });
});
