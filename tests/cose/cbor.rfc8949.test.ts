import { describe, expect, it } from 'vitest';
import { CborError, CborSimple, CborTag, decodeCbor, decodeCborLenient, encodeCbor } from '../../src/cose/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Case {
  readonly hex: string;
  readonly roundtrip: boolean;
  readonly decoded?: unknown;
  readonly diagnostic?: string;
}

/** The same value as JSON would hold it; JSON has neither maps, tags, byte strings nor big integers. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...(value as Map<unknown, unknown>)].map(([key, content]) => [String(key), plain(content)]));
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof CborTag && value.contents instanceof Uint8Array && (value.tag === 2 || value.tag === 3)) {
    const magnitude = BigInt(`0x${toHex(value.contents)}`);
    return Number(value.tag === 2 ? magnitude : -1n - magnitude);
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

/** A float whose value is an integer has that integer's encoding here (the payloads know no floats): it reads, but is not written again as a float. */
const integralFloat = (hex: string): boolean => /^(f9|fa|fb)/.test(hex) && Number.isSafeInteger(decodeCborLenient(fromHex(hex)));
const indefinite = (hex: string): boolean => /^(5f|7f|9f|bf|83019f|826161bf|8301820203|83018202039f|84|85)/.test(hex) && hex.endsWith('ff');

describe('RFC 8949 appendix A', () => {
  standardVectors<Case[]>('cbor/appendix_a.json', (suite, count) => {
    // The file still has simple(24) of RFC 7049; RFC 8949 3.3 made that form not well-formed (below: appendix F).
    it.each(suite.filter((test) => test.hex !== 'f818').map((test) => [test.hex, test] as const))('%s', (_, test) => {
      const bytes = fromHex(test.hex);
      const value = decodeCborLenient(bytes);
      if (test.decoded !== undefined) expect(plain(value)).toEqual(Object.is(test.decoded, 0) && test.hex === 'f98000' ? -0 : test.decoded);
      if (value instanceof CborSimple) {
        expect(test.diagnostic).toBe(`simple(${value.value})`);
        expect(() => decodeCbor(bytes)).toThrow(CborError);
      } else if (test.roundtrip && !integralFloat(test.hex)) {
        expect(toHex(encodeCbor(value))).toBe(test.hex);
        expect(decodeCbor(bytes)).toEqual(value);
      } else {
        expect(() => decodeCbor(bytes)).toThrow(CborError);
        if (!indefinite(test.hex)) expect(toHex(encodeCbor(value))).not.toBe(test.hex);
      }
      count();
    });
  });
});

describe('what is not well-formed (RFC 8949 appendix F)', () => {
  it.each([
    ...['18', '19', '1a', '1b', '1901', '1a0102', '1b01020304050607', '38', '58', '78', '98', '9a01ff00', 'b8', 'd8', 'f8', 'f900', 'fa0000', 'fb000000'],
    ...['41', '61', '5affffffff00', '5bffffffffffffffff010203', '7affffffff00', '7b7fffffffffffffff010203'],
    ...['81', '818181818181818181', '8200', 'a1', 'a20102', 'a100', 'a2000000', 'c0', '9f', '9f01', 'bf', 'bf01', 'bf0102', '5f', '5f4100', '7f6100'],
    ...['1c', '1d', '1e', '3c', '5c', '7c', '9c', 'bc', 'dc', 'fc', 'fd', 'fe', 'f800', 'f801', 'f818', 'f81f'],
    ...['ff', '81ff', '8200ff', 'a1ff', 'a1ff00', 'a100ff', 'a20000ff', '9f81ff', 'bf00ff', '5f00ff', '5f6100ff', '7f4100ff', '5f5f4100ffff', 'c1ff', '1f', '3f', 'df'],
    ...['61ff', '62c080', '7f61c3ffff', '0000', ''],
  ])('%s', (hex) => {
    expect(() => decodeCbor(fromHex(hex))).toThrow(CborError);
    // Bad UTF-8 outside chunks is well-formed, only not valid (RFC 8949 5.3.1).
    if (hex !== '61ff' && hex !== '62c080') expect(() => decodeCborLenient(fromHex(hex))).toThrow(CborError);
  });
});
