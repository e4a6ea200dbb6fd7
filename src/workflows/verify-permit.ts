import { CardSession, makeEphemeralKeyAhead, type Traffic } from '../card/index.js';
import { done, type Outcome, type VerificationRecord } from '../contract/index.js';
import type { Verdict } from '../permit/index.js';
import { attempt } from './attempt.js';
import { openCard, show, tell } from './inspect.js';
import { authenticate, judge, weigh } from './judge.js';
import type { VerifyContext } from './ports.js';

export interface Verified {
  readonly verdict: Verdict;
  /** Sequence number of the verification record in the outbox. */
  readonly seq: number;
  readonly traffic: Traffic;
}

/** Is this card genuine, current, not cloned, not revoked? Needs no right, reads no holder data. At most five APDUs where reader and card carry extended length. */
export function verifyPermit(ctx: VerifyContext): Promise<Outcome<Verified>> {
  return attempt(async () => {
    const session = new CardSession(ctx.channel);
    try {
      const opened = await openCard(ctx, session);
      if (!opened.ok) return opened;
      const shown = await show(ctx, opened.value, (files) => authenticate(ctx, files));
      const counting = shown.chip === 'proved' ? opened.value.application.chipStatus() : undefined;
      // Met where it is awaited.
      counting?.catch(() => undefined);
      // While the card counts.
      const weighed = weigh(ctx, shown);
      const status = await counting;
      tell(ctx, 'verdict');
      const { verdict } = judge(ctx, status === undefined ? shown : { ...shown, status }, {}, weighed);
      const { traffic } = session;
      return done({ verdict, seq: ctx.outbox.enqueue(recordOf(ctx, verdict)), traffic });
    } finally {
      session.endSecure();
      setImmediate(makeEphemeralKeyAhead);
    }
  });
}

/** Who, why and where stand in the record as far as they are known. The line that decided is the record's reason; `access`: the right by which the holder's data was opened as well. */
export function recordOf(ctx: VerifyContext, verdict: Verdict, access?: 'inspect' | 'kiosk'): VerificationRecord {
  const { result, lines, permitNumber } = verdict;
  const reason = lines.find((line) => line.result === result)?.reason ?? '';
  return {
    type: 'verification',
    ...(permitNumber === undefined ? {} : { permitNumber }),
    result,
    reason,
    mode: ctx.mode,
    ...(access === undefined ? {} : { access }),
    ...(ctx.operation === undefined ? {} : { purpose: ctx.operation.purpose, place: ctx.operation.place }),
    ...(ctx.by === undefined ? {} : { by: ctx.by }),
    at: ctx.clock.now(),
  };
}
