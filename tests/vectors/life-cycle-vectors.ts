import { applyEvent, openTasks, permittedSteps, stateOn, transitions, startingPoints, type LifeCycleEvent, type PermitFile } from '../../src/permit/index.js';
import type { VectorFile } from './shared.js';

interface Told {
  readonly name: string;
  readonly events: readonly LifeCycleEvent[];
  /** days on which the file is asked at the end */
  readonly asked: readonly string[];
}

const first = { type: 'issue', on: '2024-03-10', kind: 1 } as const;
const received = (on: string, oldCard: 'none' | 'returned' | 'lost' = 'none'): LifeCycleEvent => ({ type: 'hand-over', on, oldCard });
const revoked = (on: string, reason: 'lost' | 'left' | 'fraud' | 'decision' | 'restored' | 'found' | 'expired', status: 0 | 1 | 2): LifeCycleEvent => ({ type: 'revocation', on, status, reason });
const endorsed = (on: string): LifeCycleEvent => ({ type: 'endorsement', on, decision: 'endorsed' });

/** One scenario each; an event that is refused leaves the file as it was and the life goes on. */
const lives: readonly Told[] = [
  {
    name: 'registered, accepted with missing papers, reviewed, made, handed over',
    events: [
      { type: 'registration', on: '2024-01-15' },
      { type: 'acceptance', on: '2024-08-01', purpose: 'first', missingPapers: ['lease', 'photo'], dueOn: '2024-08-16' },
      { type: 'review', on: '2024-08-02', decision: 'approved' },
      { type: 'supplement', on: '2024-08-02', missingPapers: ['photo', 'contract'] },
      { type: 'supplement', on: '2024-08-05', missingPapers: [] },
      { type: 'issue', on: '2024-08-05', kind: 1 },
      { type: 'review', on: '2024-08-06', decision: 'approved' },
      { type: 'issue', on: '2024-08-09', kind: 1 },
      received('2024-08-12'),
    ],
    asked: ['2024-08-12', '2025-07-09', '2025-08-09', '2025-08-10'],
  },
  {
    name: 'refused with a written reason',
    events: [
      { type: 'acceptance', on: '2024-08-01', purpose: 'first', missingPapers: [], dueOn: '2024-08-16' },
      { type: 'review', on: '2024-08-02', decision: 'refused', reason: ' ' },
      { type: 'review', on: '2024-08-02', decision: 'refused', reason: '租赁合同已终止' },
      { type: 'issue', on: '2024-08-03', kind: 1 },
    ],
    asked: ['2024-08-03'],
  },
  {
    name: 'endorsed too early, in time and late; then not any more',
    events: [
      first, received('2024-03-10'), endorsed('2025-02-09'), endorsed('2025-02-10'), endorsed('2026-06-01'),
      { type: 'endorsement', on: '2027-03-01', decision: 'refused' },
      { type: 'endorsement', on: '2027-03-01', decision: 'refused', reason: '已无合法稳定住所' },
      endorsed('2027-03-02'),
    ],
    asked: ['2027-03-02'],
  },
  {
    name: 'issued on 29 February',
    events: [{ type: 'issue', on: '2024-02-29', kind: 1 }, received('2024-02-29'), endorsed('2025-01-27'), endorsed('2025-01-28')],
    asked: ['2026-02-28', '2026-03-01'],
  },
  {
    name: 'damaged: the old card is asked for',
    events: [first, received('2024-03-10'), { type: 'issue', on: '2024-05-01', kind: 1, replaces: 'damaged' }, received('2024-05-01'), received('2024-05-01', 'returned')],
    asked: ['2025-03-10', '2025-03-11'],
  },
  {
    name: 'lost, found, replaced; an older loss arrives late',
    events: [
      first, received('2024-03-10'), revoked('2024-05-02', 'lost', 1), revoked('2024-05-03', 'found', 0),
      { type: 'card-return', on: '2024-05-03', reason: 'found' },
      { type: 'issue', on: '2024-05-04', kind: 1, replaces: 'lost' },
      received('2024-05-04'), revoked('2024-05-01', 'lost', 1),
    ],
    asked: ['2024-05-04'],
  },
  {
    name: 'corrected on the day, not on the day after',
    events: [
      first, { type: 'issue', on: '2024-03-10', kind: 1, replaces: 'correction' }, received('2024-03-10'),
      { type: 'issue', on: '2024-03-11', kind: 1, replaces: 'correction' },
    ],
    asked: ['2024-03-11'],
  },
  {
    name: 'suspended by decision, lost meanwhile, restored, replaced, moved late, cancelled',
    events: [
      first, received('2024-03-10'), revoked('2024-05-01', 'decision', 2), revoked('2024-05-02', 'lost', 1),
      { type: 'issue', on: '2024-05-03', kind: 1, replaces: 'lost' },
      revoked('2024-05-04', 'restored', 0), revoked('2024-05-04', 'restored', 1),
      { type: 'issue', on: '2024-05-05', kind: 1, replaces: 'lost' },
      received('2024-05-05'),
      { type: 'residence-change', on: '2024-07-01', changedOn: '2024-06-01' },
      revoked('2024-09-01', 'left', 1),
      { type: 'card-return', on: '2024-09-01', reason: 'cancelled' },
      revoked('2024-09-02', 'restored', 0),
    ],
    asked: ['2024-09-02'],
  },
  {
    name: 'a permit of 2013: no endorsement, replaced with its end kept, past its end, cancelled',
    events: [
      { type: 'issue', on: '2015-06-01', kind: 1, expiresOn: '2018-06-01' },
      received('2015-06-01'), endorsed('2016-05-20'),
      { type: 'issue', on: '2017-01-01', kind: 1, replaces: 'damaged' },
      { type: 'issue', on: '2017-01-01', kind: 1, expiresOn: '2018-06-01', replaces: 'damaged' },
      received('2017-01-01', 'returned'), revoked('2018-06-01', 'expired', 1),
      { type: 'residence-change', on: '2018-06-02', changedOn: '2018-06-01' },
      revoked('2018-06-02', 'expired', 1),
    ],
    asked: ['2018-06-02'],
  },
  {
    name: 'a temporary permit exchanged under the rules of 2016',
    events: [
      { type: 'issue', on: '2015-01-10', kind: 2, expiresOn: '2018-01-10' },
      received('2015-01-10'),
      { type: 'issue', on: '2016-07-01', kind: 2, expiresOn: '2019-07-01', replaces: 'exchange' },
      { type: 'issue', on: '2016-07-01', kind: 1, replaces: 'exchange' },
      received('2016-07-01', 'returned'),
    ],
    asked: ['2017-07-01', '2017-07-02'],
  },
  {
    name: 'dates that cannot be',
    events: [
      { type: 'registration', on: '2023-02-29' }, first, received('2024-03-09'),
      { type: 'acceptance', on: '2024-03-11', purpose: 'first', missingPapers: [], dueOn: '2024-03-26' },
      received('2024-03-11'),
      { type: 'acceptance', on: '2024-04-01', purpose: 'damaged', missingPapers: [], dueOn: '2024-05-02' },
      { type: 'residence-change', on: '2024-04-01', changedOn: '2024-04-02' },
    ],
    asked: ['2024-04-01'],
  },
];

const tell = ({ name, events, asked }: Told) => {
  let file: PermitFile | undefined;
  const told = events.map((event) => {
    const result = applyEvent(file, event);
    if (!result.ok) return { event, refused: { code: result.code, detail: result.detail } };
    file = result.file;
    return { event, state: result.file.state };
  });
  const known = file ?? { state: 'registered', missingPapers: [] };
  return { name, events: told, file: known, asked: asked.map((on) => ({ on, state: stateOn(known, on), tasks: openTasks(known, on), permitted: permittedSteps(known, on) })) };
};

export const lifeCycleVectors = (): VectorFile => ({
  title: 'The life of a permit: events, what each leaves behind or why it is refused, and what a day adds',
  specification: 'life-cycle.md',
  transitions: startingPoints.flatMap((from) => Object.entries(transitions[from]).map(([step, to]) => ({ from, step, to }))),
  lives: lives.map(tell),
});
