import { CardSession, PermitApplication, terminateCard } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { attempt } from './attempt.js';
import type { VerifyContext } from './ports.js';
import { withRights } from './with-rights.js';

/**
 * Ends the chip of a card that came back (access.md 6), whatever its verdict, as long as it is genuine; `permitNumber`: the permit whose card is meant. CARD_OTHER_PERMIT. CARD_TERMINATED:
 * it was ended before, which is as good. Registering the return is another step: the card tells nothing any more.
 */
export function endCard(ctx: VerifyContext, permitNumber: string): Promise<Outcome<{ readonly permitNumber: string }>> {
  return attempt(() =>
    withRights(ctx, { right: 'manage', purpose: 'end' }, async ({ session, card }) => {
      if (card.permit.number !== permitNumber) return failed('CARD_OTHER_PERMIT');
      await terminateCard(session);
      const application = await PermitApplication.select(new CardSession(ctx.channel));
      return application?.selected.lifeCycle === 'terminated' ? done({ permitNumber }) : failed('READ_BACK_DIFFERS', 'life cycle');
    }),
  );
}
