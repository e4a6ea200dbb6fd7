import { describe, expect, test } from 'vitest';
import { ethnicGroupNames, type ApplicationForm, type FormIssue } from '../../src/contract/index.js';
import { ethnicGroups } from '../../src/permit/index.js';
import { groupDate, isDay } from '../../src/renderer/components/typed-date.js';
import { cardFaceOf } from '../../src/renderer/modes/counter/new/card-face.js';
import { compare, maskedName } from '../../src/renderer/modes/counter/new/comparison.js';
import { groupOf } from '../../src/renderer/modes/counter/new/ethnic-group.js';
import { openStep, stepAfter, stepBefore, stepMarks, stepOfField, stepsOf } from '../../src/renderer/modes/counter/new/flow-steps.js';
import { maskedId, plainForm, setTextAt, shownIssues, textAt, wholeAddress, withDerived, withSince } from '../../src/renderer/modes/counter/new/form-content.js';
import { nextOf } from '../../src/renderer/modes/counter/new/next-field.js';
import { mayBeSpoiled, newlyTorn, writeLines } from '../../src/renderer/modes/counter/new/write-progress.js';

/** The plain part of a new permit: what is kept of a form, which problems are shown when, where it may be opened, what a clerk is told while a card is written. Everybody here is invented. */

test('a day typed as eight digits, as on paper, or in wide digits', () => {
  expect(['2', '2026', '20260', '20260301', '2026-3-1', '2026年3月1日', '２０２６０３０１', '2026.12.31'].map(groupDate)).toEqual(['2', '2026', '2026-0', '2026-03-01', '2026-03-01', '2026-03-01', '2026-03-01', '2026-12-31']);
  expect(groupDate('202603019')).toBe('2026-03-01');
  expect(['2026-03-01', '2024-02-29'].every(isDay)).toBe(true);
  expect(['2026-02-29', '2026-13-01', '2026-3-1', ''].some(isDay)).toBe(false);
});

test('the names of the ethnic groups are those of the permit', () => {
  expect(ethnicGroupNames.map(({ code, zh }) => [code, zh])).toEqual([...ethnicGroups]);
  expect(new Set(ethnicGroupNames.map(({ en }) => en)).size).toBe(ethnicGroupNames.length);
});

test('an ethnic group by its number, its name, a beginning that only one has', () => {
  expect(['1', '01', '０１', '汉', '汉族', 'Han', 'han', '维', 'uy', '土家族'].map((typed) => groupOf(typed)?.code)).toEqual([1, 1, 1, 1, 1, 1, 1, 5, 5, 15]);
  // 土 is a group of its own, not only the beginning of another.
  expect(groupOf('土')?.code).toBe(30);
  expect(['', '99', '57', '甲', 'da'].map((typed) => groupOf(typed))).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

describe('what is kept', () => {
  test('nothing that is empty, and a copy of its own', () => {
    const form: ApplicationForm = { name: '张·三', employer: '  ', grounds: [], papers: ['identity-card'], guardian: { name: '', idNumber: '1' }, agent: {} };
    const plain = plainForm(form);
    expect(plain).toEqual({ name: '张·三', papers: ['identity-card'], guardian: { idNumber: '1' }, agent: {} });
    expect(plain.papers).not.toBe(form.papers);
  });

  test('texts by their path, those of a guardian beside each other', () => {
    const form: ApplicationForm = {};
    setTextAt(form, 'name', '李四');
    setTextAt(form, 'guardian.name', '王五');
    setTextAt(form, 'guardian.relation', '父亲');
    expect([textAt(form, 'name'), textAt(form, 'guardian.name'), textAt(form, 'guardian.relation'), textAt(form, 'agent.name')]).toEqual(['李四', '王五', '父亲', '']);
    expect(form.guardian).toEqual({ name: '王五', relation: '父亲' });
  });
});

describe('what follows from what was typed', () => {
  const now = { birth: '1990-01-01', sex: 1 } as const;
  test('birth and sex out of the number, also when it is corrected', () => {
    expect(withDerived({}, {}, now)).toEqual({ birth: '1990-01-01', sex: 1 });
    expect(withDerived({ birth: '1990-01-01', sex: 1 }, now, { birth: '1991-02-02', sex: 2 })).toEqual({ birth: '1991-02-02', sex: 2 });
  });
  test('what somebody corrected by hand stays', () => {
    expect(withDerived({ birth: '1990-01-02', sex: 9 }, now, { birth: '1991-02-02', sex: 2 })).toEqual({ birth: '1990-01-02', sex: 9 });
    expect(withDerived({ birth: '1990-01-01', sex: 1 }, now, {})).toEqual({ birth: '1990-01-01', sex: 1 });
  });
  test('the day of registration follows until it is typed itself', () => {
    expect(withSince({ since: '2026-03-01', registeredOn: '2026-03-01' }, '2025-08-01')).toEqual({ since: '2025-08-01', registeredOn: '2025-08-01' });
    expect(withSince({ since: '2026-03-01', registeredOn: '2026-02-01' }, '2025-08-01').registeredOn).toBe('2026-02-01');
    expect(withSince({}, '2025-08-01').registeredOn).toBe('2025-08-01');
  });
  test('an address is completed by its division once', () => {
    const whole = wholeAddress('鹿城区五马街道', '文昌路 84 号');
    expect(whole).toBe('鹿城区五马街道文昌路 84 号');
    expect(wholeAddress('鹿城区五马街道', whole)).toBe(whole);
    expect(wholeAddress('鹿城区五马街道', '温州市鹿城区五马街道文昌路 84 号')).toBe('温州市鹿城区五马街道文昌路 84 号');
    expect([wholeAddress(null, '文昌路'), wholeAddress('鹿城区', ' ')]).toEqual(['文昌路', ' ']);
  });
});

describe('which problems are shown', () => {
  const issues: FormIssue[] = [
    { field: 'phone', code: 'INPUT_INVALID' },
    { field: 'name', code: 'NAME_MISSING' },
    { field: 'idNumber', code: 'ID_NUMBER_CHECK' },
    { field: 'idNumber', code: 'INPUT_INVALID' },
    { field: 'division', code: 'FIELD_MISSING' },
    { field: 'photo', code: 'PHOTO_MISSING' },
  ];
  const fields = (shown: readonly FormIssue[]): string[] => shown.map(({ field }) => field);
  test('a wrong form when its field is left; what is missing when the step is to be done', () => {
    expect(fields(shownIssues(issues, 'identity', new Set(), false))).toEqual([]);
    expect(fields(shownIssues(issues, 'identity', new Set(['name', 'idNumber']), false))).toEqual(['idNumber']);
    expect(fields(shownIssues(issues, 'identity', new Set(), true))).toEqual(['name', 'idNumber', 'phone']);
  });
  test('with the answers all, but for a photo that may come in later', () => {
    expect(fields(shownIssues(issues, 'answers', new Set(), true))).toEqual(['name', 'idNumber', 'phone', 'division']);
    expect(fields(shownIssues(issues, 'photo', new Set(), true))).toEqual(['photo']);
  });
  test('each path has its step', () => {
    expect(['guardian.idNumber', 'agent.reason', 'stayMonths', 'registeredOn', 'consents', 'whatever'].map(stepOfField)).toEqual(['work', 'work', 'kind', 'address', 'notice', 'answers']);
  });
});

describe('where it may be opened', () => {
  const open = (facts: Partial<Parameters<typeof openStep>[0]>, wanted: Parameters<typeof openStep>[1]) => openStep({ purpose: 'first', receipt: undefined, issued: undefined, ...facts }, wanted);
  const issued = { permitNumber: '330302202610010010', serial: '00112233445566778899', can: '123456' };
  test('where it was, until it is accepted', () => {
    expect([open({}, 'papers'), open({}, 'write'), open({}, 'done')]).toEqual(['papers', 'answers', 'answers']);
    expect([open({ receipt: 'S1' }, 'identity'), open({ receipt: 'S1' }, 'hand-over')]).toEqual(['write', 'write']);
    expect([open({ receipt: 'S1', issued }, 'identity'), open({ receipt: 'S1', issued }, 'done')]).toEqual(['hand-over', 'done']);
  });
  test('another card of a permit is not its duplicate', () => {
    expect(stepsOf('damaged')).not.toContain('duplicates');
    expect([stepAfter('damaged', 'identity'), stepAfter('first', 'identity'), stepBefore('damaged', 'address'), open({ purpose: 'lost' }, 'duplicates')]).toEqual(['address', 'duplicates', 'identity', 'address']);
    expect([stepBefore('first', 'identity'), stepBefore('first', 'write'), stepAfter('first', 'done')]).toEqual([null, null, 'done']);
  });
  test('marks of the task list', () => {
    const marks = stepMarks('first', 'address', 'papers', new Set(['identity']));
    expect(Object.fromEntries(marks.map(({ step, mark }) => [step, mark]))).toMatchObject({ identity: 'wrong', duplicates: 'done', address: 'current', work: 'done', papers: 'todo', done: 'todo' });
  });
});

test('Enter goes to the next field that is to be filled in', () => {
  const list = {};
  const [name, first, second, derived, last] = [{ group: 1, skipped: false }, { group: list, skipped: false }, { group: list, skipped: false }, { group: 2, skipped: true }, { group: 3, skipped: false }];
  const fields = [name, first, second, derived, last];
  expect(nextOf(fields, name)).toBe(first);
  expect(nextOf(fields, first)).toBe(last);
  expect(nextOf(fields, last)).toBeUndefined();
});

test('a found person beside the new one', () => {
  const form: ApplicationForm = { name: '张小三', birth: '1990-01-01', idNumber: '33030219900101001x' };
  expect(maskedName('欧')).toBe('欧*');
  expect(compare(form, { maskedName: '张**', birth: '1990-01-01', idEnd: '001X' }).map(({ differs }) => differs)).toEqual([false, false, false]);
  expect(compare(form, { maskedName: '章**', birth: '1990-01-02', idEnd: '0019' }).map(({ differs }) => differs)).toEqual([true, true, true]);
});

test('a number shows its region and its end', () => {
  expect([maskedId(undefined), maskedId('3303'), maskedId('330302199001010013')]).toEqual([null, '****', '330302********0013']);
});

describe('while a card is written', () => {
  test('the steps by name; the files counted', () => {
    const lines = writeLines({ step: 'write', done: 5, of: 9 });
    expect(lines.map(({ mark }) => mark)).toEqual(['done', 'done', 'done', 'done', 'current', 'todo', 'todo', 'todo']);
    expect(lines[4]?.count).toEqual({ done: 5, of: 9 });
    expect(writeLines({ step: 'write', done: 5, of: 9 }, { torn: true })[4]?.mark).toBe('torn');
    expect(new Set(writeLines(null).map(({ mark }) => mark))).toEqual(new Set(['todo']));
    expect(new Set(writeLines({ step: 'register', done: 1, of: 1 }, { finished: true }).map(({ mark }) => mark))).toEqual(new Set(['done']));
  });
  test('which card was torn now, and when it is given up', () => {
    expect(newlyTorn(['1111'], ['1111', '5678'])).toBe('5678');
    expect(newlyTorn(['1111'], ['1111'])).toBeUndefined();
    expect([mayBeSpoiled(1, 'CARD_REMOVED'), mayBeSpoiled(3, 'CARD_REMOVED'), mayBeSpoiled(1, 'READ_BACK_DIFFERS')]).toEqual([false, true, true]);
  });
});

test('a card is printed with all ten fields of the law, or not at all', () => {
  const form: ApplicationForm = { name: '张三', sex: 1, ethnicGroup: 1, birth: '1990-01-01', idNumber: '330302199001010013', registeredAddress: '甲省乙县', address: '文昌路 84 号', kind: 'residence' };
  const facts = { photo: '/9j/', issued: { permitNumber: '330302202610010010', serial: '00112233445566778899', can: '123456', issuedOn: '2026-06-01' }, division: '鹿城区五马街道', authority: '温州市公安局鹿城区分局' };
  expect(cardFaceOf(form, facts)).toMatchObject({ document: 'card-face', ethnicGroup: '汉', residenceAddress: '鹿城区五马街道文昌路 84 号', issuer: '温州市公安局鹿城区分局', can: '123456', issued: '2026-06-01' });
  for (const missing of ['name', 'sex', 'ethnicGroup', 'birth', 'idNumber', 'registeredAddress', 'address'] as const) {
    const { [missing]: _missing, ...rest } = form;
    expect(cardFaceOf(rest, facts), missing).toBeNull();
  }
  expect(cardFaceOf(form, { ...facts, authority: undefined })).toBeNull();
});
