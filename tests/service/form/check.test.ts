import { describe, expect, test } from 'vitest';
import { defaultRules, type ApplicationForm, type Notice, type Purpose } from '../../../src/contract/index.js';
import { idNumberCheckCharacter } from '../../../src/permit/index.js';
import { checkForm, noticeOn } from '../../../src/service/form/check.js';

const today = '2026-11-24';
const idNumber = (digits17: string): string => digits17 + idNumberCheckCharacter(digits17);
const adultId = idNumber('42010619900301001');
const notices: Notice[] = [
  { id: 'wz', version: 1, from: '2026-01-01', zh: '旧告知', en: 'old' },
  { id: 'wz', version: 2, from: '2026-06-01', zh: '告知', en: 'notice' },
  { id: 'wz', version: 3, from: '2027-01-01', zh: '新告知', en: 'next' },
];
const whole: ApplicationForm = {
  name: '测试甲',
  ethnicGroup: 1,
  idNumber: adultId,
  registeredAddress: '湖北省武汉市测试路1号',
  division: '330302006001',
  address: '测试街2号',
  since: '2025-01-02',
  registeredOn: '2025-01-03',
  grounds: ['employment'],
  papers: ['identity-card', 'proof-of-residence', 'proof-of-employment'],
  notice: { id: 'wz', version: 2 },
};
const check = (form: ApplicationForm, more: { purpose?: Purpose; hasPhoto?: boolean; day?: string } = {}) =>
  checkForm({ form, purpose: more.purpose ?? 'first', hasPhoto: more.hasPhoto ?? true }, { today: more.day ?? today, rules: defaultRules, notices });
const issuesOf = (form: ApplicationForm, more: Parameters<typeof check>[1] = {}) => check(form, more).issues.map(({ field, code }) => `${field} ${code}`);

describe('form-check', () => {
  test('a whole form is an application, with what the ID number says', () => {
    const checked = check(whole);
    expect(checked.issues).toEqual([]);
    expect(checked.missingPapers).toEqual([]);
    expect(checked.application).toMatchObject({ name: '测试甲', sex: 1, birth: '1990-03-01', idNumber: adultId, kind: 'residence', residence: { division: '330302006001' }, notice: { id: 'wz', version: 2, consents: [] } });
    expect(checked.derived).toEqual({ birth: '1990-03-01', sex: 1, county: '湖北', age: 36, guardian: false, authority: '温州市公安局鹿城区分局' });
    expect(checked.notice).toEqual({ id: 'wz', version: 2, zh: '告知', en: 'notice' });
    expect([checked.dueOn, checked.feeFen]).toEqual(['2026-12-09', 0]);
    expect(checked.offers).toEqual([
      { kind: 'residence', possible: true, rule: 'residence-2016', issued: today, endorsementDue: '2027-11-24' },
      { kind: 'temporary', possible: false, rule: 'one-kind', refused: { code: 'KIND_NOT_AVAILABLE', detail: 'kind' } },
    ]);
  });

  test('an empty form names every field once, in the order of the form', () => {
    expect(issuesOf({}, { hasPhoto: false })).toEqual([
      'name NAME_MISSING', 'idNumber FIELD_MISSING', 'ethnicGroup FIELD_MISSING', 'registeredAddress FIELD_MISSING', 'division FIELD_MISSING', 'address FIELD_MISSING',
      'since FIELD_MISSING', 'registeredOn FIELD_MISSING', 'photo PHOTO_MISSING', 'notice NOTICE_UNREAD',
    ]);
    expect(check({}).application).toBeUndefined();
  });

  test('what was typed carelessly is understood: full-width digits, a small x, dates as people write them', () => {
    const id = idNumber('11010519491231002');
    const typed = check({ ...whole, name: ' 测试甲 ', idNumber: ` ${id.replace('1', '１').toLowerCase()} `, division: '330302006', since: '2025年1月2日', registeredOn: '20250103', phone: '１３８' });
    expect(typed.issues).toEqual([]);
    expect(typed.application).toMatchObject({ name: '测试甲', idNumber: id, phone: '138', registeredOn: '2025-01-03', residence: { division: '330302006000', since: '2025-01-02' } });
  });

  test.each<[string, ApplicationForm, string]>([
    ['a short ID number', { idNumber: '4201061990' }, 'idNumber INPUT_INVALID'],
    ['a wrong check digit', { idNumber: `${adultId.slice(0, 17)}${adultId.endsWith('1') ? '2' : '1'}` }, 'idNumber ID_NUMBER_CHECK'],
    ['a day that no calendar has', { idNumber: idNumber('42010619900230001') }, 'idNumber DATE_IMPOSSIBLE'],
    ['a province that does not exist', { idNumber: idNumber('99010619900301001') }, 'idNumber DIVISION_UNKNOWN'],
    ['another birth date', { birth: '1990-03-02' }, 'birth ID_NUMBER_MISMATCH'],
    ['another sex', { sex: 2 }, 'sex ID_NUMBER_MISMATCH'],
    ['a division that is none', { division: '330302999001' }, 'division DIVISION_UNKNOWN'],
    ['a day to come', { registeredOn: '2026-11-25' }, 'registeredOn DATE_IMPOSSIBLE'],
    ['a day before the birth', { since: '1989-01-01' }, 'since DATE_IMPOSSIBLE'],
    ['letters for years', { insuranceYears: 'ab' }, 'insuranceYears INPUT_INVALID'],
    ['an ethnic group that is none', { ethnicGroup: 60 }, 'ethnicGroup INPUT_INVALID'],
    ['an older notice', { notice: { id: 'wz', version: 1 } }, 'notice NOTICE_UNREAD'],
    ['a kind that is not given any more', { kind: 'temporary' }, 'kind KIND_NOT_AVAILABLE'],
    ['no ground', { grounds: [] }, 'kind NOT_ELIGIBLE'],
    ['a guardian without a number', { guardian: { name: '测试乙', relation: '父' } }, 'guardian.idNumber FIELD_MISSING'],
    ['the applicant as the own agent', { agent: { name: '测试甲', relation: '本人', reason: 'ill', idNumber: adultId } }, 'agent.idNumber INPUT_INVALID'],
  ])('%s', (_, wrong, issue) => expect(issuesOf({ ...whole, ...wrong })).toEqual([issue]));

  test('a child needs a guardian, whose papers are asked for; an opened and emptied part is none', () => {
    const child = { ...whole, idNumber: idNumber('42010620150301001'), guardian: { name: ' ', idNumber: '' }, grounds: ['schooling' as const] };
    expect(issuesOf(child)).toEqual(['guardian GUARDIAN_REQUIRED']);
    expect(check(child).derived).toMatchObject({ age: 11, guardian: true });
    expect(check(child).missingPapers).toEqual(['proof-of-schooling', 'guardian-identity', 'guardian-relation']);
    const guarded = { ...child, guardian: { name: '测试乙', idNumber: adultId, relation: '父' } };
    expect(issuesOf(guarded)).toEqual([]);
    expect(check(guarded).application?.guardian).toEqual({ name: '测试乙', idNumber: adultId, relation: '父' });
  });

  test('a missing photo, paper or condition keeps nobody from being accepted; the notice does', () => {
    expect(check({ ...whole, papers: [], grounds: [] }, { hasPhoto: false })).toMatchObject({ missingPapers: ['identity-card', 'photo', 'proof-of-residence'], application: { name: '测试甲' } });
    expect(check({ ...whole, notice: undefined }).application).toBeUndefined();
  });

  test('the rules of the day: three classes in 2014, and the kind must be chosen', () => {
    const then = { ...whole, division: '330302006001', since: '2010-01-02', registeredOn: '2010-01-03', insuranceYears: '3', grounds: ['employment' as const, 'housing' as const] };
    const checked = check(then, { day: '2014-05-06' });
    expect(checked.issues.map(({ field }) => field)).toEqual(['kind']);
    expect(checked.offers.map(({ kind, stayMonths, possible, expires, rule }) => [kind, stayMonths, possible, expires, rule])).toEqual([
      ['residence', undefined, true, '2017-05-06', 'residence-2009'],
      ['temporary', 6, true, '2014-11-06', 'temporary-6'],
      ['temporary', 12, true, '2015-05-06', 'temporary-12'],
      ['temporary', 36, true, '2017-05-06', 'temporary-36'],
    ]);
  });

  test('another card keeps its permit and costs what the city says', () => {
    expect(check(whole, { purpose: 'damaged' })).toMatchObject({ feeFen: 2_000, missingPapers: ['old-card'], offers: [{ kind: 'residence', possible: true, rule: 'same-permit' }] });
    expect(check({ ...whole, grounds: [] }, { purpose: 'lost' }).issues).toEqual([]);
  });

  test('takes less than 5 ms', () => {
    check(whole);
    const begun = performance.now();
    for (let i = 0; i < 200; i += 1) check({ ...whole, name: `测试${String(i)}` });
    expect((performance.now() - begun) / 200).toBeLessThan(5);
  });
});

test('the newest notice in force', () => {
  expect(noticeOn(notices, '2026-05-31')?.version).toBe(1);
  expect(noticeOn(notices, '2025-12-31')).toBeUndefined();
});
