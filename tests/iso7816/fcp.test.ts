import { describe, expect, it } from 'vitest';
import { encodeFci, encodeFcp, fromHex, parseFci, parseFcp, TlvError, toHex } from '../../src/iso7816/index.js';

describe('file control (ISO/IEC 7816-4 7.4.3, permit-application.md 5)', () => {
  it('FCP of a transparent EF', () => {
    const fcp = { descriptor: Uint8Array.of(1), fileId: 0x0108, length: 1_536, sfi: 8, lifeCycle: 5 };
    expect(toHex(encodeFcp(fcp))).toBe('621182010183020108800206008801408a0105');
    expect(parseFcp(encodeFcp(fcp))).toMatchObject(fcp);
  });
  it('FCP of a DF and of a file beyond 65,535 bytes', () => {
    const df = { descriptor: Uint8Array.of(0x38), fileId: 0x0f01, aid: fromHex('f0575a525001'), lifeCycle: 1 };
    expect(parseFcp(encodeFcp(df))).toMatchObject(df);
    expect(parseFcp(encodeFcp({ length: 70_000 })).length).toBe(70_000);
  });
  it('FCI of the application', () => {
    const fci = { aid: fromHex('f0575a525001'), lifeCycle: 5, maxCommand: 0x0480, maxResponse: 0x1100, proprietary: fromHex('80020100') };
    expect(toHex(encodeFci(fci))).toBe('6f1c8406f0575a5250018a01057f66080202048002021100a50480020100');
    expect(parseFci(encodeFci(fci))).toMatchObject(fci);
  });
  it('leaves out what is not there, and takes what other cards add', () => {
    expect(parseFci(fromHex('6f00')).aid).toBeUndefined();
    expect(parseFcp(fromHex('62058c0300ffff'))).toMatchObject({ fileId: undefined });
  });
  it.each(['', '6100', '62008200', '62028300', '62058303000000', '6f0102'])('refuses %s', (hex) => {
    expect(() => (hex.startsWith('6f') ? parseFci(fromHex(hex)) : parseFcp(fromHex(hex)))).toThrow(TlvError);
  });
  it('throws RangeError for numbers that do not fit', () => {
    expect(() => encodeFcp({ fileId: 0x10000 })).toThrow(RangeError);
    expect(() => encodeFcp({ sfi: 32 })).toThrow(RangeError);
  });
});
