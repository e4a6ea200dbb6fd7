import { makeEphemeralKeyAhead, CardSession, putObject, readEndorsement, readObject } from '../card/index.js';
import { done, failed, type Outcome } from '../contract/index.js';
import { sameBytes } from '../cose/index.js';
import type { VerdictResult } from '../permit/index.js';
import { attempt } from './attempt.js';
import { tell } from './inspect.js';
import type { CardUpdate, UpdateContext } from './ports.js';
import { presentCard, refusalOf, type PresentCard } from './present-card.js';
import { entitledTo, openingOf, putRefusal, targetOf } from './update-target.js';

/**
 * How an update that was begun has ended. `was-written`: the object was on the card already; `written-again`: the same bytes were written now; `seq`: its record.
 * `given-up`: the object is not on the card and will not be, nothing was captured. `superseded`: a greater counter; `other-object`: the same counter with other bytes;
 * `not-allowed`: the permit was cancelled, suspended or has ended since.
 */
export type Settled =
  | { readonly how: 'was-written' | 'written-again'; readonly seq?: number }
  | { readonly how: 'given-up'; readonly why: 'superseded' | 'other-object' | 'not-allowed' };

/** Of these the update is given up; anything else that is wrong may pass (a stale list, a clock) or is a case for the police, and the intent stays as it is. */
const final: ReadonlySet<VerdictResult> = new Set(['revoked', 'suspended', 'expired']);

/**
 * Finishes what was begun on the card that lies there (card-updates.md 3). The chip's counter tells: it is the intent's, and so is the object: it had been
 * written; it is one less: the same bytes go again; a chip that counts less than that was set back. ACCESS_RIGHT_MISSING: of an intent that this terminal had the
 * right to and has no more; it waits.
 */
export async function settleUpdate(ctx: UpdateContext, present: PresentCard, update: CardUpdate): Promise<Outcome<Settled>> {
  const counter = present.counters[update.target];
  // Endorsements are free to read: whether one had been written can be told without any right.
  const may = update.target === 'endorsements' && counter >= update.counter ? done(undefined) : entitledTo(ctx, targetOf(update));
  if (!may.ok) return may;
  if (counter >= update.counter) {
    const there = await found(ctx, present, update, counter);
    if (there) return done({ how: 'was-written', ...commit(ctx, update) });
    ctx.journal.dropUpdate(update.chip);
    return done({ how: 'given-up', why: counter === update.counter ? 'other-object' : 'superseded' });
  }
  if (counter < update.counter - 1) return failed('CARD_IMAGE_OLD', update.target);
  const refused = refusalOf(present.verdict, true);
  if (refused === undefined) {
    const finished = await finishUpdate(ctx, present, update);
    return finished.ok ? done({ how: 'written-again', ...finished.value }) : finished;
  }
  if (!final.has(present.verdict.result)) return refused;
  ctx.journal.dropUpdate(update.chip);
  return done({ how: 'given-up', why: 'not-allowed' });
}

/** Whether the object came onto the card. Endorsements are appended, so one that another terminal has followed up is still there, some records back. */
async function found(ctx: UpdateContext, { session, application }: PresentCard, update: CardUpdate, told: number): Promise<boolean> {
  const { target, counter, object } = update;
  // A slot of another department moves the counter too: the slot itself tells.
  if (told === counter || target === 'services') return sameBytes((await readObject(application, targetOf(update), ctx.access.departments())).object, object);
  if (target !== 'endorsements') return false;
  const kept = await readEndorsement(session, told - counter + 1);
  return kept !== undefined && sameBytes(kept, object);
}

/** What was begun on a card that takes nothing any more: captured when it came onto it, else given up. */
export async function abandonUpdate(ctx: UpdateContext, present: PresentCard, update: CardUpdate): Promise<void> {
  const counter = present.counters[update.target];
  if (counter >= update.counter && (await found(ctx, present, update, counter))) commit(ctx, update);
  else ctx.journal.dropUpdate(update.chip);
}

/**
 * Writes the object of an intent that is durable, reads object and counter back, and only then captures its record. What the chip refuses to take from this terminal is
 * not on it and will not be: the intent goes, and nothing is captured (card-updates.md 3).
 */
export async function finishUpdate(ctx: UpdateContext, { session, application }: PresentCard, update: CardUpdate): Promise<Outcome<{ readonly seq?: number }>> {
  const { chip, target, counter, object } = update;
  tell(ctx, 'write');
  try {
    await putObject(session, targetOf(update), counter, object);
  } catch (error) {
    const refused = putRefusal(error, targetOf(update));
    if (refused === undefined) throw error;
    ctx.journal.dropUpdate(chip);
    return refused;
  }
  tell(ctx, 'read-back');
  const back = await readObject(application, targetOf(update), ctx.access.departments());
  if (!sameBytes(back.object, object)) return failed('READ_BACK_DIFFERS', target);
  if (back.status.counters[target] !== counter) return failed('READ_BACK_DIFFERS', 'counters');
  ctx.known?.remember(chip, back.status.counters);
  return done(commit(ctx, update));
}

function commit(ctx: UpdateContext, { chip }: CardUpdate): { readonly seq?: number } {
  tell(ctx, 'register');
  const seq = ctx.journal.commitUpdate(chip);
  return seq === undefined ? {} : { seq };
}

/** Goes on with what this terminal began on the issued card that lies there; `nothing` when it began nothing. */
export function resumeUpdate(ctx: UpdateContext): Promise<Outcome<Settled | { readonly how: 'nothing' }>> {
  return attempt<Settled | { readonly how: 'nothing' }>(async () => {
    const session = new CardSession(ctx.channel);
    try {
      // The right is that of what was begun on this chip; nothing begun, nothing opened.
      const present = await presentCard(ctx, session, {
        opening: (chip) => {
          const begun = ctx.journal.findUpdate(chip);
          return begun === undefined ? undefined : openingOf[begun.target];
        },
      });
      if (!present.ok) return present;
      const update = ctx.journal.findUpdate(present.value.chip);
      return update === undefined ? done({ how: 'nothing' }) : await settleUpdate(ctx, present.value, update);
    } finally {
      session.endSecure();
      setImmediate(makeEphemeralKeyAhead);
    }
  });
}
