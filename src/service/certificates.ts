import { addDays, startOfDayInChina } from '../permit/index.js';
import type { Terminal } from './terminal.js';

export interface DaysLeft {
  /** whole days until it ends; negative: since then; undefined: there is none */
  readonly days: number | undefined;
  readonly state: 'ok' | 'warn' | 'ended' | 'missing';
}

/** What a terminal cannot work off-line without. */
export interface CertificateDays {
  readonly delegation: DaysLeft;
  readonly trustList: DaysLeft;
  readonly statusList: DaysLeft;
  /** the card-verifiable certificate: without it no holder's data is read and no card written */
  readonly access: DaysLeft;
}

const day = 86_400;
/** What a hall keeps in hand beside the longest closure (sync.md 5.1). */
const reserveDays = 7;

/** The last second of a day in China. */
const endOfDay = (day: string | undefined): number | undefined => (day === undefined ? undefined : startOfDayInChina(addDays(day, 1)) - 1);

const leftUntil = (end: number | undefined, now: number, warnBelow: number): DaysLeft => {
  if (end === undefined) return { days: undefined, state: 'missing' };
  const days = Math.floor((end - now) / day);
  if (now > end) return { days, state: 'ended' };
  return { days, state: days < warnBelow ? 'warn' : 'ok' };
};

/**
 * Days left of the delegation, the certificate for cards, the trust list and the status list. A delegation is warned of when it would not outlive the longest closure and 7 days:
 * every sync before that should have renewed it. The certificate for cards is renewed every day that there is a sync, and warned of in its last week; lists in their last day.
 */
export const certificateDays = (terminal: Terminal): CertificateDays => {
  const now = terminal.clock.now();
  const { closureDays } = terminal.rules();
  return {
    delegation: leftUntil(terminal.outbox.numbers.delegations()[0]?.expires, now, closureDays + reserveDays),
    trustList: leftUntil(terminal.trust.trustList()?.nextUpdate, now, 1),
    statusList: leftUntil(terminal.trust.statusList()?.expires, now, 1),
    access: leftUntil(endOfDay(terminal.access.days()?.expires), now, reserveDays),
  };
};
