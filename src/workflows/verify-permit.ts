import { CardSession, makeEphemeralKeyAhead, type Traffic } from '../card/index.js';
import { done, type Outcome, type VerificationRecord } from '../contract/index.js';
import type { Verdict } from '../permit/index.js';
import { attempt } from './attempt.js';
import { openCard, show, tell } from './inspect.js';
import { authenticate, judge, weigh, type Weighed } from './judge.js';
import type { VerifyContext } from './ports.js';

export interface Verified {
  readonly verdict: Verdict;
  /** Sequence number of the verification record in the outbox. */
  readonly seq: number;
  readonly traffic: Traffic;
}

/** Is this card genuine, current, not cloned, not revoked? Reads no holder data. At most five APDUs where reader and card carry extended length. */
export function verifyPermit(ctx: VerifyContext): Promise<Outcome<Verified>> {
  return attempt(async () => {
    const session = new CardSession(ctx.channel);
    try {
      const opened = await openCard(ctx, session);
      if (!opened.ok) return opened;
      let weighed: Weighed | undefined;
      const shown = await show(ctx, opened.value, (files) => authenticate(ctx, files), (read) => (weighed = weigh(ctx, read)));
      tell(ctx, 'verdict');
      const { verdict } = judge(ctx, shown, {}, weighed);
      const { traffic } = session;
      return done({ verdict, seq: ctx.outbox.enqueue(recordOf(ctx, verdict)), traffic });
    } finally {
      session.endSecure();
      setImmediate(makeEphemeralKeyAhead);
    }
  });
}

/** The line that decided is the record's reason. */
export function recordOf(ctx: VerifyContext, verdict: Verdict): VerificationRecord {
  const { result, lines, permitNumber } = verdict;
  const reason = lines.find((line) => line.result === result)?.reason ?? '';
  return { type: 'verification', ...(permitNumber === undefined ? {} : { permitNumber }), result, reason, mode: ctx.mode, at: ctx.clock.now() };
}
