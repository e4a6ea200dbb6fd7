import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPlain } from '../../src/cose/cbor-plain.js';
import { CborTag, decodeCborLenient, encodeCbor } from '../../src/cose/index.js';

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
    fc.string(),
    fc.uint8Array({ maxLength: 300 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.array(fc.tuple(fc.oneof(fc.integer(), fc.string()), tie('any')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
})).any;

it('reads what the general decoder reads, and nothing that is written differently', () => {
  fc.assert(
    fc.property(value, fc.nat(), fc.integer({ min: 0, max: 255 }), (each, at, byte) => {
      const bytes = encodeCbor(each);
      const whole = readPlain(bytes);
      // Integers beyond 2^53 are left to the general decoder.
      if (whole !== undefined) expect(whole.value).toEqual(decodeCborLenient(bytes));
      bytes[at % bytes.length] = byte;
      const changed = readPlain(bytes);
      if (changed === undefined) return;
      expect(encodeCbor(changed.value)).toEqual(bytes);
      expect(changed.value).toEqual(decodeCborLenient(bytes));
    }),
    { numRuns: 5_000 },
  );
});

it('of any bytes: nothing, or what is written again byte by byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const found = readPlain(bytes);
      if (found !== undefined) expect(encodeCbor(found.value)).toEqual(bytes);
    }),
    { numRuns: 20_000 },
  );
});

it.each([
  ['1800', '190000', '1a00000000', '1b0000000000000000', '5800', 'd80000'],
  ['a201000100', 'a202000100', 'a1410001', 'a1f500'],
  ['9f01ff', '5f4101ff', '81', '', '0000', '9affffffff', 'bb001fffffffffffff', '5bffffffffffffffff'],
  ['f90000', 'f818', 'e0', 'fb3ff8000000000000'],
  ['6180', '62c080', '63eda080', '64f4908080', '62c3'],
  ['db002000000000000100', '1b0020000000000000', '3b001fffffffffffff'],
].flat())('is not sure of %s', (hex) => {
  expect(readPlain(new Uint8Array(Buffer.from(hex, 'hex')))).toBeUndefined();
});

it('is sure of what the payloads are made of', () => {
  const map = new Map<number, unknown>([[-70001, [1, 2, 300, 70_000, 2 ** 40]], [1, '温州市公安局'], [5, new Map([[28, new Uint8Array(32)]])], [9, true]]);
  const bytes = encodeCbor(new CborTag(18, map));
  expect(readPlain(bytes)).toEqual({ value: decodeCborLenient(bytes) });
});

it('gives bytes of its own', () => {
  const bytes = Uint8Array.of(0x42, 1, 2);
  const { value } = readPlain(bytes) ?? {};
  bytes.fill(9);
  expect(value).toEqual(Uint8Array.of(1, 2));
});
