import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FormDraft } from '../../src/contract/index.js';
import type { PermitFile } from '../../src/permit/index.js';
import { counterTasks, type TaskRules } from '../../src/service/counter-tasks.js';
import type { OpenApplication } from '../../src/workflows/index.js';
import { applicant } from '../workflows/fixtures.js';

const today = '2026-11-24';
const open = (n: number, file: Partial<PermitFile>, more: Partial<OpenApplication> = {}): OpenApplication => ({
  receipt: `S2026112${String(n)}-0000000${String(n)}`,
  application: applicant(n),
  file: { state: 'accepted', acceptedOn: today, dueOn: '2026-12-09', missingPapers: [], ...file },
  ...more,
});
const tasks = (applications: readonly OpenApplication[], drafts: readonly FormDraft[] = [], rules: Partial<TaskRules> = {}) =>
  counterTasks(applications, drafts, { today, making: 'spot', ...rules }).map(({ task, daysLeft, receipt, draft }) => [task, daysLeft, receipt ?? draft]);

describe('what waits at a counter', () => {
  it.each<[string, Partial<PermitFile>, 'spot' | 'batch', string]>([
    ['papers', { missingPapers: ['photo'] }, 'spot', 'missing-papers'],
    ['papers, also when the time is over', { missingPapers: ['photo'], dueOn: '2026-11-23' }, 'spot', 'missing-papers'],
    ['the review of a hall that makes in batches', {}, 'batch', 'to-review'],
    ['the making where it is made on the spot', {}, 'spot', 'to-make'],
    ['the making once it is approved', { state: 'approved' }, 'batch', 'to-make'],
    ['the clock that ran out', { dueOn: '2026-11-23' }, 'batch', 'issue-overdue'],
    ['the holder', { state: 'made', issuedOn: today }, 'spot', 'to-hand-over'],
  ])('%s', (_, file, making, task) => expect(tasks([open(1, file)], [], { making }).map(([name]) => name)).toEqual([task]));

  it('nothing of what has ended', () => expect(tasks([open(1, { state: 'refused' }), open(2, { state: 'ended' })])).toEqual([]));

  it('whose time runs out stands first, what has no clock last', () => {
    const [late, soon, later, made] = [open(1, { dueOn: '2026-11-20' }), open(2, { dueOn: '2026-11-26' }), open(3, {}), open(4, { state: 'made' })];
    expect(tasks([made, later, soon, late])).toEqual([['issue-overdue', -4, late.receipt], ['to-make', 2, soon.receipt], ['to-make', 15, later.receipt], ['to-hand-over', undefined, made.receipt]]);
  });

  it('a form whose card was made waits for its holder, once', () => {
    const made = open(1, { state: 'made' });
    const issued = { permitNumber: '330302202610000429', serial: '0102030405060708090a', can: '123456' };
    const draft = (more: Partial<FormDraft>): FormDraft => ({ id: randomUUID(), purpose: 'first', form: { name: '测试甲' }, step: 'hand-over', issued, ...more });
    const alone = draft({});
    expect(tasks([made], [draft({ receipt: made.receipt }), alone, draft({ issued: undefined })])).toEqual([['to-hand-over', undefined, alone.id], ['to-hand-over', undefined, made.receipt]]);
  });
});
