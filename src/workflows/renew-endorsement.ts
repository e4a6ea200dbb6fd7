import { done, failed, type EndorsementRecord, type Outcome } from '../contract/index.js';
import {
  dateInChina,
  decideEndorsement,
  decodeEndorsement,
  encodeEndorsement,
  endorsementWindowOpens,
  parseSigned,
  permitTyp,
  verifyEndorsement,
  type Endorsement,
} from '../permit/index.js';
import { attempt } from './attempt.js';
import type { Clock, Outbox, UpdateContext } from './ports.js';
import { updateCard, type Updated } from './update-card.js';

export interface EndorsementOptions {
  /** Operator id. */
  readonly by: string;
  /** The permit that is meant; CARD_OTHER_PERMIT for another one's card. */
  readonly permitNumber?: string;
}

/**
 * The yearly endorsement (签注, Order 663 Art. 10). ENDORSEMENT_TOO_EARLY before the window opens; after a missed due day the years of residence count anew from
 * today. A later endorsement carries that day on, for a verifier reads the newest one only.
 */
export function renewEndorsement(ctx: UpdateContext, { by, permitNumber: meant }: EndorsementOptions): Promise<Outcome<Updated>> {
  return updateCard<Endorsement>(ctx, {
    target: 'endorsements',
    typ: permitTyp.endorsement,
    evenIfOverdue: true,
    permitNumber: meant,
    same: ({ target, object }, { card }) => target === 'endorsements' && !dueAgain(object, card.permit.issued, dateInChina(ctx.clock.now())),
    decide: ({ card: { permit }, endorsement: last }, binding) => {
      const { issued, expires, authority } = permit;
      const granted = decideEndorsement({ issued, expires, goodUntil: last?.goodUntil, dueDayCounts: ctx.endorsementDueDayCounts }, dateInChina(binding.signedAt));
      if (!granted.ok) return granted.detail === 'before-window' ? failed('ENDORSEMENT_TOO_EARLY', granted.detail) : failed(granted.code, granted.detail);
      const { endorsedOn, goodUntil, yearsCountFrom = last?.yearsCountFrom } = granted;
      return done({ ...binding, endorsedOn, goodUntil, authority, ...(yearsCountFrom === undefined ? {} : { yearsCountFrom }) });
    },
    encode: encodeEndorsement,
    verify: verifyEndorsement,
    record: ({ permitNumber, signedAt }, object): EndorsementRecord => ({ type: 'endorsement', permitNumber, decision: 'endorsed', object, by, at: signedAt }),
  });
}

/** A torn endorsement may come back when the next one is due already: then finishing it is not all that was asked for. */
const dueAgain = (object: Uint8Array, issued: string, today: string): boolean =>
  endorsementWindowOpens(issued, decodeEndorsement(parseSigned(object, permitTyp.endorsement).payload).goodUntil) <= today;

export interface RefusedEndorsement extends Pick<EndorsementOptions, 'by'> {
  readonly permitNumber: string;
  readonly reason: string;
}

/** The refusal of an endorsement (不予签注): a record with its written reason; the card is not touched. REASON_REQUIRED without one. The sequence number. */
export function refuseEndorsement(ctx: { readonly outbox: Outbox; readonly clock: Clock }, { permitNumber, reason, by }: RefusedEndorsement): Promise<Outcome<number>> {
  return attempt(() => {
    const written = reason.trim();
    if (written === '') return Promise.resolve(failed('REASON_REQUIRED'));
    return Promise.resolve(done(ctx.outbox.enqueue({ type: 'endorsement', permitNumber, decision: 'refused', reason: written, by, at: ctx.clock.now() })));
  });
}
