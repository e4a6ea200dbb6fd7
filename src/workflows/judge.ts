import { serviceObjects } from '../card/index.js';
import {
  passiveAuthentication,
  verdictOf,
  verifyEndorsement,
  verifyResidence,
  verifyServiceSlot,
  type Authentic,
  type AuthenticObject,
  type NotAuthentic,
  type Residence,
  type ServiceSlot,
  type TrustContext,
  type Verdict,
} from '../permit/index.js';
import type { HeldFiles, Shown } from './inspect.js';
import type { CardContext, KnownCards } from './ports.js';

export interface Judged {
  readonly verdict: Verdict;
  readonly card: Authentic | NotAuthentic;
  readonly residence?: AuthenticObject<Residence>;
  readonly endorsement: Weighed['endorsement'];
  /** One for each slot that was read. */
  readonly services?: readonly AuthenticObject<ServiceSlot>[];
}

/** How the chips are named in what the terminal keeps: the thumbprint in hexadecimal. */
export const chipOf = ({ thumbprint }: Authentic): string => Buffer.from(thumbprint).toString('hex');

const contextOf = (ctx: CardContext): TrustContext => ({
  trust: ctx.trust.trustList(),
  crypto: ctx.crypto,
  now: ctx.clock.now(),
  statusList: ctx.trust.statusList(),
});

/** Passive authentication of the files read so far; Holder and Photo only when they were read. */
export function authenticate(ctx: CardContext, { sod, permit, version }: Pick<Shown, 'sod' | 'permit' | 'version'>, held?: HeldFiles): Authentic | NotAuthentic {
  const files = { sod, permit, version, holder: held?.holder, photo: held?.photo };
  return passiveAuthentication({ ...contextOf(ctx), files });
}

/** What can be judged before the chip has told its counters. */
export interface Weighed {
  readonly context: TrustContext;
  readonly clockTrusted: boolean;
  readonly endorsement: Parameters<typeof verdictOf>[0]['endorsement'];
}

export function weigh(ctx: CardContext, { card, endorsement }: Pick<Shown, 'card' | 'endorsement'>): Weighed {
  const context = contextOf(ctx);
  return {
    context,
    clockTrusted: ctx.clock.trustworthy(),
    endorsement: !card.ok ? 'not-read' : endorsement.length === 0 ? 'none' : verifyEndorsement(endorsement, card, context),
  };
}

/**
 * The verdict on everything that was read. What was authenticated before the chip was asked is not authenticated again: nothing else was read since.
 * What the chip tells of its counters is compared with what this terminal knows, and is known from then on.
 */
export function judge(ctx: CardContext & Judging, shown: Shown, held: HeldFiles = {}, weighed: Weighed = weigh(ctx, shown)): Judged {
  const { context, clockTrusted, endorsement } = weighed;
  const { trust, statusList, now } = context;
  const card = held.holder === undefined && held.photo === undefined ? shown.card : authenticate(ctx, shown, held);
  const residence = card.ok && held.residence !== undefined ? verifyResidence(held.residence, card, context) : undefined;
  const services = card.ok && held.services !== undefined ? serviceObjects(held.services).map((slot) => verifyServiceSlot(slot, card, context)) : undefined;
  const counters = shown.status?.counters;
  const known = card.ok ? ctx.known?.lastKnownCounters(chipOf(card)) : undefined;
  const { maxListAgeSeconds, endorsementDueDayCounts } = ctx;
  const trustNextUpdate = trust?.nextUpdate;
  const { chip } = shown;
  const read = { card, chip, endorsement, residence, services: services && { slots: services, all: true }, counters };
  const verdict = verdictOf({ now, clockTrusted, trustNextUpdate, ...read, known, statusList, maxListAgeSeconds, endorsementDueDayCounts });
  if (card.ok && counters !== undefined) ctx.known?.remember(chipOf(card), counters);
  return { verdict, card, endorsement, ...(residence === undefined ? {} : { residence }), ...(services === undefined ? {} : { services }) };
}

/** What a verdict needs of the mode and the terminal. */
interface Judging {
  readonly maxListAgeSeconds: number;
  readonly endorsementDueDayCounts?: boolean;
  readonly known?: KnownCards;
}
