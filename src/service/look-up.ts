import { CodedError, done, failed, type FailureCode, type Operation, type Outcome, type PermitFacts, type VerdictResult } from '../contract/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { checkPermitNumber } from '../permit/index.js';
import { askPermit, newestCardOf, storedConfig } from '../sync/index.js';
import { clientOf, platformKeysOf, type SyncOptions } from './sync.js';
import type { Terminal } from './terminal.js';

/** Of the newest card of a permit (payload.md 5). */
export type PermitStatus = 'valid' | 'cancelled' | 'suspended' | 'unconfirmed';

/** What is known of a permit without its card: the platform's word, or off-line the status alone and how old the list is that says so. */
export type LookedUp =
  | { readonly source: 'platform'; readonly facts: PermitFacts }
  | { readonly source: 'lists'; readonly permitNumber: string; readonly status: PermitStatus; readonly listAgeSeconds: number };

export interface LookUpOptions extends Pick<SyncOptions, 'timeoutMs' | 'fetch'> {
  /** do not ask the platform */
  readonly offline?: boolean;
  /** whose staleness limit holds; the terminal's own mode unless stated */
  readonly mode?: 'counter' | 'kiosk' | 'police';
  /** why and where an officer asks */
  readonly operation?: Operation | undefined;
}

const statuses = ['valid', 'cancelled', 'suspended', 'unconfirmed'] as const;
/** As a verdict on a card calls it, in the record. */
const results: Readonly<Record<PermitStatus, VerdictResult>> = { valid: 'valid', cancelled: 'revoked', suspended: 'suspended', unconfirmed: 'unconfirmed' };

/** What the newest card says, and with it the permit. Without a card nothing is confirmed. */
export const statusOf = (cards: PermitFacts['cards']): PermitStatus => statuses[cards[0]?.status ?? 3] ?? 'unconfirmed';
/** The platform cannot be asked now; what was pulled can. */
const offline: readonly FailureCode[] = ['PLATFORM_UNREACHABLE', 'PLATFORM_TIMEOUT', 'PLATFORM_FAULT', 'PLATFORM_BUSY'];

/** Status of a permit from the number index and the status list alone. STATUS_LIST_MISSING, STATUS_LIST_STALE by the rules of the mode, CLOCK_WRONG, PERMIT_UNKNOWN. */
const fromLists = (terminal: Terminal, permitNumber: string, mode: 'counter' | 'kiosk' | 'police'): Outcome<LookedUp> => {
  const list = terminal.trust.statusList();
  const index = storedConfig(terminal.outbox, 'number-index');
  if (list === undefined || index === undefined) return failed('STATUS_LIST_MISSING');
  // Ages mean nothing on a clock that is known to be wrong.
  if (!terminal.clock.trustworthy()) return failed('CLOCK_WRONG');
  const now = terminal.clock.now();
  const listAgeSeconds = Math.max(0, now - list.issuedAt);
  const limit = terminal.rules().maxListAgeSeconds[mode];
  // An old index would call a new permit unknown.
  if (listAgeSeconds > limit || now > list.expires || now - index.pulledAt > limit) return failed('STATUS_LIST_STALE', `${Math.floor(listAgeSeconds / 3_600)} h`);
  const at = newestCardOf(index.contents, permitNumber);
  const status = at === undefined ? undefined : list.get(at);
  if (status === undefined) return failed('PERMIT_UNKNOWN');
  return done({ source: 'lists', permitNumber, status: statuses[status], listAgeSeconds });
};

/** An officer's question is captured with its answer (sync.md 3.1): who, why, where, and which permit. */
const capture = (terminal: Terminal, permitNumber: string, found: Outcome<LookedUp>, operation: Operation): void => {
  const answer = answerOf(found);
  if (answer === undefined) return;
  const { session, clock, outbox } = terminal;
  outbox.enqueue({ type: 'verification', permitNumber, ...answer, mode: 'police', ...operation, ...(session === undefined ? {} : { by: session.id }), at: clock.now() });
};

/** undefined: nothing was told of the permit. */
const answerOf = (found: Outcome<LookedUp>): { readonly result: VerdictResult; readonly reason: string } | undefined => {
  if (!found.ok) return found.code === 'PERMIT_UNKNOWN' ? { result: 'undetermined', reason: 'looked-up-unknown' } : undefined;
  const { value } = found;
  return value.source === 'lists' ? { result: results[value.status], reason: 'looked-up-lists' } : { result: results[statusOf(value.facts.cards)], reason: 'looked-up' };
};

/**
 * Looks a permit up by its number, without its card; at a police desk the answer is captured first. INPUT_INVALID: no permit number; OPERATION_REQUIRED: police, without why and where; OUTBOX_FULL; PERMIT_UNKNOWN; what the platform refuses this terminal; off-line as
 * the lists allow. @throws CodedError PLATFORM_ANSWER_INVALID: an answer that does not verify is not made up for by older lists; STORAGE_*
 */
export const lookUpPermit = async (terminal: Terminal, permitNumber: string, options: LookUpOptions = {}): Promise<Outcome<LookedUp>> => {
  if (!checkPermitNumber(permitNumber).ok) return failed('INPUT_INVALID', 'permitNumber');
  if (terminal.mode !== 'police') return find(terminal, permitNumber, options);
  const asked = terminal.asked(options.operation);
  if (!asked.ok) return asked;
  const admitted = terminal.outbox.admits('verification');
  if (!admitted.ok) return admitted;
  const found = await find(terminal, permitNumber, options);
  if (asked.value.operation !== undefined) capture(terminal, permitNumber, found, asked.value.operation);
  return found;
};

const find = async (terminal: Terminal, permitNumber: string, options: LookUpOptions): Promise<Outcome<LookedUp>> => {
  const { outbox, trust } = terminal;
  const mode = options.mode ?? terminal.mode;
  if (options.offline === true) return fromLists(terminal, permitNumber, mode);
  try {
    const platformTrust = { crypto: nodeCrypto, platformKeys: () => platformKeysOf(trust.trustList()) };
    const asked = await askPermit(clientOf(terminal, options), permitNumber, () => outbox.serverTime(), platformTrust);
    if (asked.ok) return done({ source: 'platform', facts: asked.value });
    return offline.includes(asked.code) ? fromLists(terminal, permitNumber, mode) : asked;
  } catch (error) {
    if (error instanceof CodedError && offline.includes(error.code)) return fromLists(terminal, permitNumber, mode);
    throw error;
  }
};
