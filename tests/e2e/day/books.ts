import { feesByDay, permitHistory, stockOverview } from '../../../src/platform/index.js';
import type { World } from '../world.js';
import { today } from './people.js';

/** What the platform's books say after the day: read by its own reports, as an auditor would. */
export interface BookedPermit {
  readonly state: string;
  /** what the counter of the day did, in its order */
  readonly events: readonly string[];
  /** status of each card, newest first: 0 good, 1 cancelled or lost, 2 suspended, 3 not confirmed */
  readonly cards: readonly number[];
  readonly fen: number;
  readonly pins: readonly string[];
}

export const bookedPermit = (world: World, permitNumber: string): Promise<BookedPermit> =>
  world.platform.administer(async (platform) => {
    const found = await permitHistory(platform, permitNumber);
    if (!found.ok) throw new Error(`${found.code} ${permitNumber}`);
    const { counter } = world.counter.terminals;
    const { facts, events } = found.value;
    const own = <T>(sql: string): T[] => world.platform.rows<T>(sql);
    const fees = own<{ fen: number }>(`select fen from fees where permit_number = '${permitNumber}' and origin_terminal = '${counter}'`);
    const pins = own<{ action: string }>(`select action from pin_events where permit_number = '${permitNumber}' and origin_terminal = '${counter}' order by origin_epoch, origin_seq`);
    return {
      state: facts.state,
      events: events.filter(({ terminal, applied }) => terminal === counter && applied).map(({ type }) => type),
      cards: facts.cards.map(({ status }) => status),
      fen: fees.reduce((sum, { fen }) => sum + fen, 0),
      pins: pins.map(({ action }) => action),
    };
  });

export interface BookedDay {
  /** records of the counter by their type */
  readonly records: Readonly<Record<string, number>>;
  /** seconds by the platform's clock between the first record and the last */
  readonly seconds: number;
  /** each number once, none left out, none quarantined */
  readonly whole: boolean;
  readonly fees: { readonly count: number; readonly fen: number };
  readonly blanks: { readonly used: number; readonly spoiled: number; readonly left: number };
  /** applications that are neither made nor refused */
  readonly open: number;
  readonly refused: number;
}

interface Line {
  readonly seq: number;
  readonly type: string;
  readonly outcome: string;
  readonly at: number;
}

export const bookedDay = async (world: World): Promise<BookedDay> => {
  const { counter } = world.counter.terminals;
  const lines = world.platform.rows<Line>(`select seq, type, outcome, received_at as at from intake_ledger where terminal = '${counter}' order by epoch, seq`);
  const records: Record<string, number> = {};
  for (const { type } of lines) records[type] = (records[type] ?? 0) + 1;
  const [fees, stock] = await world.platform.administer(async (platform) => [await feesByDay(platform, today()), await stockOverview(platform)] as const);
  const own = fees.find(({ terminal }) => terminal === counter);
  const here = stock.terminals.find(({ terminal }) => terminal === counter);
  const applications = world.platform.rows<{ state: string; n: number }>('select state, count(*) as n from applications group by state');
  const count = (...states: readonly string[]): number => applications.filter(({ state }) => states.includes(state)).reduce((sum, { n }) => sum + n, 0);
  return {
    records,
    seconds: (lines.at(-1)?.at ?? 0) - (lines[0]?.at ?? 0),
    whole: lines.every(({ seq, outcome }, at) => seq === at + 1 && outcome === 'applied'),
    fees: { count: own?.count ?? 0, fen: own?.fen ?? 0 },
    blanks: { used: here?.used ?? 0, spoiled: here?.spoiled ?? 0, left: here?.allotted ?? 0 },
    open: count('accepted', 'approved'),
    refused: count('refused'),
  };
};
