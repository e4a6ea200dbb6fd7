import { CardSession, PermitApplication, terminateCard } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { attempt } from './attempt.js';
import type { UpdateContext } from './ports.js';
import type { PresentCard } from './present-card.js';
import { abandonUpdate } from './settle-update.js';
import { withRights } from './with-rights.js';

export interface EndedCard {
  readonly permitNumber: string;
}

export interface EndOptions {
  /** Status index of the card that the permit lives by: that one is not ended. */
  readonly keep?: number | undefined;
}

/**
 * Ends the chip of a card that came back (access.md 6), whatever its verdict, as long as it is genuine; `permitNumber`: the permit whose card is meant. CARD_OTHER_PERMIT. CARD_TERMINATED:
 * it was ended before, which is as good. An update that was torn on it is settled first, as far as the card has it. Registering the return is another step: the card
 * tells nothing any more. STATE_NOT_ALLOWED `newest-card`: it is the one that the permit lives by.
 */
export const endCard = (ctx: UpdateContext, permitNumber: string, options: EndOptions = {}): Promise<Outcome<EndedCard>> => attempt(() => ended(ctx, permitNumber, options));

const ended = (ctx: UpdateContext, permitNumber: string, options: EndOptions): Promise<Outcome<EndedCard>> =>
  withRights(ctx, { right: 'manage', purpose: 'end' }, async (present) => {
    if (present.card.permit.number !== permitNumber) return failed('CARD_OTHER_PERMIT');
    if (present.card.permit.statusIndex === options.keep) return failed('STATE_NOT_ALLOWED', 'newest-card');
    const begun = ctx.journal.findUpdate(present.chip);
    if (begun !== undefined) await abandonUpdate(ctx, present, begun);
    // An older record is read in plain, and the rights are gone with the channel.
    return present.session.secured ? terminated(ctx, present) : ended(ctx, permitNumber, options);
  });

async function terminated(ctx: UpdateContext, { session, card }: PresentCard): Promise<Outcome<EndedCard>> {
  await terminateCard(session);
  const application = await PermitApplication.select(new CardSession(ctx.channel));
  return application?.selected.lifeCycle === 'terminated' ? done({ permitNumber: card.permit.number }) : failed('READ_BACK_DIFFERS', 'life cycle');
}
