import { dateInChina } from './dates.js';
import { endorsementDue, endorsementOverdue, endorsementWindowOpens } from './endorsement.js';
import type { Endorsement, Residence, ServiceSlot } from './mutable-objects.js';
import type { Authentic, AuthenticObject } from './passive-authentication.js';
import type { PermitRefusalCode } from './refusal.js';
import type { NotAuthentic } from './signed.js';
import type { StatusList } from './status-list.js';
import { clockTolerance } from './trust.js';
import type { VerdictLine, VerdictResult } from './verdict-shape.js';

/**
 * What the chip answered: `proved` its key; `wrong` answer or token; `refused` to prove the key its SOD names; `silent`: nothing or a broken
 * line; `skipped`: not asked.
 */
export type ChipAnswer = 'proved' | 'wrong' | 'refused' | 'silent' | 'skipped';

/** Counters of a chip as a terminal may keep them, 32 bits each: numbers only. */
export interface KnownCounters {
  readonly residence: number;
  readonly endorsements: number;
  readonly services: number;
}

/** The chip's counters (DO C9), read under secure messaging. */
export interface ChipCounters extends KnownCounters {
  /** department → the services counter when its slot was written (DO 94) */
  readonly slots: ReadonlyMap<number, number>;
}

/** What was read of EF.Services. */
export interface ServicesRead {
  /** in any order; empty: none was there */
  readonly slots: readonly AuthenticObject<ServiceSlot>[];
  /** every slot of the card, not those alone that this terminal has a right to */
  readonly all: boolean;
}

export interface VerdictInput {
  /** seconds since 1970 */
  readonly now: number;
  /** false: this machine's clock is known to be wrong, no date can be judged */
  readonly clockTrusted: boolean;
  /** next update of the trust list in use; absent: there is no list */
  readonly trustNextUpdate?: number | undefined;
  readonly card: Authentic | NotAuthentic;
  readonly chip: ChipAnswer;
  /** the newest endorsement; `none`: the card holds none; `not-read` */
  readonly endorsement: AuthenticObject<Endorsement> | 'none' | 'not-read';
  /** absent: not read, nothing is said about it */
  readonly residence?: AuthenticObject<Residence> | undefined;
  /** absent: not read, nothing is said about them */
  readonly services?: ServicesRead | undefined;
  /** absent: not read */
  readonly counters?: ChipCounters | undefined;
  /** the greatest counters that were ever seen of this chip; absent: never seen, or they began where personalisation put them */
  readonly known?: KnownCounters | undefined;
  readonly statusList?: StatusList | undefined;
  /** data of the mode: police, counter and kiosk differ */
  readonly maxListAgeSeconds: number;
  /** the city's setting for the endorsement; absent: the rule set of the issue */
  readonly endorsementDueDayCounts?: boolean | undefined;
}

type Check = VerdictLine['check'];
const line = (check: Check, result: VerdictResult, reason: string, code?: PermitRefusalCode): VerdictLine =>
  code === undefined ? { check, result, reason } : { check, result, reason, code };

const trustStale = ({ trustNextUpdate, now }: VerdictInput): boolean => trustNextUpdate === undefined || now > trustNextUpdate;

/** A failure that says something about this terminal, not about the card. */
const ours = (failure: NotAuthentic, input: VerdictInput): boolean =>
  failure.code === 'TRUST_MISSING' || failure.code === 'CLOCK_WRONG' || (failure.code === 'SIGNER_UNKNOWN' && trustStale(input));

/** Everything signed that was read: SOD first, then the mutable objects. */
export const signatureLine = (input: VerdictInput): VerdictLine => {
  const { endorsement } = input;
  const objects = [input.card, typeof endorsement === 'string' ? undefined : endorsement, input.residence, ...(input.services?.slots ?? [])];
  const failures = objects.filter((each): each is NotAuthentic => each?.ok === false);
  const failure = failures.find((each) => !ours(each, input)) ?? failures[0];
  if (failure !== undefined) return line('signature', ours(failure, input) ? 'undetermined' : 'forged', failure.reason, failure.code);
  return trustStale(input) ? line('signature', 'undetermined', 'trust-list-stale') : line('signature', 'valid', 'chain-and-digests');
};

/** Fixed end, or yearly endorsement, on this day in China. */
export const datesLine = (input: VerdictInput): VerdictLine => {
  const { card, endorsement, now } = input;
  if (!card.ok) return line('dates', 'undetermined', 'not-authentic');
  if (!input.clockTrusted) return line('dates', 'undetermined', 'clock-wrong', 'CLOCK_WRONG');
  const today = dateInChina(now);
  const { issued, expires } = card.permit;
  if (issued > today) return line('dates', 'undetermined', 'issued-in-future', 'CLOCK_WRONG');
  if (expires !== undefined) return today > expires ? line('dates', 'expired', 'permit-expired') : line('dates', 'valid', 'within-validity');
  if (endorsement === 'not-read') return line('dates', 'undetermined', 'endorsement-not-read');
  if (endorsement !== 'none' && !endorsement.ok) return line('dates', 'undetermined', 'endorsement-not-authentic');
  const dates = { issued, goodUntil: endorsement === 'none' ? undefined : endorsement.object.goodUntil, dueDayCounts: input.endorsementDueDayCounts };
  if (endorsementOverdue(dates, today)) return line('dates', 'suspended', 'endorsement-overdue');
  const due = endorsementDue(dates);
  if (due !== undefined && endorsementWindowOpens(issued, due) <= today) return line('dates', 'valid', 'endorsement-due');
  return line('dates', 'valid', endorsement === 'none' ? 'first-year' : 'endorsed');
};

/** The list that this card names; another one says nothing about it. */
const listOfCard = ({ card, statusList }: VerdictInput): StatusList | undefined =>
  card.ok && statusList?.uri === card.sod.statusList.uri ? statusList : undefined;

/** Age of the list in seconds, when there is one and the clock is right. */
export const statusAge = (input: VerdictInput): number | undefined =>
  input.clockTrusted && input.statusList !== undefined ? Math.max(0, input.now - input.statusList.issuedAt) : undefined;

/** A listed revocation, suspension or "not confirmed" stands however old the list is: only the good news needs a fresh one. */
export const statusLine = (input: VerdictInput): VerdictLine => {
  const { card, now } = input;
  if (!card.ok) return line('status', 'undetermined', 'not-authentic');
  const list = listOfCard(input);
  if (list === undefined) return line('status', 'undetermined', 'status-list-missing', 'STATUS_LIST_MISSING');
  const status = list.get(card.sod.statusList.index);
  if (status === 1) return line('status', 'revoked', 'listed-cancelled');
  if (status === 2) return line('status', 'suspended', 'listed-suspended');
  if (status === 3) return line('status', 'unconfirmed', 'not-confirmed');
  if (!input.clockTrusted || list.issuedAt > now + clockTolerance) return line('status', 'undetermined', 'clock-wrong', 'CLOCK_WRONG');
  if (now - list.issuedAt > input.maxListAgeSeconds || now > list.expires) return line('status', 'undetermined', 'status-list-stale', 'STATUS_LIST_STALE');
  return status === undefined ? line('status', 'undetermined', 'index-not-found', 'PERMIT_UNKNOWN') : line('status', 'valid', 'listed-valid');
};

export const chipLine = ({ chip, card }: VerdictInput): VerdictLine => {
  switch (chip) {
    case 'wrong':
      return line('chip', 'cloned', 'chip-answer-wrong');
    case 'refused':
      return line('chip', 'cloned', 'chip-refused');
    case 'silent':
      return line('chip', 'undetermined', 'chip-silent', 'CARD_SILENT');
    case 'skipped':
      return line('chip', 'undetermined', 'chip-not-asked');
    case 'proved':
      // A key that nobody genuine has signed proves nothing.
      return card.ok ? line('chip', 'valid', 'chip-proved') : line('chip', 'undetermined', 'not-authentic');
  }
};

const older = (told: KnownCounters, known: KnownCounters): boolean =>
  told.residence < known.residence || told.endorsements < known.endorsements || told.services < known.services;

/**
 * Slots against the chip's list. One that is not authentic names no department that could be believed: it is the signature line's, and is counted only as one of
 * those that the chip lists.
 */
const slotsDiffer = ({ services, slots }: ChipCounters, read: ServicesRead | undefined): boolean => {
  if ([...slots.values()].some((counter) => counter > services)) return true;
  if (read === undefined) return false;
  const authentic = read.slots.flatMap((slot) => (slot.ok ? [slot.object] : []));
  const departments = new Set(authentic.map(({ department }) => department));
  if (departments.size < authentic.length || authentic.some(({ department, counter }) => slots.get(department) !== counter)) return true;
  return read.all && slots.size > read.slots.length;
};

/**
 * Counters are believed only from a chip that proved its key. An object that is not there counts 0. A chip never counts backwards: when it tells less than it
 * once told, its whole memory is an older image, which nothing on the card itself can show.
 */
export const countersLine = (input: VerdictInput): VerdictLine => {
  const { card, counters, endorsement } = input;
  if (!card.ok) return line('counters', 'undetermined', 'not-authentic');
  if (input.chip !== 'proved' || counters === undefined) return line('counters', 'undetermined', 'counters-not-read');
  if (endorsement === 'not-read') return line('counters', 'undetermined', 'endorsement-not-read');
  if (input.known !== undefined && older(counters, input.known)) return line('counters', 'rolled-back', 'older-than-known', 'CARD_IMAGE_OLD');
  const newest = endorsement === 'none' ? 0 : endorsement.ok ? endorsement.object.counter : undefined;
  const pairs = [
    ['endorsement', newest, counters.endorsements],
    ['residence', input.residence?.ok === true ? input.residence.object.counter : undefined, counters.residence],
  ] as const;
  const differing = pairs.find(([, signed, chip]) => signed !== undefined && signed !== chip);
  if (differing !== undefined) return line('counters', 'rolled-back', `counter-differs-${differing[0]}`);
  if (slotsDiffer(counters, input.services)) return line('counters', 'rolled-back', 'counter-differs-services');
  return newest === undefined ? line('counters', 'undetermined', 'endorsement-not-authentic') : line('counters', 'valid', 'counters-equal');
};
