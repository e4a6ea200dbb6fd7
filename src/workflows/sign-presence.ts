import { signDigest } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { attempt } from './attempt.js';
import { presentPin, typedPin } from './pin.js';
import type { VerifyContext } from './ports.js';
import { refusalOf } from './present-card.js';
import { entitled } from './prove-rights.js';
import { withRights } from './with-rights.js';

export interface CardPresence {
  readonly permitNumber: string;
  /** ECDSA P-256 of key 7 of the SOD over the digest: r ‖ s, 64 bytes */
  readonly signature: Uint8Array;
  /** compressed point, 33 bytes */
  readonly signatureKey: Uint8Array;
}

/**
 * A signature that only this card makes, opened by its holder's PIN (access.md 3). `digest`: SHA-256 of what is signed; `pin`: six ASCII digits, wiped here. Of a permit that is in force only:
 * what is signed is believed elsewhere, where nobody sees the card. The refusals of an update and of the PIN.
 */
export function signPresence(ctx: VerifyContext, digest: Uint8Array, pin: Uint8Array): Promise<Outcome<CardPresence>> {
  return attempt(async () => {
    try {
      if (digest.length !== 32) return failed('INPUT_INVALID', 'digest');
      const typed = typedPin(pin);
      if (!typed.ok) return typed;
      return await withRights(ctx, { right: entitled(ctx, 'kiosk').ok ? 'kiosk' : 'manage', purpose: 'service' }, async ({ session, card, verdict }) => {
        const refused = refusalOf(verdict);
        if (refused !== undefined) return refused;
        const opens = await presentPin(session, pin);
        if (!opens.ok) return opens;
        return done({ permitNumber: card.permit.number, signature: await signDigest(session, digest), signatureKey: card.sod.signatureKey });
      });
    } finally {
      pin.fill(0);
    }
  });
}
