import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPlainlyCanonical } from '../../src/cose/cbor-canonical.js';
import { decodeCbor, encodeCbor } from '../../src/cose/index.js';

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

it('never calls anything canonical that is written differently', () => {
  fc.assert(
    fc.property(value, fc.nat(), fc.integer({ min: 0, max: 255 }), (each, at, byte) => {
      const bytes = encodeCbor(each);
      bytes[at % bytes.length] = byte;
      if (!isPlainlyCanonical(bytes)) return;
      // What it accepts must come back byte by byte from the slow proof, or be refused for another reason (a key of another kind).
      try {
        expect(encodeCbor(decodeCbor(bytes))).toEqual(bytes);
      } catch (error) {
        expect(String(error)).toMatch(/map key/);
      }
    }),
    { numRuns: 5_000 },
  );
});

it.each(['1800', '190000', '1a00000000', '1b0000000000000000', '5800', 'a201000100', 'a202000100', '9f01ff', 'f90000', 'f818', '6180', '0000', '', '81', 'd80000'])('is not sure of %s', (hex) => {
  expect(isPlainlyCanonical(new Uint8Array(Buffer.from(hex, 'hex')))).toBe(false);
});

it('is sure of what the payloads are made of', () => {
  const map = new Map<number, unknown>([[-70001, [1, 2, 300, 70_000, 2 ** 40]], [1, 'urn:wz'], [5, new Map([[28, new Uint8Array(32)]])], [9, true]]);
  expect(isPlainlyCanonical(encodeCbor(map))).toBe(true);
});
