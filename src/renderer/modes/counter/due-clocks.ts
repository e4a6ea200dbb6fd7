import type { ApplicationLine, CounterTask } from '../../../contract/index.js';

/** How urgent a day is. `none`: no day is set. */
export type DueTone = 'over' | 'today' | 'soon' | 'later' | 'none';

/** From so many days on a case is due soon: two days of work remain when a weekend lies between. */
const soonDays = 3;

export const dueToneOf = (daysLeft: number | undefined): DueTone => {
  if (daysLeft === undefined) return 'none';
  if (daysLeft < 0) return 'over';
  if (daysLeft === 0) return 'today';
  return daysLeft <= soonDays ? 'soon' : 'later';
};

/** What is overdue longest comes first, what has no day last; equals keep their order. */
export const byDue = <T extends Pick<CounterTask, 'daysLeft'>>(lines: readonly T[]): readonly T[] => lines.toSorted((one, other) => (one.daysLeft ?? Infinity) - (other.daysLeft ?? Infinity) || 0);

/** Where an application is in a hall that works in stages. `papers`: accepted, but papers are missing. */
export const stages = ['papers', 'review', 'making', 'hand-over'] as const;
export type Stage = (typeof stages)[number];

/** 0 shows all of them. */
export const stageKeys = { 1: 'papers', 2: 'review', 3: 'making', 4: 'hand-over' } as const satisfies Readonly<Record<number, Stage>>;
export const stageOfKey = (letter: string): Stage | 'all' | undefined => (letter === '0' ? 'all' : (stageKeys as Readonly<Record<string, Stage>>)[letter]);

export const stageOf = ({ state, missingPapers }: Pick<ApplicationLine, 'state' | 'missingPapers'>): Stage => {
  switch (state) {
    case 'accepted':
      return missingPapers.length > 0 ? 'papers' : 'review';
    case 'approved':
      return 'making';
    case 'made':
      return 'hand-over';
  }
};

/** The lines of a stage, overdue first. The clock of the law ends when the card is made: what waits to be handed over has none, and stands last. */
export const linesOf = (lines: readonly ApplicationLine[], stage: Stage | 'all'): readonly ApplicationLine[] => {
  const shown = lines.filter((line) => stage === 'all' || stageOf(line) === stage);
  return [...byDue(shown.filter(({ state }) => state !== 'made')), ...shown.filter(({ state }) => state === 'made').toSorted((one, other) => one.acceptedOn.localeCompare(other.acceptedOn))];
};

export const countsOf = (lines: readonly ApplicationLine[]): Readonly<Record<Stage, number>> => {
  const counts = { papers: 0, review: 0, making: 0, 'hand-over': 0 };
  for (const line of lines) counts[stageOf(line)] += 1;
  return counts;
};
