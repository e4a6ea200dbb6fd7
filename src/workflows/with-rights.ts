import { CardSession, makeEphemeralKeyAhead } from '../card/index.js';
import type { Outcome } from '../contract/index.js';
import type { VerifyContext } from './ports.js';
import { presentCard, type PresentCard } from './present-card.js';
import { entitled, within, type Opening } from './prove-rights.js';

/** One piece of work on a genuine card whose chip proved itself, with a right of this terminal in force: refused before the card is touched where it has none. */
export async function withRights<T>(ctx: VerifyContext, opening: Opening, work: (present: PresentCard) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const held = entitled(ctx, opening.right);
  if (!held.ok) return held;
  const session = new CardSession(ctx.channel);
  try {
    const present = await presentCard(ctx, session, { opening: () => opening });
    return present.ok ? await within(opening.right, () => work(present.value)) : present;
  } finally {
    session.endSecure();
    setImmediate(makeEphemeralKeyAhead);
  }
}
