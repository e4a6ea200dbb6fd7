import { describe, expect, it } from 'vitest';
import { apdu, expectOk, getData, issued, type IssuedCard, session, sw } from './fixtures.js';
import { hex, reply, type Sm, tlv, untlv, valueOf } from './mini-terminal.js';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255);
const put = (sm: Sm, tag: number, counter: number, object: Uint8Array): number => sm.command('00DB3FFF', tlv(tag, tlv(0x90, u32(counter)), tlv(0x53, object))).sw;
const putSlot = (sm: Sm, department: number, counter: number, object: Uint8Array): number =>
  sm.command('00DB3FFF', tlv(0xc7, tlv(0x91, u16(department)), tlv(0x90, u32(counter)), tlv(0x53, object))).sw;
const slotsOf = (sm: Sm): Buffer[] => untlv(valueOf(expectOk(sm.command('00CB3FFF', getData(0xc7), 65_536, true)), 0xc7)).map(({ value }) => value);
const c9 = (sm: Sm, tag: number): string => valueOf(expectOk(sm.command('00CB3FFF', getData(0xc9), 65_536, true)), 0xc9, tag).toString('hex');

describe('PUT DATA (permit-application.md 6)', () => {
  it('replaces an object and its counter, by the next number alone', () => {
    const on = issued();
    const sm = session(on, ['endorse']);
    for (const [counter, fill] of [[2, 1], [3, 2], [4, 3]] as const) {
      expect(put(sm, 0xc5, counter, Buffer.alloc(700 + fill, fill))).toBe(0x9000);
      const { data } = sm.command('00CB3FFF', getData(0xc5, 0xc9), 65_536, true);
      expect(valueOf(data, 0xc5)).toEqual(Buffer.alloc(700 + fill, fill));
      expect(valueOf(data, 0xc9, 0x90).readUInt32BE(0)).toBe(counter);
    }
    for (const counter of [0, 1, 4, 6, 0xffff]) expect(put(session(on, ['endorse']), 0xc5, counter, Buffer.alloc(10))).toBe(0x6985);
  });

  it('keeps the last twelve endorsements, newest first', () => {
    const on = issued();
    const sm = session(on, ['endorse']);
    for (let i = 1; i <= 15; i++) expect(put(sm, 0xc6, i, Buffer.alloc(100 + i, i))).toBe(0x9000);
    const { send } = on;
    expect(reply(send(hex('00B2013400'))).data).toEqual(Buffer.alloc(115, 15));
    expect(reply(send(hex('00B20C3400'))).data).toEqual(Buffer.alloc(104, 4));
    expect(sw(send, hex('00B20D3400'))).toBe('6a83');
    expect(sw(send, hex('00B2003400'))).toBe('6a83');
    expect(sw(send, hex('00B2013401'))).toBe('6c73');
    expect(valueOf(reply(send(apdu('00CB3FFF', getData(0xc6), 256))).data, 0xc6)).toEqual(Buffer.alloc(115, 15));
  });

  it.each([
    ['an endorsement too large', tlv(0xc6, tlv(0x90, u32(100)), tlv(0x53, Buffer.alloc(641))), 0x6a84],
    ['a residence too large', tlv(0xc5, tlv(0x90, u32(100)), tlv(0x53, Buffer.alloc(1025))), 0x6a84],
    ['a slot too large', tlv(0xc7, tlv(0x91, u16(3)), tlv(0x90, u32(100)), tlv(0x53, Buffer.alloc(641))), 0x6a84],
    ['an empty object', tlv(0xc5, tlv(0x90, u32(100)), tlv(0x53)), 0x6a80],
    ['a short counter', tlv(0xc5, tlv(0x90, Buffer.of(9)), tlv(0x53, Buffer.of(1))), 0x6a80],
    ['a slot without a department', tlv(0xc7, tlv(0x90, u32(100)), tlv(0x53, Buffer.of(1))), 0x6a80],
    ['a slot of every department', tlv(0xc7, tlv(0x91, u16(0xffff)), tlv(0x90, u32(100)), tlv(0x53, Buffer.of(1))), 0x6a80],
    ['a slot whose counter does not grow', tlv(0xc7, tlv(0x91, u16(3)), tlv(0x90, u32(5)), tlv(0x53, Buffer.of(1))), 0x6985],
    ['an unknown object', tlv(0xc2, tlv(0x90, u32(100)), tlv(0x53, Buffer.of(1))), 0x6a88],
    ['the access log', tlv(0xca, tlv(0x90, u32(100)), tlv(0x53, Buffer.of(1))), 0x6a88],
    ['two objects', Buffer.concat([tlv(0xc5), tlv(0xc6)]), 0x6a80],
    ['a department with a residence', tlv(0xc5, tlv(0x91, u16(3)), tlv(0x90, u32(100)), tlv(0x53, Buffer.of(1))), 0x6a80],
  ])('refuses %s', (_, object, expected) => {
    expect(session(issued(), ['endorse', 'service'], [3]).command('00DB3FFF', object).sw).toBe(expected);
  });
});

describe('the slots of Services', () => {
  const three = (): IssuedCard => {
    const on = issued();
    const sm = session(on, ['service'], [0x0203, 0x0101, 0x0300]);
    for (const [department, counter] of [[0x0203, 6], [0x0101, 7], [0x0300, 8]] as const) {
      expect(putSlot(sm, department, counter, Buffer.alloc(counter, counter))).toBe(0x9000);
    }
    return on;
  };

  it('lie by rising department, each with the counter of its writing', () => {
    const sm = session(three(), ['inspect']);
    expect(slotsOf(sm)).toEqual([Buffer.alloc(7, 7), Buffer.alloc(6, 6), Buffer.alloc(8, 8)]);
    expect(c9(sm, 0x94)).toBe('010100000007' + '020300000006' + '030000000008');
    expect(c9(sm, 0x92)).toBe('00000008');
  });

  it('are replaced one by one, the others stay', () => {
    const on = three();
    const sm = session(on, ['service'], [0x0203]);
    expect(putSlot(sm, 0x0203, 9, Buffer.alloc(640, 1))).toBe(0x9000);
    expect(slotsOf(session(on, ['inspect']))).toEqual([Buffer.alloc(7, 7), Buffer.alloc(640, 1), Buffer.alloc(8, 8)]);
    expect(c9(session(on, ['inspect']), 0x94)).toBe('010100000007' + '020300000009' + '030000000008');
  });

  it('are written and read by their own department alone', () => {
    const on = three();
    const own = session(on, ['service'], [0x0203]);
    expect(slotsOf(own)).toEqual([Buffer.alloc(6, 6)]);
    expect(own.command('00B2023C', undefined, 256).data).toEqual(Buffer.alloc(6, 6));
    expect(own.command('00B08700', undefined, 256).data).toEqual(tlv(0x53, Buffer.alloc(6, 6)));
    expect(own.command('00B2013C', undefined, 256).sw).toBe(0x6982);
    expect(putSlot(session(on, ['service'], [0x0203]), 0x0101, 100, Buffer.of(1))).toBe(0x6982);
    expect(putSlot(session(on, ['service'], []), 0x0101, 100, Buffer.of(1))).toBe(0x6982);
    expect(putSlot(session(on, ['service']), 0x0101, 100, Buffer.of(1))).toBe(0x6982);
    // A department in the certificate without the right is nothing
    expect(putSlot(session(on, ['inspect', 'endorse'], [0x0101]), 0x0101, 100, Buffer.of(1))).toBe(0x6982);
    expect(slotsOf(session(on, ['service'], []))).toEqual([]);
    expect(slotsOf(session(on, ['inspect']))).toHaveLength(3);
  });

  it('are all open to FFFF', () => {
    const on = three();
    const sm = session(on, ['service'], [0xffff]);
    expect(slotsOf(sm)).toHaveLength(3);
    expect(putSlot(sm, 0x0101, 9, Buffer.of(1))).toBe(0x9000);
    expect(putSlot(sm, 0x0999, 10, Buffer.of(2))).toBe(0x9000);
    expect(slotsOf(sm)).toHaveLength(4);
  });

  it('are twelve: a thirteenth department is refused, an old one is still replaced, and all can be read by offset', () => {
    const on = issued();
    const sm = session(on, ['service'], [0xffff]);
    for (let i = 1; i <= 12; i++) expect(putSlot(sm, i, 5 + i, Buffer.alloc(640, i))).toBe(0x9000);
    expect(putSlot(session(on, ['service'], [0xffff]), 13, 100, Buffer.of(1))).toBe(0x6a84);
    const again = session(on, ['service'], [0xffff]);
    for (let i = 12; i >= 1; i--) expect(putSlot(again, i, 30 - i, Buffer.alloc(640, 100 + i))).toBe(0x9000);
    const expected = Buffer.concat(Array.from({ length: 12 }, (_, i) => tlv(0x53, Buffer.alloc(640, 101 + i))));
    const parts: Buffer[] = [];
    again.command('00A4020C', hex('0107'));
    for (let at = 0; at < expected.length; ) {
      const { data } = again.command(`00B0${at.toString(16).padStart(4, '0')}`, undefined, 256);
      parts.push(data);
      at += data.length;
    }
    expect(Buffer.concat(parts)).toEqual(expected);
    expect(again.command(`00B0${expected.length.toString(16)}`, undefined, 256).sw).toBe(0x6b00);
  });
});
