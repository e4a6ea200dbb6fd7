import { startingPoints, transitions, type From, type PermitState, type Step } from '../../src/permit/index.js';

/** One line of the table of firmware-specs/life-cycle.md 3: steps of a starting point that may leave the same states. */
export interface TableRow {
  readonly from: string;
  readonly step: string;
  readonly to: readonly string[];
}

/** The table as the code has it. */
export const rowsOfCode = (): TableRow[] =>
  startingPoints.flatMap((from) => Object.entries(transitions[from]).map(([step, to]) => ({ from, step, to })));

/** The table as a page has it: `| from | steps | states |`, all of them in backticks, *none* and *past-end* in italics. */
export const rowsOfPage = (page: string): TableRow[] =>
  [...page.matchAll(/^\| [`*]([a-z-]+)[`*] \| (`[a-z:-]+`(?:, `[a-z:-]+`)*) \| (`[a-z]+`(?:, `[a-z]+`)*) \|$/gm)].flatMap(([, from = '', named = '', states = '']) => {
    const to = [...states.matchAll(/`([a-z]+)`/g)].map((match) => match[1] ?? '');
    return [...named.matchAll(/`([a-z:-]+)`/g)].map((match) => ({ from, step: match[1] ?? '', to }));
  });

export const allowed = (from: From, step: Step): readonly PermitState[] => transitions[from][step] ?? [];
