import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { failureCodes, verdictResults, type Application, type Verdict as ContractVerdict } from '../../src/contract/index.js';
import {
  addMonths, ageOn, dateInChina, decideEndorsement, decideValidity, endorsementDue, endorsementOverdue, isFullDate,
  permitRefusalCodes, ruleSetOn, ruleSets, startOfDayInChina, verdictOrder, type PermitApplication, type Verdict,
} from '../../src/permit/index.js';
import { applicant, idOf } from './lives.js';

const decide = (over: Partial<PermitApplication>, onDate: string, residenceYears?: number) =>
  decideValidity(applicant(over), { onDate, ...(residenceYears === undefined ? {} : { residenceYears }) });

test('shapes and codes agree with the contract', () => {
  for (const code of permitRefusalCodes) expect(failureCodes).toContain(code);
  expect([...verdictOrder]).toEqual([...verdictResults]);
  expectTypeOf<Application>().toExtend<PermitApplication>();
  expectTypeOf<Verdict>().toExtend<ContractVerdict>();
});

describe('calendar', () => {
  test.each([
    ['2016-02-29', 12, '2017-02-28'],
    ['2016-02-29', 48, '2020-02-29'],
    ['2015-01-31', 1, '2015-02-28'],
    ['2015-01-31', 2, '2015-03-31'],
    ['2015-03-31', -1, '2015-02-28'],
    ['2015-11-30', 3, '2016-02-29'],
  ])('%s + %i months = %s', (date, months, sum) => expect(addMonths(date, months)).toBe(sum));
  test.each(['2015-02-29', '2015-13-01', '2015-00-10', '2015-1-1', '1799-12-31', ''])('%s is no date', (text) => expect(isFullDate(text)).toBe(false));
  test('the day changes at midnight in China', () => {
    const midnight = startOfDayInChina('2026-03-01');
    expect(dateInChina(midnight)).toBe('2026-03-01');
    expect(dateInChina(midnight - 1)).toBe('2026-02-28');
  });
  test('a person born on 29 February completes a year on the 28th', () => {
    expect(ageOn('2000-02-29', '2016-02-28')).toBe(15);
    expect(ageOn('2000-02-29', '2017-02-27')).toBe(16);
    expect(ageOn('2000-02-29', '2017-02-28')).toBe(17);
  });
});

describe('rule sets by date', () => {
  test('follow each other without a gap', () => {
    expect(ruleSetOn('2009-09-30')).toBeUndefined();
    const days = ['2009-10-01', '2013-03-05', '2013-03-06', '2015-12-31', '2016-01-01', '2016-06-30', '2016-07-01', '2030-01-01'];
    const ids = ['zhejiang-2009', 'zhejiang-2009', 'wenzhou-2013', 'wenzhou-2013', 'national-2016', 'national-2016', 'zhejiang-2016', 'zhejiang-2016'];
    expect(days.map((date) => ruleSetOn(date)?.id)).toEqual(ids);
    const moments = fc.integer({ min: startOfDayInChina('2009-10-01'), max: startOfDayInChina('2040-01-01') });
    const inForce = (date: string) => ruleSets.filter(({ from, until = '9' }) => from <= date && date <= until);
    fc.assert(fc.property(moments, (moment) => inForce(dateInChina(moment)).length === 1));
  });
});

describe('2009 rules', () => {
  test.each([
    [undefined, '2013-12-10'],
    [6, '2013-12-10'],
    [9, '2014-06-10'],
    [12, '2014-06-10'],
    [24, '2016-06-10'],
    [36, '2016-06-10'],
  ])('temporary, a stay of %s months ends on %s', (stayMonths, expires) =>
    expect(decide({ kind: 'temporary', stayMonths }, '2013-06-10')).toEqual({ ok: true, kind: 2, issued: '2013-06-10', expires, rule: 'wenzhou-2013' }),
  );
  test('the longer classes have conditions, all of them told at once', () => {
    expect(decide({ kind: 'temporary', stayMonths: 12, grounds: [] }, '2013-06-10')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'ground' });
    const refused = decide({ kind: 'temporary', stayMonths: 36, grounds: [], insuranceYears: 0, registeredOn: '2013-05-01' }, '2013-06-10');
    expect(refused).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'registered-6-months,insured-1-years,employment,housing' });
    expect(decide({ kind: 'temporary', stayMonths: 37 }, '2013-06-10')).toMatchObject({ code: 'INPUT_INVALID', detail: 'stayMonths' });
  });
  test('residence: three years, insurance, job and home; 3 to 9 years', () => {
    expect(decide({}, '2013-06-10')).toEqual({ ok: true, kind: 1, issued: '2013-06-10', expires: '2016-06-10', rule: 'wenzhou-2013' });
    expect(decide({}, '2013-06-10', 9)).toMatchObject({ expires: '2022-06-10' });
    expect(decide({}, '2013-06-10', 10)).toMatchObject({ code: 'INPUT_INVALID', detail: 'residenceYears' });
    expect(decide({ insuranceYears: 2, registeredOn: '2010-06-11' }, '2013-06-10')).toMatchObject({ detail: 'registered-36-months,insured-3-years' });
    expect(decide({ grounds: ['talent'], insuranceYears: 0, registeredOn: '2013-06-09' }, '2013-06-10')).toMatchObject({ ok: true });
  });
  test('under 16 no card', () => expect(decide({ birth: '1997-06-11', kind: 'temporary' }, '2013-06-10')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'under-16' }));
});

describe('2016 rules', () => {
  const half = { registeredOn: '2016-02-29' };
  test('half a year since the registration and one ground, no fixed end', () => {
    expect(decide(half, '2016-08-28')).toEqual({ ok: false, code: 'NOT_ELIGIBLE', detail: 'registered-6-months' });
    expect(decide(half, '2016-08-29')).toEqual({ ok: true, kind: 1, issued: '2016-08-29', rule: 'zhejiang-2016' });
    expect(decide({ grounds: [] }, '2016-08-29')).toMatchObject({ code: 'NOT_ELIGIBLE', detail: 'ground' });
    expect(decide({ grounds: ['schooling'] }, '2016-08-29')).toMatchObject({ ok: true });
  });
  test('talents are exempt under the provincial rules only', () => {
    const talent = { grounds: ['talent'], registeredOn: '2016-05-01' } as const;
    expect(decide(talent, '2016-05-02')).toMatchObject({ ok: false, detail: 'registered-6-months,ground' });
    expect(decide(talent, '2016-07-01')).toMatchObject({ ok: true });
  });
  test('no temporary permit any more, and none before 2009', () => {
    expect(decide({ kind: 'temporary' }, '2016-01-01')).toMatchObject({ code: 'KIND_NOT_AVAILABLE' });
    expect(decide({}, '2009-09-30')).toMatchObject({ code: 'KIND_NOT_AVAILABLE' });
  });
  test('an adult may send an agent of age, for a reason; a child may not', () => {
    const agent = { name: '张样例', idNumber: idOf('1990-01-01'), relation: '女儿', reason: 'aged' } as const;
    expect(decide({ agent }, '2026-08-01')).toMatchObject({ ok: true });
    expect(decide({ agent: { ...agent, idNumber: idOf('1985-05-05') } }, '2026-08-01')).toMatchObject({ code: 'INPUT_INVALID', detail: 'agent.idNumber' });
    expect(decide({ agent: { ...agent, idNumber: idOf('2010-01-01') } }, '2026-08-01')).toMatchObject({ code: 'INPUT_INVALID', detail: 'agent.idNumber' });
    const guardian = { name: '李样例', idNumber: idOf('1990-01-01'), relation: '父亲' };
    expect(decide({ birth: '2018-05-05', guardian, agent }, '2026-08-01')).toMatchObject({ code: 'INPUT_INVALID', detail: 'agent' });
  });
  test('a child needs a guardian of age, not itself', () => {
    const child = { birth: '2018-05-05', grounds: ['schooling'] } as const;
    const guardian = { name: '李样例', idNumber: idOf('1990-01-01'), relation: '父亲' };
    expect(decide(child, '2026-08-01')).toMatchObject({ code: 'INPUT_INVALID', detail: 'guardian' });
    expect(decide({ ...child, guardian }, '2026-08-01')).toMatchObject({ ok: true, kind: 1 });
    expect(decide({ ...child, guardian: { ...guardian, idNumber: idOf('2010-01-01') } }, '2026-08-01')).toMatchObject({ detail: 'guardian.idNumber' });
    expect(decide({ ...child, guardian: { ...guardian, idNumber: '1' } }, '2026-08-01')).toMatchObject({ code: 'INPUT_INVALID', detail: 'guardian.idNumber' });
  });
});

test.each<[Partial<PermitApplication>, string, string]>([
  [{ name: ' ' }, 'INPUT_INVALID', 'name'],
  [{ ethnicGroup: 57 }, 'INPUT_INVALID', 'ethnicGroup'],
  [{ registeredOn: '2026-02-30' }, 'DATE_IMPOSSIBLE', 'registeredOn'],
  [{ registeredOn: '2027-01-01' }, 'DATE_IMPOSSIBLE', 'registeredOn'],
  [{ registeredOn: '1980-01-01' }, 'DATE_IMPOSSIBLE', 'registeredOn'],
  [{ residence: { division: '330302006001', since: '2030-01-01' } }, 'DATE_IMPOSSIBLE', 'residence.since'],
  [{ residence: { division: '330302999001', since: '2020-01-01' } }, 'DIVISION_UNKNOWN', 'residence.division'],
  [{ residence: { division: '330302006', since: '2020-01-01' } }, 'DIVISION_UNKNOWN', 'residence.division'],
  [{ idNumber: '330302199001010014' }, 'ID_NUMBER_CHECK', 'idNumber'],
  [{ sex: 2 }, 'ID_NUMBER_MISMATCH', 'sex'],
])('refuses %o', (over, code, detail) => expect(decide(over, '2026-08-01')).toEqual({ ok: false, code, detail }));

describe('yearly endorsement', () => {
  const issued = '2024-02-29';
  test('the first year counts from the issue; the due day still counts', () => {
    expect(endorsementDue({ issued })).toBe('2025-02-28');
    expect(endorsementOverdue({ issued }, '2025-02-28')).toBe(false);
    expect(endorsementOverdue({ issued }, '2025-03-01')).toBe(true);
    expect(endorsementOverdue({ issued, expires: '2034-01-01' }, '2030-01-01')).toBe(false);
    expect(endorsementOverdue({ issued, dueDayCounts: false }, '2025-02-27')).toBe(false);
    expect(endorsementOverdue({ issued, dueDayCounts: false }, '2025-02-28')).toBe(true);
  });
  test('opens a month before, keeps the anniversaries, counts anew when late', () => {
    expect(decideEndorsement({ issued }, '2025-01-27')).toMatchObject({ ok: false, detail: 'before-window' });
    expect(decideEndorsement({ issued }, '2025-01-28')).toEqual({ ok: true, endorsedOn: '2025-01-28', goodUntil: '2026-02-28' });
    expect(decideEndorsement({ issued }, '2025-05-01')).toEqual({ ok: true, endorsedOn: '2025-05-01', goodUntil: '2026-02-28', yearsCountFrom: '2025-05-01' });
    const late = { ok: true, endorsedOn: '2028-02-10', goodUntil: '2029-02-28', yearsCountFrom: '2028-02-10' };
    expect(decideEndorsement({ issued, goodUntil: '2027-02-28' }, '2028-02-10')).toEqual(late);
    expect(decideEndorsement({ issued, expires: '2034-01-01' }, '2025-01-28')).toMatchObject({ ok: false, detail: 'fixed-end' });
  });
});
