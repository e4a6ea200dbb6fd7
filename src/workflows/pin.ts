import { changePin, isPinForm, isWeakPin, resetPin, setPin, verifyPin, type CardSession, type PinAnswer } from '../card/index.js';
import { done, failed, type Outcome, type PinRecord } from '../contract/index.js';
import { attempt } from './attempt.js';
import type { VerifyContext } from './ports.js';
import { withRights } from './with-rights.js';
import { entitled } from './prove-rights.js';

export interface PinDone {
  readonly permitNumber: string;
  /** Sequence number of the record in the outbox. */
  readonly seq: number;
}

/** Operator id; absent at a kiosk. */
interface By {
  readonly by?: string;
}

/** PIN_FORM, PIN_WEAK: of a PIN that the holder chooses. */
const chosen = (pin: Uint8Array): Outcome<undefined> => (!isPinForm(pin) ? failed('PIN_FORM') : isWeakPin(pin) ? failed('PIN_WEAK') : done(undefined));

const outcomeOf = (answer: PinAnswer): Outcome<undefined> => {
  if (answer.ok) return done(undefined);
  switch (answer.reason) {
    case 'wrong':
      return failed('PIN_WRONG', String(answer.triesLeft ?? 0));
    case 'blocked':
      return failed('PIN_BLOCKED');
    case 'unset':
      return failed('PIN_NOT_SET');
    case 'already-set':
      return failed('PIN_ALREADY_SET');
    case 'form':
      return failed('PIN_FORM');
    case 'not-entitled':
      return failed('ACCESS_RIGHT_MISSING', 'pin');
  }
};

/** VERIFY on an opened channel. PIN_REQUIRED without one; a wrong last try says PIN_BLOCKED, as the next one would. */
export async function presentPin(session: CardSession, pin: Uint8Array | undefined): Promise<Outcome<undefined>> {
  if (pin === undefined) return failed('PIN_REQUIRED');
  if (!isPinForm(pin)) return failed('PIN_FORM');
  const answer = outcomeOf(await verifyPin(session, pin));
  return !answer.ok && answer.code === 'PIN_WRONG' && answer.detail === '0' ? failed('PIN_BLOCKED') : answer;
}

/**
 * The holder sets the PIN of a card that is delivered without one, at the hand-over or after a reset (access.md 2): on a genuine card whose chip proved itself. `pin`: six ASCII
 * digits from a device that only the holder sees; wiped here.
 */
export const setHolderPin = (ctx: VerifyContext, pin: Uint8Array, by: By): Promise<Outcome<PinDone>> =>
  wiping([pin], () => pinWork(ctx, 'manage', 'set', by, chosen(pin), (session) => setPin(session, pin)));

/** The holder changes the PIN, at a kiosk or a counter. */
export const changeHolderPin = (ctx: VerifyContext, old: Uint8Array, pin: Uint8Array, by: By): Promise<Outcome<PinDone>> =>
  wiping([old, pin], () => pinWork(ctx, entitled(ctx, 'kiosk').ok ? 'kiosk' : 'manage', 'changed', by, isPinForm(old) ? chosen(pin) : failed('PIN_FORM'), (session) => changePin(session, old, pin)));

/** A forgotten or blocked PIN: it is unset again, whatever the tries left; the holder sets the next one. */
export const resetHolderPin = (ctx: VerifyContext, by: By): Promise<Outcome<PinDone>> => pinWork(ctx, 'manage', 'reset', by, done(undefined), (session) => resetPin(session));

async function wiping<T>(secrets: readonly Uint8Array[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    for (const secret of secrets) secret.fill(0);
  }
}

function pinWork(ctx: VerifyContext, right: 'manage' | 'kiosk', action: PinRecord['action'], { by }: By, fit: Outcome<undefined>, command: (session: CardSession) => Promise<PinAnswer>): Promise<Outcome<PinDone>> {
  return attempt(() => {
    if (!fit.ok) return Promise.resolve(fit);
    return withRights(ctx, { right, purpose: 'pin' }, async ({ session, card }) => {
      const answer = outcomeOf(await command(session));
      if (!answer.ok) return answer.code === 'PIN_WRONG' && answer.detail === '0' ? failed('PIN_BLOCKED') : answer;
      const permitNumber = card.permit.number;
      const record: PinRecord = { type: 'pin', permitNumber, action, ...(by === undefined ? {} : { by }), at: ctx.clock.now() };
      return done({ permitNumber, seq: ctx.outbox.enqueue(record) });
    });
  });
}
