import type { FailureCode, Finding } from '../../contract/index.js';
import { certificateDays, type DaysLeft } from '../certificates.js';
import { offeredEpoch } from '../epoch.js';
import { pulledOperators } from '../pulled-config.js';
import type { Terminal } from '../terminal.js';
import { found } from './found.js';

const hour = 3_600;
const day = 86_400;

/** Of a folder that does not open. */
export const findClosed = (code: FailureCode): Finding[] => {
  if (code === 'TERMINAL_NOT_ENROLLED') return [found('terminal', 'fail', 'terminal-not-enrolled', {}, 'enrol')];
  if (code === 'KEYSTORE_UNAVAILABLE') return [found('key-store', 'fail', 'key-store-closed', { code }, 'call-maintenance')];
  return [found('terminal', 'fail', 'terminal-closed', { code }, 'call-maintenance')];
};

/** The machine's clock against the last time that the platform signed (0: none), seconds since 1970 UTC. */
/** `2026-11-24 21:03:14`: what the clock on the wall should show. */
const inChina = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' });

export const findClock = (at: number, signed: number, trustworthy: boolean): Finding => {
  const now = inChina.format(at * 1_000);
  if (signed > at) return found('clock', 'fail', 'clock-behind', { now, seconds: signed - at }, 'set-clock');
  if (!trustworthy) return found('clock', 'fail', 'clock-wrong', { now }, 'set-clock');
  return signed === 0 ? found('clock', 'ok', 'clock-unchecked', { now }) : found('clock', 'ok', 'clock-agrees', { now });
};

const facts = {
  'trust-list': ['trust-list-lasts', 'trust-list-ended', 'trust-list-missing'],
  delegation: ['delegation-lasts', 'delegation-ended', 'delegation-missing'],
  'card-rights': ['card-rights-last', 'card-rights-ended', 'card-rights-missing'],
} as const;

const findDays = (check: keyof typeof facts, { days, state }: DaysLeft): Finding => {
  const [lasts, ended, missing] = facts[check];
  if (days === undefined || state === 'missing') return found(check, 'fail', missing, {}, 'sync');
  if (state === 'ended') return found(check, 'fail', ended, { days: -days }, 'sync');
  return state === 'ok' ? found(check, 'ok', lasts, { days }) : found(check, 'warn', lasts, { days }, 'sync');
};

/** What an officer or a counter may go by is the city's, for the mode of this terminal. */
const findStatusList = (terminal: Terminal, state: DaysLeft['state']): Finding => {
  const list = terminal.trust.statusList();
  if (list === undefined) return found('status-list', 'fail', 'status-list-missing', {}, 'sync');
  const age = Math.max(0, terminal.clock.now() - list.issuedAt);
  const limit = terminal.rules().maxListAgeSeconds[terminal.mode];
  const hours = Math.floor(age / hour);
  return age > limit || state === 'ended' ? found('status-list', 'warn', 'status-list-stale', { hours, limit: Math.floor(limit / hour) }, 'sync') : found('status-list', 'ok', 'status-list-fresh', { hours });
};

/** Days before sign-in ends in which it is warned of. */
const reserveDays = 2;

const findOperators = ({ outbox, clock, rules }: Pick<Terminal, 'outbox' | 'clock'> & { readonly rules: ReturnType<Terminal['rules']> }): Finding => {
  const { operators, pulledAt, unreadable } = pulledOperators(outbox);
  if (unreadable) return found('operators', 'fail', 'operators-unreadable', {}, 'sync');
  if (operators.length === 0) return found('operators', 'ok', 'operators-none', {});
  const limit = rules.operatorOfflineDays;
  const age = Math.max(clock.now(), outbox.knownTime()) - pulledAt;
  const days = Math.max(0, Math.floor(age / day));
  if (age > limit * day) return found('operators', 'fail', 'operators-stale', { days, limit }, 'sync');
  const values = { count: operators.length, days, limit };
  return age > (limit - reserveDays) * day ? found('operators', 'warn', 'operators-fresh', values, 'sync') : found('operators', 'ok', 'operators-fresh', values);
};

const findOutbox = ({ outbox }: Terminal): Finding => {
  const { pending, quarantined } = outbox.counts();
  if (!outbox.check().ok) return found('outbox', 'fail', 'outbox-broken', {}, 'stop-and-call');
  if (!outbox.admits('verification').ok) return found('outbox', 'fail', 'outbox-full', { pending }, 'sync');
  return quarantined > 0 ? found('outbox', 'warn', 'outbox-quarantined', { pending, quarantined }) : found('outbox', 'ok', 'outbox-sound', { pending });
};

const findTorn = ({ outbox: { journal } }: Terminal): Finding[] => {
  const serials = journal.serials();
  const updates = journal.updates();
  return [
    serials.length === 0
      ? found('torn-cards', 'ok', 'torn-cards-none', {})
      : found('torn-cards', 'warn', 'torn-cards', { count: serials.length, endings: serials.map((serial) => serial.slice(-4)).join(', ') }, 'resume-card'),
    updates === 0 ? found('torn-updates', 'ok', 'torn-updates-none', {}) : found('torn-updates', 'warn', 'torn-updates', { count: updates }, 'resume-card'),
  ];
};

/** Everything of an open terminal, from what it holds: nothing is asked of anybody. @throws CodedError STORAGE_* */
export const findTerminal = (terminal: Terminal): Finding[] => {
  const { identity, clock, outbox } = terminal;
  const certificates = certificateDays(terminal);
  const offered = offeredEpoch(terminal);
  const { serverTime, epoch } = outbox.counts();
  return [
    found('terminal', 'ok', identity.environment === 1 ? 'terminal-of-test' : 'terminal-enrolled', { terminal: identity.terminalId }),
    found('key-store', 'ok', 'key-store-opens', {}),
    findClock(clock.now(), serverTime, clock.trustworthy()),
    findDays('trust-list', certificates.trustList),
    findStatusList(terminal, certificates.statusList.state),
    // Only a counter signs permits.
    ...(terminal.mode === 'counter' ? [findDays('delegation', certificates.delegation)] : []),
    findDays('card-rights', certificates.access),
    findOperators({ outbox, clock, rules: terminal.rules() }),
    findOutbox(terminal),
    ...findTorn(terminal),
    offered === undefined ? found('epoch', 'ok', 'epoch-agrees', { epoch }) : found('epoch', 'fail', 'epoch-offered', { epoch: offered }, 'begin-epoch'),
  ];
};
