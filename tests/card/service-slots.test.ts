import { describe, expect, it } from 'vitest';
import { CardError, parseChipStatus, serviceObjects, slotCounters } from '../../src/card/index.js';
import { concat, encodeTlv, fromHex } from '../../src/iso7816/index.js';

const invalid: unknown = expect.objectContaining({ name: CardError.name, code: 'CARD_ANSWER_INVALID' });

describe('EF.Services as the card gives it', () => {
  it('is a series of objects, short and long, and none where it is empty', () => {
    const objects = [Uint8Array.of(1), new Uint8Array(640).fill(2), new Uint8Array(200).fill(3)];
    expect(serviceObjects(concat(...objects.map((object) => encodeTlv(0x53, object))))).toEqual(objects);
    expect(serviceObjects(new Uint8Array())).toEqual([]);
  });
  it.each([
    ['another tag', '530101540102'],
    ['a bare object', 'd28440a040'],
    ['cut short', '53010153020a'],
    ['a length that is not minimal', '53810101'],
    ['padding behind', '53010100'],
  ])('refuses %s', (_, content) => {
    expect(() => serviceObjects(fromHex(content))).toThrow(invalid);
  });
});

describe('DO 94 of the chip status', () => {
  it('gives each department its counter', () => {
    expect(slotCounters(fromHex('000100000003000700000002fffeffffffff'))).toEqual(new Map([[1, 3], [7, 2], [0xfffe, 0xffff_ffff]]));
    expect(slotCounters(new Uint8Array())).toEqual(new Map());
  });
  it.each([
    ['half an entry', '000100000003000700'],
    ['department 0', '000000000003'],
    ['a department twice', '000700000003000700000003'],
    ['departments that fall', '000900000003000700000002'],
  ])('refuses %s', (_, value) => {
    expect(() => slotCounters(fromHex(value))).toThrow(invalid);
  });
  it('is read with the other counters', () => {
    const { counters } = parseChipStatus(fromHex('90040000000191040000000092040000000393032611249406000700000003'));
    expect(counters).toEqual({ residence: 1, endorsements: 0, services: 3, slots: new Map([[7, 3]]) });
  });
});
