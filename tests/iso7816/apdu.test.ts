import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  ApduError,
  decodeCommand,
  decodeResponse,
  encodeCommand,
  encodeResponse,
  fromHex,
  statusFamily,
  StatusWord,
  statusText,
  toHex,
  type CommandApdu,
} from '../../src/iso7816/index.js';

const header = { cla: 0x00, ins: 0xcb, p1: 0x3f, p2: 0xff };
const byte = fc.integer({ min: 0, max: 255 });
const anyCommand: fc.Arbitrary<CommandApdu> = fc
  .record({
    cla: fc.integer({ min: 0, max: 254 }),
    ins: byte,
    p1: byte,
    p2: byte,
    length: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0, 1, 255, 256, 65_535)),
    ne: fc.oneof(fc.constantFrom(0, 1, 255, 256, 257, 65_535, 65_536), fc.integer({ min: 0, max: 65_536 })),
  })
  .map(({ length, ne, ...rest }) => ({ ...rest, ...(length > 0 ? { data: new Uint8Array(length).fill(length) } : {}), ...(ne > 0 ? { ne } : {}) }));

describe('command APDU (ISO/IEC 7816-4 5.1)', () => {
  it.each([
    ['case 1', {}, {}, '00cb3fff'],
    ['case 2 short', { ne: 255 }, {}, '00cb3fffff'],
    ['case 2 short, all', { ne: 256 }, {}, '00cb3fff00'],
    ['case 3 short', { data: Uint8Array.of(1, 2) }, {}, '00cb3fff020102'],
    ['case 4 short', { data: Uint8Array.of(1), ne: 256 }, {}, '00cb3fff010100'],
    ['case 2 extended', { ne: 257 }, {}, '00cb3fff000101'],
    ['case 2 extended, all', { ne: 65_536 }, {}, '00cb3fff000000'],
    ['case 2 extended, forced', { ne: 256 }, { extended: true }, '00cb3fff000100'],
    ['case 3 extended, forced', { data: Uint8Array.of(1) }, { extended: true }, '00cb3fff00000101'],
    ['case 4 extended, forced', { data: Uint8Array.of(1), ne: 65_536 }, { extended: true }, '00cb3fff000001010000'],
    ['case 1 has one form', {}, { extended: true }, '00cb3fff'],
  ])('%s', (_, fields, options, hex) => {
    expect(toHex(encodeCommand({ ...header, ...fields }, options))).toBe(hex);
    expect(decodeCommand(fromHex(hex))).toEqual({ ...header, ...fields });
  });

  it('comes back as it went, short where it fits', () => {
    fc.assert(
      fc.property(anyCommand, fc.constantFrom(true, undefined), (command, extended) => {
        const bytes = encodeCommand(command, { extended });
        expect(decodeCommand(bytes)).toEqual(command);
        const fits = (command.data?.length ?? 0) <= 255 && (command.ne ?? 0) <= 256;
        if (fits && extended === undefined) expect(bytes.length).toBeLessThanOrEqual(261);
      }),
      { examples: [[{ ...header, data: new Uint8Array(255), ne: 256 }, true]] },
    );
  });

  it('throws RangeError for what has no form', () => {
    expect(() => encodeCommand({ ...header, cla: 256 })).toThrow(RangeError);
    expect(() => encodeCommand({ ...header, cla: 255 })).toThrow(RangeError);
    expect(() => encodeCommand({ ...header, ne: 65_537 })).toThrow(RangeError);
    expect(() => encodeCommand({ ...header, data: new Uint8Array(65_536) })).toThrow(RangeError);
    expect(() => encodeCommand({ ...header, ne: 257 }, { extended: false })).toThrow(RangeError);
  });

  it.each(['', '00', '00a404', 'ffa40400', '00a40400020102030405', '00a404000000', '00a4040000000301', '00a40400000000ff'])('refuses %s', (hex) => {
    expect(() => decodeCommand(fromHex(hex))).toThrow(ApduError);
  });

  it('of any bytes: a command that encodes to as many bytes, or an ApduError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          const command = decodeCommand(bytes);
          expect(encodeCommand(command, { extended: bytes[4] === 0 && bytes.length > 5 })).toEqual(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ApduError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('response APDU', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 0xffff }), (data, sw) => {
        expect(decodeResponse(encodeResponse({ data, sw }))).toEqual({ data, sw });
      }),
    );
  });
  it('refuses fewer than two bytes and a status word that is none', () => {
    expect(() => decodeResponse(new Uint8Array(0))).toThrow(ApduError);
    expect(() => decodeResponse(new Uint8Array(1))).toThrow(ApduError);
    expect(() => encodeResponse({ data: new Uint8Array(0), sw: 0x10000 })).toThrow(RangeError);
  });
});

describe('status words', () => {
  it.each([
    [0x9000, 'ok', '9000 done'],
    [0x6100, 'more', '6100 256 more bytes'],
    [0x610a, 'more', '610A 10 more bytes'],
    [0x6c05, 'length', '6C05 exact length is 5'],
    [0x6282, 'warning', '6282 end of file before Le bytes'],
    [0x6985, 'error', '6985 conditions of use not satisfied'],
    [0x1234, 'error', '1234 not named by the profile'],
  ])('%i is %s', (sw, family, text) => {
    expect(statusFamily(sw)).toBe(family);
    expect(statusText(sw)).toBe(text);
  });
  it('every constant has a text', () => {
    for (const sw of Object.values(StatusWord)) expect(statusText(sw)).not.toContain('not named');
  });
});
