import { done, failed, type Outcome, type PermitFacts } from '../contract/index.js';
import { dateInChina } from '../permit/index.js';
import { permitFactsOf } from './permit-facts.js';
import type { Platform } from './platform.js';
import type { FeesOfDay, OverdueApplication, PermitEvent, StockCount } from './storage/ports.js';

/** What an officer or an auditor asks of the platform; nothing of any holder. */
export interface StockOverview {
  readonly total: Omit<StockCount, 'terminal'>;
  /** by terminal; `terminal` absent: in no terminal's hands */
  readonly terminals: readonly StockCount[];
}

/** Every blank that was ever entered, and where it is. */
export const stockOverview = async (platform: Platform): Promise<StockOverview> => {
  const terminals = await platform.storage.lookups.stock();
  const sum = (column: Exclude<keyof StockCount, 'terminal'>): number => terminals.reduce((total, row) => total + row[column], 0);
  return {
    total: { opening: sum('opening'), stock: sum('stock'), allotted: sum('allotted'), used: sum('used'), spoiled: sum('spoiled'), returned: sum('returned') },
    terminals,
  };
};

/** Fees by terminal with what each counter said at closing. `day`: "YYYY-MM-DD" in China. */
export const feesByDay = (platform: Platform, day: string): Promise<FeesOfDay[]> => platform.storage.lookups.feesOn(day);

/** Applications whose last day to issue has passed and for which no card was made (居住证暂行条例 Art. 9: 15 days). */
export const overdueApplications = (platform: Platform): Promise<OverdueApplication[]> => platform.storage.lookups.overdueApplications(dateInChina(platform.clock()));

export interface PermitHistory {
  readonly facts: PermitFacts;
  readonly events: readonly PermitEvent[];
}

/** Everything that happened to a permit, in the order of time, and where it stands today. PERMIT_UNKNOWN. */
export const permitHistory = async (platform: Platform, permitNumber: string): Promise<Outcome<PermitHistory>> => {
  const facts = await permitFactsOf(platform.storage, permitNumber, platform.clock());
  return facts === undefined ? failed('PERMIT_UNKNOWN') : done({ facts, events: await platform.storage.lookups.events(permitNumber) });
};
