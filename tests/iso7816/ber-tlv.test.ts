import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { BerTlv, concat, encodeTlv, equal, findTlv, fromHex, isConstructed, parseTlv, TlvError, toHex, type Tlv } from '../../src/iso7816/index.js';

const primitiveTag = fc.constantFrom(0x02, 0x53, 0x81, 0x99, 0xc5, 0x5f2d, 0xdf8101, 0x9f70);
const constructedTag = fc.constantFrom(0x61, 0x70, 0x6f, 0x7c, 0x7f49, 0x7f66, 0xbf8101);
const { object: anyTlv } = fc.letrec<{ object: Uint8Array }>((tie) => ({
  object: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.tuple(primitiveTag, fc.uint8Array({ maxLength: 300 })).map(([tag, value]) => encodeTlv(tag, value)),
    fc.tuple(constructedTag, fc.array(tie('object'), { maxLength: 4 })).map(([tag, parts]) => encodeTlv(tag, parts)),
  ),
}));
const again = (list: readonly Tlv[]): Uint8Array =>
  concat(...list.map((tlv) => encodeTlv(tlv.tag, tlv.children === undefined ? tlv.value : again(tlv.children))));

describe('BER-TLV (ISO/IEC 7816-4 5.2.2)', () => {
  it.each([
    [0x53, 0, '5300'],
    [0x53, 127, '537f'],
    [0x53, 128, '538180'],
    [0x53, 255, '5381ff'],
    [0x53, 256, '53820100'],
    [0x7f49, 65_536, '7f4983010000'],
  ])('tag %i with %i bytes begins %s', (tag, length, prefix) => {
    const bytes = encodeTlv(tag, new Uint8Array(length));
    expect(toHex(bytes.slice(0, prefix.length / 2))).toBe(prefix);
  });

  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.array(anyTlv, { maxLength: 4 }), (objects) => {
        const bytes = concat(...objects);
        for (const strict of [true, false]) expect(again(parseTlv(bytes, { strict }))).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('strict, of any bytes: objects that encode to them, or a TlvError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          expect(again(BerTlv.parse(bytes, { strict: true }))).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TlvError);
        }
        try {
          BerTlv.parse(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TlvError);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['53', 'no length'],
    ['5302aa', 'a value cut short'],
    ['5380aa0000', 'an indefinite length'],
    ['53850000000001aa', 'a length of five bytes'],
    ['5382ff', 'a length cut short'],
    ['7f', 'a tag cut short'],
    ['7f80490100', 'a tag with a leading zero'],
    ['7f8181810100', 'a tag of four bytes'],
    ['61025302', 'a child cut short'],
  ])('refuses %s: %s', (hex) => {
    expect(() => parseTlv(fromHex(hex))).toThrow(TlvError);
  });

  it.each([
    ['538101aa', 'a length longer than needed'],
    [`53820080${'00'.repeat(128)}`, 'a leading zero in the length'],
    ['005301aa', 'padding before'],
    ['5301aa00', 'padding after'],
  ])('only strict refuses %s: %s', (hex) => {
    expect(parseTlv(fromHex(hex))).toHaveLength(1);
    expect(() => parseTlv(fromHex(hex), { strict: true })).toThrow(TlvError);
  });

  it('bounds nesting', () => {
    let nested = new Uint8Array(0);
    for (let i = 0; i < 8; i++) nested = encodeTlv(0x61, nested) as Uint8Array<ArrayBuffer>;
    expect(parseTlv(nested)).toHaveLength(1);
    expect(() => parseTlv(encodeTlv(0x61, nested))).toThrow(TlvError);
  });

  it('finds along a path', () => {
    const list = parseTlv(fromHex('6f098402f0008a0105a500'));
    expect(toHex(findTlv(list, 0x6f, 0x84)!.value)).toBe('f000');
    expect(findTlv(list, 0x6f, 0x8b)).toBeUndefined();
    expect(findTlv(list, 0x84)).toBeUndefined();
  });

  it('throws RangeError for a number that is no tag', () => {
    for (const tag of [0, 0x1f, 0x7f, 0x5380, 0x7f80, 0x7f8080, 0x1000000, -1, 1.5]) expect(() => encodeTlv(tag, [])).toThrow(RangeError);
    expect([0x61, 0x7f49, 0xbf8101].every(isConstructed)).toBe(true);
    expect([0x53, 0x5f2d, 0xdf8101].some(isConstructed)).toBe(false);
  });
});

describe('bytes', () => {
  it('hexadecimal comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    expect(fromHex(' 0A 0b\n')).toEqual(Uint8Array.of(10, 11));
    for (const text of ['0', 'zz', '0x00']) expect(() => fromHex(text)).toThrow(RangeError);
  });
  it('equal compares every byte', () => {
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  });
});
