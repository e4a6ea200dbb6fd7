import { describe, expect, it } from 'vitest';
import { fromHex, historicalBytes, saysExtendedLength, toHex } from '../../src/iso7816/index.js';

describe('answer to reset (ISO/IEC 7816-3 8.2)', () => {
  it.each([
    ['3b878131fe458031b87380014037', '8031b873800140'],
    ['3b80800101', ''],
    ['3b8f8001804f0ca000000306030001000000006a', '804f0ca0000003060300010000000 0'.replace(' ', '')],
    ['3b87', ''],
    ['', ''],
  ])('%s has the historical bytes %s', (atr, historical) => {
    expect(toHex(historicalBytes(fromHex(atr)))).toBe(historical);
  });

  it.each([
    ['3b878131fe458031b87380014037', true],
    ['3b878131fe458031b87380010077', false],
    ['3b80800101', false],
    ['3b8480017381400000', false],
    ['3b85800180738001 40'.replace(' ', ''), true],
    ['3b838001807380', false],
    ['ffff', false],
  ])('%s says extended length: %s', (atr, extended) => {
    expect(saysExtendedLength(fromHex(atr))).toBe(extended);
  });
});
