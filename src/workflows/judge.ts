import {
  passiveAuthentication,
  verdictOf,
  verifyEndorsement,
  verifyResidence,
  type Authentic,
  type AuthenticObject,
  type NotAuthentic,
  type Residence,
  type TrustContext,
  type Verdict,
} from '../permit/index.js';
import type { HeldFiles, Shown } from './inspect.js';
import type { CardContext } from './ports.js';

export interface Judged {
  readonly verdict: Verdict;
  readonly card: Authentic | NotAuthentic;
  readonly residence?: AuthenticObject<Residence>;
}

const contextOf = (ctx: CardContext): TrustContext => ({
  trust: ctx.trust.trustList(),
  crypto: ctx.crypto,
  now: ctx.clock.now(),
  statusList: ctx.trust.statusList(),
});

/** Passive authentication of the files read so far; Holder and Photo only when they were read. */
export function authenticate(ctx: CardContext, { sod, permit, version }: Pick<Shown, 'sod' | 'permit' | 'version'>, held?: HeldFiles): Authentic | NotAuthentic {
  const files = { sod, permit, version, ...(held === undefined ? {} : { holder: held.holder, photo: held.photo }) };
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

/** The verdict on everything that was read. What was authenticated before the chip was asked is not authenticated again: nothing else was read since. */
export function judge(ctx: CardContext, maxListAgeSeconds: number, shown: Shown, held?: HeldFiles, weighed: Weighed = weigh(ctx, shown)): Judged {
  const { context, clockTrusted, endorsement } = weighed;
  const { trust, statusList, now } = context;
  const card = held === undefined ? shown.card : authenticate(ctx, shown, held);
  const residence = card.ok && held !== undefined ? verifyResidence(held.residence, card, context) : undefined;
  const verdict = verdictOf({
    now,
    clockTrusted,
    trustNextUpdate: trust?.nextUpdate,
    card,
    chip: shown.chip,
    endorsement,
    residence,
    counters: shown.status?.counters,
    statusList,
    maxListAgeSeconds,
  });
  return { verdict, card, ...(residence === undefined ? {} : { residence }) };
}
