import { describe, expect, test, vi } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { ApplicationLine, CounterTask } from '../../src/contract/index.js';
import { batchAfter, currentOf, newBatch, type Batch, type BatchEvent } from '../../src/renderer/modes/counter/batch-making.js';
import { makeSteps, stepLines } from '../../src/renderer/modes/counter/card-steps.js';
import { caseLink, duplicateLink, follow, taskLink } from '../../src/renderer/modes/counter/case-links.js';
import { byDue, countsOf, dueToneOf, linesOf, stageOf, stageOfKey } from '../../src/renderer/modes/counter/due-clocks.js';
import { fenOf, momentText, wholeOf, yuanOf } from '../../src/renderer/modes/counter/figures.js';
import { ruleSource } from '../../src/renderer/modes/counter/rule-source.js';
import { wantedPermit } from '../../src/renderer/modes/counter/wanted-permit.js';
import { ruleTexts } from '../../src/contract/index.js';

const line = (receipt: string, state: ApplicationLine['state'], daysLeft: number, missingPapers: string[] = []): ApplicationLine => ({ receipt, purpose: 'first', state, maskedName: '李*', acceptedOn: '2026-11-01', dueOn: '2026-11-16', daysLeft, missingPapers, photo: true, feeFen: 0 });

describe('clocks', () => {
  test('overdue, today, within three days, later, none', () => {
    expect([-1, 0, 1, 3, 4, undefined].map(dueToneOf)).toEqual(['over', 'today', 'soon', 'soon', 'later', 'none']);
  });

  test('the longest overdue first, without a day last, equals as they came', () => {
    const task = (maskedName: string, daysLeft?: number): CounterTask => ({ task: 'to-make', maskedName, ...(daysLeft === undefined ? {} : { daysLeft }) });
    expect(byDue([task('a'), task('b', 3), task('c', -2), task('d', 3), task('e'), task('f', -7)]).map(({ maskedName }) => maskedName)).toEqual(['f', 'c', 'b', 'd', 'a', 'e']);
  });
});

describe('stages', () => {
  const lines = [line('made-late', 'made', -9), line('papers', 'accepted', 9, ['photo']), line('review', 'accepted', 2), line('making', 'approved', -1), line('making-2', 'approved', 5)];

  test('accepted with papers missing is not for review yet', () => {
    expect(lines.map(stageOf)).toEqual(['hand-over', 'papers', 'review', 'making', 'making']);
    expect(countsOf(lines)).toEqual({ papers: 1, review: 1, making: 2, 'hand-over': 1 });
  });

  test('what is made has no clock: it stands behind what is due, however old it is', () => {
    expect(linesOf(lines, 'all').map(({ receipt }) => receipt)).toEqual(['making', 'review', 'making-2', 'papers', 'made-late']);
    expect(linesOf(lines, 'making').map(({ receipt }) => receipt)).toEqual(['making', 'making-2']);
  });

  test('a digit a stage', () => {
    expect(['0', '1', '2', '3', '4', '5', 'A'].map(stageOfKey)).toEqual(['all', 'papers', 'review', 'making', 'hand-over', undefined, undefined]);
  });
});

describe('making one after the other', () => {
  const play = (batch: Batch, ...events: readonly BatchEvent[]): Batch => events.reduce(batchAfter, batch);
  const [put, away, again, pass]: readonly BatchEvent[] = [{ event: 'card-in' }, { event: 'card-out' }, { event: 'again' }, { event: 'pass' }];
  const made = (permitNumber: string): BatchEvent => ({ event: 'made', permitNumber });

  test('a blank is written, taken away, and only then the next case comes', () => {
    const first = play(newBatch(['a', 'b']), put!, made('1'));
    expect([first.phase, currentOf(first)]).toEqual(['take', 'a']);
    expect(play(first, put!)).toBe(first);
    const second = play(first, away!);
    expect([second.phase, currentOf(second)]).toEqual(['put', 'b']);
    const end = play(second, put!, made('2'), away!);
    expect([end.phase, end.made, currentOf(end)]).toEqual(['done', [{ receipt: 'a', permitNumber: '1' }, { receipt: 'b', permitNumber: '2' }], undefined]);
  });

  test('a card that is pulled while it is written passes nothing over: its failure is decided on', () => {
    const failed = play(newBatch(['a', 'b']), put!, away!, { event: 'failed' });
    expect([failed.phase, currentOf(failed)]).toEqual(['failed', 'a']);
    expect(play(failed, put!)).toBe(failed);
    expect(play(failed, again!).phase).toBe('writing');
    const passed = play(failed, pass!);
    expect([passed.phase, passed.passed, currentOf(passed)]).toEqual(['put', ['a'], 'b']);
  });

  test('nobody passes over a card that is being written', () => {
    const writing = play(newBatch(['a']), put!);
    expect(play(writing, pass!)).toBe(writing);
    expect(newBatch([]).phase).toBe('done');
  });
});

describe('steps of a card', () => {
  test('what is behind the step now is done', () => {
    expect(stepLines(makeSteps, ['check', 'write']).map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'now', 'open', 'open', 'open']);
  });
  test('a step within a step moves nothing: the card is asked for its rights while it is read back', () => {
    expect(stepLines(makeSteps, ['open', 'write', 'read-back', 'rights'])).toEqual(stepLines(makeSteps, ['open', 'write', 'read-back']));
    expect(stepLines(makeSteps, ['open', 'read-back', 'rights', 'register']).at(-1)).toEqual({ step: 'register', state: 'now' });
  });
  test('steps that nobody listed come as they are told', () => {
    expect(stepLines([], ['chip', 'rights'])).toEqual([{ step: 'chip', state: 'done' }, { step: 'rights', state: 'now' }]);
    expect(stepLines(makeSteps, []).every(({ state }) => state === 'open')).toBe(true);
  });
});

describe('figures', () => {
  test('money out and in', () => {
    expect([0, 5, 2_000, 123_456].map(yuanOf)).toEqual(['0.00', '0.05', '20.00', '1234.56']);
    expect(['20', '20.5', '1,234.56', '¥20.00', '２０．５０元', '', '-1', '20.555', 'abc'].map(fenOf)).toEqual([2_000, 2_050, 123_456, 2_000, 2_050, null, null, null, null]);
  });
  test('a count', () => {
    expect(['138', ' 0 ', '１３', '', '1.5', '-3'].map(wholeOf)).toEqual([138, 0, 13, null, null, null]);
  });
  test('a moment of today has no date, in Beijing time', () => {
    const noon = Date.UTC(2026, 10, 24, 4) / 1_000;
    expect(momentText(noon, noon + 3_600)).toBe('12:00');
    expect(momentText(noon - 86_400, noon)).toBe('2026-11-23 12:00');
  });
});

describe('where a line leads', () => {
  const draft = '00000000-0000-4000-8000-000000000001';
  test('found cases', () => {
    const found = { maskedName: '李*', idEnd: '0028', at: 1 };
    expect(caseLink({ ...found, kind: 'draft', reference: draft, draft, what: 'photo' })).toEqual({ draft, step: 'photo' });
    expect(caseLink({ ...found, kind: 'draft', reference: draft, draft, what: 'of a newer service' })).toEqual({ draft, step: 'identity' });
    expect(caseLink({ ...found, kind: 'application', reference: 'R1', what: 'accepted' })).toEqual({ receipt: 'R1' });
    expect(caseLink({ ...found, kind: 'record', reference: 'x', permitNumber: '330302202610000148', what: 'issue' })).toEqual({ permitNumber: '330302202610000148' });
  });
  test('the other permit of the same person opens on the card desk by its number, which stands in no address; a draft and an application where they are', async () => {
    const permitNumber = '330302202610000148';
    expect(duplicateLink({ permitNumber, receipt: 'R1' })).toEqual({ permitNumber });
    expect(duplicateLink({ draft, receipt: 'R1' })).toEqual({ draft, step: 'identity' });
    expect(duplicateLink({ receipt: 'R1' })).toEqual({ receipt: 'R1' });
    expect(duplicateLink({})).toBeNull();
    const nothing = { template: '' };
    const router = createRouter({ history: createMemoryHistory(), routes: [{ name: 'counter', path: '/', component: nothing }, { name: 'counter-desk', path: '/counter/desk', component: nothing }, { name: 'counter-applications', path: '/counter/applications', component: nothing }] });
    follow(router, { permitNumber });
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/counter/desk'));
    expect(wantedPermit.value).toBe(permitNumber);
    follow(router, { receipt: 'R1' });
    await vi.waitFor(() => expect(router.currentRoute.value.fullPath).toBe('/counter/applications?receipt=R1'));
  });
  test('a card that was written out of a form is handed over there', () => {
    expect(taskLink({ task: 'to-hand-over', maskedName: '', draft, receipt: 'R1' })).toEqual({ draft, step: 'hand-over' });
    expect(taskLink({ task: 'to-make', maskedName: '', draft, receipt: 'R1' })).toEqual({ receipt: 'R1' });
    expect(taskLink({ task: 'to-hand-over', maskedName: '', permitNumber: '330302202610000148' })).toEqual({ permitNumber: '330302202610000148' });
    expect(taskLink({ task: 'to-review', maskedName: '' })).toBeNull();
  });
});

test('where a rule stands, in Chinese without a word of English', () => {
  expect(ruleSource('Order 663 Art. 11, 21; Zhejiang 2016 Art. 23', 'zh-CN')).toBe('《居住证暂行条例》第11、21条；《浙江省流动人口居住登记条例》第23条');
  for (const { source } of Object.values(ruleTexts)) {
    expect(ruleSource(source, 'zh-CN'), source).not.toMatch(/[A-Za-z]/);
    expect(ruleSource(source, 'en')).toBe(source);
  }
});
