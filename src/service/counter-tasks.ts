import type { CounterTask, FormDraft } from '../contract/index.js';
import { maskName } from '../outbox/index.js';
import { daysBetween, openTasks, type CitySettings, type FullDate } from '../permit/index.js';
import type { OpenApplication } from '../workflows/index.js';
import type { Making } from './making.js';

export interface TaskRules extends CitySettings {
  readonly today: FullDate;
  readonly making: Making;
}

const dueIn = (due: FullDate | undefined, today: FullDate): Pick<CounterTask, 'due' | 'daysLeft'> => (due === undefined ? {} : { due, daysLeft: daysBetween(today, due) });

/** What an application waits for: its papers, its clock that ran out, else the next step. Where cards are made on the spot the review is part of the making. */
const taskOf = ({ file, made }: OpenApplication, { today, making, ...city }: TaskRules): Pick<CounterTask, 'task' | 'due' | 'daysLeft'> | undefined => {
  const tasks = openTasks(file, today, city);
  const of = (name: (typeof tasks)[number]['task']) => tasks.find(({ task }) => task === name);
  const clock = dueIn(file.dueOn, today);
  if (made !== undefined || of('pick-up') !== undefined) return { task: 'to-hand-over' };
  if (of('missing-papers') !== undefined) return { task: 'missing-papers', ...clock };
  if (of('issue-overdue') !== undefined) return { task: 'issue-overdue', ...clock };
  if (file.state === 'approved') return { task: 'to-make', ...clock };
  if (file.state === 'accepted') return { task: making === 'batch' ? 'to-review' : 'to-make', ...clock };
  return undefined;
};

const ofApplication = (open: OpenApplication, rules: TaskRules): CounterTask[] => {
  const task = taskOf(open, rules);
  if (task === undefined) return [];
  const { receipt, application, permitNumber, draft } = open;
  return [{ ...task, receipt, maskedName: maskName(application.name), ...(permitNumber === undefined ? {} : { permitNumber }), ...(draft === undefined ? {} : { draft }) }];
};

/** A form whose card was made, and whose application this terminal does not hold. */
const ofDraft = ({ id, form, receipt, issued }: FormDraft): CounterTask[] =>
  issued === undefined ? [] : [{ task: 'to-hand-over', draft: id, permitNumber: issued.permitNumber, maskedName: maskName(form.name?.trim() ?? ''), ...(receipt === undefined ? {} : { receipt }) }];

/** More days than any clock has. */
const noClock = 10_000;

/** Cases that wait for somebody, those whose time runs out first; what has no clock comes last. */
export const counterTasks = (applications: readonly OpenApplication[], drafts: readonly FormDraft[], rules: TaskRules): CounterTask[] => {
  const known = new Set(applications.map(({ receipt }) => receipt));
  const tasks = [...applications.flatMap((open) => ofApplication(open, rules)), ...drafts.filter(({ receipt }) => receipt === undefined || !known.has(receipt)).flatMap(ofDraft)];
  return tasks.sort((a, b) => (a.daysLeft ?? noClock) - (b.daysLeft ?? noClock) || ((a.receipt ?? '') < (b.receipt ?? '') ? -1 : 1));
};
