import { readAccessLog, type AccessLogEntry } from '../card/index.js';
import { done, type Outcome } from '../contract/index.js';
import { attempt } from './attempt.js';
import { presentPin, typedPin } from './pin.js';
import type { VerifyContext } from './ports.js';
import { withRights } from './with-rights.js';

export interface AccessLog {
  readonly permitNumber: string;
  /** Newest first; this very reading is among them. */
  readonly entries: readonly AccessLogEntry[];
}

/** Who read this card (access.md 4), for its holder: at a kiosk by the PIN, six ASCII digits, wiped here; elsewhere by `manage`. The refusals of `readPermit`. */
export function readCardLog(ctx: VerifyContext, pin?: Uint8Array): Promise<Outcome<AccessLog>> {
  return attempt(async () => {
    const atKiosk = ctx.mode === 'kiosk';
    try {
      const typed = atKiosk ? typedPin(pin) : undefined;
      if (typed?.ok === false) return typed;
      return await withRights(ctx, { right: atKiosk ? 'kiosk' : 'manage', purpose: atKiosk ? 'selfService' : 'reading' }, async ({ session, application, card }) => {
        const opens = typed === undefined ? undefined : await presentPin(session, typed.value);
        if (opens?.ok === false) return opens;
        return done({ permitNumber: card.permit.number, entries: await readAccessLog(application) });
      });
    } finally {
      pin?.fill(0);
    }
  });
}
