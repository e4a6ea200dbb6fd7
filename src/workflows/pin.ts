import { changePin, greatestTries, isPinForm, isWeakPin, resetPin, setPin, verifyPin, type CardSession, type ChipStatus, type PinAnswer } from '../card/index.js';
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

interface By {
  /** operator id; absent at a kiosk */
  readonly by?: string;
  /** the permit whose card is meant; absent: whichever lies there. CARD_OTHER_PERMIT */
  readonly permitNumber?: string | undefined;
}

/** PIN_FORM, PIN_WEAK: of a PIN that the holder chooses. */
const chosen = (pin: Uint8Array): Outcome<undefined> => (!isPinForm(pin) ? failed('PIN_FORM') : isWeakPin(pin) ? failed('PIN_WEAK') : done(undefined));

const outcomeOf = (answer: PinAnswer): Outcome<undefined> => {
  if (answer.ok) return done(undefined);
  switch (answer.reason) {
    // The last try is gone: what it says now is what the next one would be told.
    case 'wrong':
      return answer.triesLeft === 0 ? failed('PIN_BLOCKED') : failed('PIN_WRONG', String(answer.triesLeft));
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

/** What the holder typed, before a card is touched: PIN_REQUIRED, PIN_FORM. */
export const typedPin = (pin: Uint8Array | undefined): Outcome<Uint8Array> => (pin === undefined ? failed('PIN_REQUIRED') : isPinForm(pin) ? done(pin) : failed('PIN_FORM'));

/** VERIFY on an opened channel. PIN_WRONG with the tries left, PIN_BLOCKED, PIN_NOT_SET. */
export const presentPin = async (session: CardSession, pin: Uint8Array): Promise<Outcome<undefined>> => outcomeOf(await verifyPin(session, pin));

/**
 * The holder sets the PIN of a card that is delivered without one, at the hand-over or after a reset (access.md 2): on a genuine card whose chip proved itself. `pin`: six ASCII
 * digits from a device that only the holder sees; wiped here. PIN_ALREADY_SET.
 */
export const setHolderPin = (ctx: VerifyContext, pin: Uint8Array, by: By): Promise<Outcome<PinDone>> =>
  wiping([pin], () => pinWork(ctx, 'manage', 'set', by, chosen(pin), (session, told) => (told === 'unset' ? setPin(session, pin) : wasSet(session, pin, told))));

/** The answer to the first attempt may have been lost: the PIN is this one then, with every try. It costs one of them where it is another, and never the last two. */
async function wasSet(session: CardSession, pin: Uint8Array, tries: number): Promise<PinAnswer> {
  const answer = tries === greatestTries ? await verifyPin(session, pin) : undefined;
  return answer === undefined || (!answer.ok && answer.reason === 'wrong') ? { ok: false, reason: 'already-set' } : answer;
}

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

/** `told`: what the chip said of its PIN before. */
type PinCommand = (session: CardSession, told: ChipStatus['pin']) => Promise<PinAnswer>;

function pinWork(ctx: VerifyContext, right: 'manage' | 'kiosk', action: PinRecord['action'], { by, permitNumber: meant }: By, fit: Outcome<undefined>, command: PinCommand): Promise<Outcome<PinDone>> {
  return attempt(() => {
    if (!fit.ok) return Promise.resolve(fit);
    return withRights(ctx, { right, purpose: 'pin' }, async ({ session, card, pin }) => {
      const permitNumber = card.permit.number;
      if (meant !== undefined && meant !== permitNumber) return failed('CARD_OTHER_PERMIT');
      const answer = outcomeOf(await command(session, pin));
      if (!answer.ok) return answer;
      const record: PinRecord = { type: 'pin', permitNumber, action, ...(by === undefined ? {} : { by }), at: ctx.clock.now() };
      return done({ permitNumber, seq: ctx.outbox.enqueue(record) });
    });
  });
}
