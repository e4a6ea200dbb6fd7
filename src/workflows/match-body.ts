import { checkCan } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { attempt } from './attempt.js';
import type { VerifyContext } from './ports.js';
import { withRights } from './with-rights.js';

/** As read from the card's face. */
export interface PrintedBody {
  readonly permitNumber: string;
  /** card access number, six digits */
  readonly can: string;
}

/** The body against its chip, before a card is handed over (access.md 5). BODY_DIFFERS names which of the two; INPUT_INVALID a CAN that is none. */
export function matchBody(ctx: VerifyContext, { permitNumber, can }: PrintedBody): Promise<Outcome<{ readonly permitNumber: string }>> {
  return attempt(() => {
    if (!/^\d{6}$/.test(can)) return Promise.resolve(failed('INPUT_INVALID', 'can'));
    return withRights(ctx, { right: 'manage', purpose: 'issue' }, async ({ session, card }) => {
      if (card.permit.number !== permitNumber) return failed('BODY_DIFFERS', 'number');
      return (await checkCan(session, can)) ? done({ permitNumber }) : failed('BODY_DIFFERS', 'can');
    });
  });
}
