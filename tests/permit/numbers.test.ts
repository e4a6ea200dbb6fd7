import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkIdNumber, checkPermitNumber, ethnicGroups, findDivision, findEthnicGroup, idNumberCheckCharacter, normaliseIdNumber, permitNumber, townsOn,
} from '../../src/permit/index.js';

describe('GB 11643 ID number', () => {
  test.each([
    ['33030219900101001', '3'],
    ['11010519491231002', 'X'],
  ])('check character of %s', (digits, character) => expect(idNumberCheckCharacter(digits)).toBe(character));

  test('facts of a right number', () => {
    expect(checkIdNumber('330302199001010013')).toEqual({ ok: true, division6: '330302', birth: '1990-01-01', sex: 1 });
    expect(checkIdNumber(normaliseIdNumber(' 11010519491231002x '), '1949-12-31', 2)).toMatchObject({ ok: true });
    expect(checkIdNumber('330302199001010013', '1990-01-01', 9)).toMatchObject({ ok: true });
  });

  const withCheck = (digits: string): string => digits + idNumberCheckCharacter(digits);
  test.each([
    ['33030219900101001', 'INPUT_INVALID', 'idNumber'],
    ['33030219900101001x', 'INPUT_INVALID', 'idNumber'],
    ['330302199001010014', 'ID_NUMBER_CHECK', 'idNumber'],
    [withCheck('33030219900230001'), 'DATE_IMPOSSIBLE', 'idNumber'],
    [withCheck('99030219900101001'), 'DIVISION_UNKNOWN', 'idNumber'],
  ])('refuses %s by %s', (id, code, detail) => expect(checkIdNumber(id)).toEqual({ ok: false, code, detail }));

  test('refuses a birth date or sex that differs', () => {
    expect(checkIdNumber('330302199001010013', '1990-01-02')).toEqual({ ok: false, code: 'ID_NUMBER_MISMATCH', detail: 'birth' });
    expect(checkIdNumber('330302199001010013', '1990-01-01', 2)).toEqual({ ok: false, code: 'ID_NUMBER_MISMATCH', detail: 'sex' });
  });

  test('every single wrong digit is found', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (place, by) => {
        const id = '330302199001010013';
        const changed = id.slice(0, place) + String((Number(id.charAt(place)) + by) % 10) + id.slice(place + 1);
        expect(checkIdNumber(changed).ok).toBe(false);
      }),
    );
  });
});

describe('permit number (ISO/IEC 7064 MOD 11,10)', () => {
  const parts = fc.record({
    division6: fc.stringMatching(/^\d{6}$/),
    year: fc.integer({ min: 2009, max: 9999 }),
    kind: fc.constantFrom<1 | 2>(1, 2),
    sequence: fc.integer({ min: 1, max: 999_999 }),
  });

  test('is taken apart into what it was made of', () => {
    fc.assert(
      fc.property(parts, (each) => {
        expect(checkPermitNumber(permitNumber(each))).toEqual({ ok: true, ...each });
      }),
    );
  });

  test('every single wrong digit is found', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 17 }), fc.integer({ min: 1, max: 9 }), (each, place, by) => {
        const number = permitNumber(each);
        const changed = number.slice(0, place) + String((Number(number.charAt(place)) + by) % 10) + number.slice(place + 1);
        expect(checkPermitNumber(changed).ok).toBe(false);
      }),
    );
  });

  test('parts that do not fit are a bug of the caller', () => {
    const right = { division6: '330302', year: 2026, kind: 1, sequence: 1 } as const;
    for (const wrong of [{ division6: '33030' }, { year: 1999 }, { sequence: 0 }, { sequence: 1_000_000 }]) {
      expect(() => permitNumber({ ...right, ...wrong })).toThrow(RangeError);
    }
    expect(checkPermitNumber('12345')).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
  });
});

describe('GB/T 2260 divisions by date', () => {
  test('191 towns of 2024, each found by 9 and 12 digits', () => {
    const towns = townsOn('2024-06-01');
    expect(towns).toHaveLength(191);
    for (const { code, name } of towns) {
      expect(findDivision(code, '2024-06-01')).toMatchObject({ level: 'town', town: { code, name } });
      expect(findDivision(`${code}217`, '2024-06-01')).toMatchObject({ level: 'village', town: { code, name } });
    }
    const counts = new Map<string, number>();
    for (const { county } of towns) counts.set(county.code, (counts.get(county.code) ?? 0) + 1);
    const line = [...counts].map(([code, count]) => `${code.slice(4)}:${count}`).join(' ');
    expect(line).toBe('02:14 03:10 04:13 05:8 24:25 26:17 27:18 28:17 29:20 81:23 82:25 83:1');
  });

  test('Dongtou changed its code in 2015, Longgang has one since 2019', () => {
    expect(findDivision('330322', '2015-07-22')?.name).toBe('洞头县');
    expect(findDivision('330305', '2015-07-22')).toBeUndefined();
    expect(findDivision('330322', '2015-07-23')).toBeUndefined();
    expect(findDivision('330305001', '2015-07-23')?.name).toBe('洞头区北岙街道');
    expect(findDivision('330322001', '2013-07-23')?.name).toBe('洞头县北岙街道');
    expect(findDivision('330383198001', '2019-08-15')).toBeUndefined();
    expect(findDivision('330383198001', '2019-08-16')).toMatchObject({ level: 'village' });
  });

  test.each(['330302999', '330302999001', '330399', '3303', '33030200', '330302000000', 'abcdef', ''])('%s is not found', (code) =>
    expect(findDivision(code, '2024-06-01')).toBeUndefined(),
  );
});

test('GB/T 3304: every code of the 56 groups and 97, 98', () => {
  expect(ethnicGroups.size).toBe(58);
  // Typed here a second time, from the standard's order: public tables drop 水 (25) or misspell 德昂 (46).
  const names =
    '汉族蒙古族回族藏族维吾尔族苗族彝族壮族布依族朝鲜族满族侗族瑶族白族土家族哈尼族哈萨克族傣族黎族傈僳族佤族畲族高山族拉祜族水族东乡族纳西族景颇族柯尔克孜族土族' +
    '达斡尔族仫佬族羌族布朗族撒拉族毛南族仡佬族锡伯族阿昌族普米族塔吉克族怒族乌孜别克族俄罗斯族鄂温克族德昂族保安族裕固族京族塔塔尔族独龙族鄂伦春族赫哲族门巴族珞巴族基诺族';
  expect(names.split('族').filter((name) => name !== '')).toEqual(Array.from({ length: 56 }, (_, i) => findEthnicGroup(i + 1)));
  expect([25, 46, 97, 98].map(findEthnicGroup)).toEqual(['水', '德昂', '其他', '外国血统']);
  expect(findEthnicGroup(57)).toBeUndefined();
  expect(findEthnicGroup(0)).toBeUndefined();
});
