import { makeEphemeralKeyAhead, CardSession, files, recordFiles, type MutableFile, type Traffic } from '../card/index.js';
import { done, failed, type CapturedRecord, type Outcome } from '../contract/index.js';
import { signSign1 } from '../cose/index.js';
import type { Authentic, AuthenticObject, Binding, TrustContext } from '../permit/index.js';
import { attempt } from './attempt.js';
import { tell } from './inspect.js';
import type { CardUpdate, UpdateContext } from './ports.js';
import { readyToSign, type Signer } from './prepare.js';
import { presentCard, refusalOf, type PresentCard, type Wanted } from './present-card.js';
import { entitled } from './prove-rights.js';
import { finishUpdate, settleUpdate } from './settle-update.js';
import { openingOf } from './update-target.js';

/** One kind of update: what it writes, and how it decides. */
export interface UpdatePlan<T extends Binding> {
  readonly target: MutableFile;
  /** COSE `typ` of the object. */
  readonly typ: string;
  /** Whether the decision needs EF.Residence. */
  readonly residence?: boolean;
  /** Whether a permit may be served whose yearly endorsement was missed. */
  readonly evenIfOverdue: boolean;
  /** The permit that is meant; another one's card is refused before anything is done to it: CARD_OTHER_PERMIT. */
  readonly permitNumber?: string | undefined;
  /** Whether this is what is asked for now, when a torn update of the journal is finished on the way. */
  readonly same: (update: CardUpdate, present: PresentCard) => boolean;
  /** The pure rule: the object to be signed under `binding`, or the refusal. */
  readonly decide: (present: PresentCard, binding: Binding, signer: Signer) => Outcome<T>;
  readonly encode: (object: T) => Uint8Array;
  readonly verify: (object: Uint8Array, card: Authentic, context: TrustContext) => AuthenticObject<T>;
  /** What is captured when `signed` is on the card; absent: nothing. */
  readonly record?: (object: T, signed: Uint8Array) => CapturedRecord;
}

export interface Updated {
  readonly permitNumber: string;
  /** The chip's counter of the object now. */
  readonly counter: number;
  /** The signed object as it stands on the card now. */
  readonly object: Uint8Array;
  /** Sequence number of the record in the outbox; absent where none is captured. */
  readonly seq?: number;
  /** Whether an update that was torn before was finished. */
  readonly resumed: boolean;
  readonly traffic: Traffic;
}

/**
 * Writes one object onto an issued card: verified as any verifier would, decided by the rule of the plan, signed, durable in the journal, then PUT DATA under
 * secure messaging, read back, and captured in the transaction that ends the intent. What was torn before is settled first; if it is what is asked for
 * now, that was all.
 */
export function updateCard<T extends Binding>(ctx: UpdateContext, plan: UpdatePlan<T>): Promise<Outcome<Updated>> {
  return attempt(async () => {
    tell(ctx, 'check');
    // What is signed already can be finished by a terminal that may not sign any more.
    const signing = readyToSign(ctx);
    if (!signing.ok && ctx.journal.listUpdates().length === 0) return signing;
    const opening = openingOf[plan.target];
    const held = entitled(ctx, opening.right);
    if (!held.ok) return held;
    const wanted: Wanted = { opening: () => opening, residence: plan.residence ?? false };
    const session = new CardSession(ctx.channel);
    try {
      const present = await presentCard(ctx, session, wanted);
      if (!present.ok) return present;
      if (plan.permitNumber !== undefined && present.value.card.permit.number !== plan.permitNumber) return failed('CARD_OTHER_PERMIT');
      const begun = ctx.journal.findUpdate(present.value.chip);
      if (begun === undefined) return await write(ctx, plan, signing, present.value);
      const settled = await settleUpdate(ctx, present.value, begun);
      if (!settled.ok) return settled;
      if (settled.value.how !== 'given-up' && plan.same(begun, present.value)) {
        const { seq } = settled.value;
        const { permitNumber, counter, object } = begun;
        return done({ permitNumber, counter, object, ...(seq === undefined ? {} : { seq }), resumed: true, traffic: session.traffic });
      }
      // The card is another one now than the one that was read.
      const again = await presentCard(ctx, session, wanted);
      return again.ok ? await write(ctx, plan, signing, again.value) : again;
    } finally {
      session.endSecure();
      setImmediate(makeEphemeralKeyAhead);
    }
  });
}

async function write<T extends Binding>(ctx: UpdateContext, plan: UpdatePlan<T>, signing: Outcome<Signer>, present: PresentCard): Promise<Outcome<Updated>> {
  const refused = refusalOf(present.verdict, plan.evenIfOverdue);
  if (refused !== undefined) return refused;
  if (!signing.ok) return signing;
  tell(ctx, 'prepare');
  const { chip, card, counters, session } = present;
  const { target } = plan;
  const now = ctx.clock.now();
  const permitNumber = card.permit.number;
  const counter = counters[target] + 1;
  const decided = plan.decide(present, { permitNumber, thumbprint: card.thumbprint, counter, signedAt: now }, signing.value);
  if (!decided.ok) return decided;
  const { kcwt, seed } = signing.value;
  const object = signSign1({ typ: plan.typ, payload: plan.encode(decided.value), kcwt, seed }, ctx.crypto.ed25519);
  if (object.length > (target === 'services' ? recordFiles.services.length : files[target].limit)) return failed('INPUT_INVALID', `${target} too long`);
  // Authenticated at once, as a verifier will: what the delegation does not cover is refused here and not by the police.
  const signed = plan.verify(object, card, { trust: ctx.trust.trustList(), crypto: ctx.crypto, now, statusList: ctx.trust.statusList() });
  if (!signed.ok) return failed(signed.code, signed.reason);
  const record = plan.record?.(decided.value, object);
  const update: CardUpdate = { chip, permitNumber, target, counter, object, startedAt: now, ...(record === undefined ? {} : { record }) };
  ctx.journal.putUpdate(update);
  const finished = await finishUpdate(ctx, present, update);
  return finished.ok ? done({ permitNumber, counter, object, ...finished.value, resumed: false, traffic: session.traffic }) : finished;
}
