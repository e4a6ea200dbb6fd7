import { describe, expect, it } from 'vitest';
import { decodeReference, encodeReference } from '../../src/card/fields.js';

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('a reference (terminal-authentication.md 1)', () => {
  it.each(['CNA00001', 'CNABCDEFGHI00001', 'CN\u00e9aZ9aZ'])('%s has country, mnemonic of 1 to 9 and sequence', (reference) => {
    expect(decodeReference(latin1(reference))).toBe(reference);
    expect(encodeReference(reference)).toEqual(latin1(reference));
  });
  it.each(['CN00001', 'CNABCDEFGHIJ00001', 'DEA00001', 'CNA0000-', 'CN\n00001', ''])('%j is none', (text) => {
    expect(decodeReference(latin1(text))).toBeUndefined();
    expect(() => encodeReference(text)).toThrow(RangeError);
  });
});
