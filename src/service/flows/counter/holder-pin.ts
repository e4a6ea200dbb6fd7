import { isWeakPin } from '../../../card/index.js';
import { done, failed, type KeypadAsk, type Outcome } from '../../../contract/index.js';
import { sameBytes } from '../../../cose/index.js';
import { formDrafts } from '../../form-drafts.js';
import type { Keypad } from '../../keypad.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

type Refused = Pick<KeypadAsk, 'refused' | 'triesLeft'>;

/** A PIN that the holder chooses, typed twice; what is wrong with it is told on the keypad, and asked again. The caller wipes it. CANCELLED: the holder gave up. @throws CodedError KEYPAD_MISSING */
const chosenPin = async (keypad: Keypad, what: 'set' | 'new', signal: AbortSignal): Promise<Outcome<Uint8Array>> => {
  let told: Refused = {};
  for (;;) {
    const first = await keypad.ask(what, signal, told);
    if (first === null) return failed('CANCELLED');
    if (isWeakPin(first)) {
      first.fill(0);
      told = { refused: 'PIN_WEAK' };
      continue;
    }
    const repeated = await repeatOf(keypad, first, signal);
    if (repeated === 'same') return done(first);
    first.fill(0);
    if (repeated === 'given-up') return failed('CANCELLED');
    told = { refused: 'differs' };
  }
};

/** Whatever comes of it, the repetition is wiped; where it is not answered the PIN is too. */
const repeatOf = async (keypad: Keypad, first: Uint8Array, signal: AbortSignal): Promise<'same' | 'differs' | 'given-up'> => {
  try {
    const repeated = await keypad.ask('repeat', signal);
    if (repeated === null) return 'given-up';
    const same = sameBytes(first, repeated);
    repeated.fill(0);
    return same ? 'same' : 'differs';
  } catch (error) {
    first.fill(0);
    throw error;
  }
};

/** Nobody types a PIN for a card that is not there. CARD_ABSENT, READER_NOT_FOUND */
const cardThere = async (terminal: Terminal, reader: string | undefined): Promise<Outcome<undefined>> => {
  const readers = (await terminal.readers()).filter(({ name }) => reader === undefined || name === reader);
  if (readers.length === 0) return failed('READER_NOT_FOUND');
  return readers.some(({ cardPresent }) => cardPresent) ? done(undefined) : failed('CARD_ABSENT');
};

/** The holder sets the PIN at the hand-over; PIN_ALREADY_SET. KEYPAD_MISSING: no keypad is open. */
export const setPin = (context: FlowContext) =>
  byClerk<'set-pin'>(context, 'pin', async (handle, { permitNumber, reader, draft }, terminal) => {
    const there = await cardThere(terminal, reader);
    if (!there.ok) return there;
    const pin = await chosenPin(context.keypad, 'set', handle.signal);
    if (!pin.ok) return pin;
    const set = await terminal.setPin(pin.value, { permitNumber, reader, onStep: (step) => handle.step(step) });
    if (!set.ok) return set;
    if (draft !== undefined) formDrafts(terminal.outbox, () => terminal.clock.now()).note(draft, { pinSet: true });
    return done({});
  });

/** The current PIN, the new one and its repetition. A wrong current one is asked for again, with the tries that are left, until the card has none: PIN_BLOCKED. */
export const changePin = (context: FlowContext) =>
  byClerk<'change-pin'>(context, 'change-pin', async (handle, { permitNumber, reader }, terminal) => {
    const there = await cardThere(terminal, reader);
    if (!there.ok) return there;
    const { keypad } = context;
    let current = await keypad.ask('current', handle.signal);
    if (current === null) return failed('CANCELLED');
    let next: Uint8Array | undefined;
    try {
      const chosen = await chosenPin(keypad, 'new', handle.signal);
      if (!chosen.ok) return chosen;
      next = chosen.value;
      for (;;) {
        // The card's work wipes what it is handed.
        const changed = await terminal.changePin(current, next.slice(), { permitNumber, reader, onStep: (step) => handle.step(step) });
        if (changed.ok) return done({});
        if (changed.code !== 'PIN_WRONG') return changed;
        current = await keypad.ask('current', handle.signal, { refused: 'PIN_WRONG', triesLeft: Number(changed.detail) });
        if (current === null) return failed('CANCELLED');
      }
    } finally {
      current?.fill(0);
      next?.fill(0);
    }
  });

/** A forgotten or blocked PIN becomes unset; the holder sets the next one. */
export const resetPin = (context: FlowContext) =>
  byClerk<'reset-pin'>(context, 'pin', async (handle, { permitNumber, reader }, terminal) => {
    const reset = await terminal.resetPin({ permitNumber, reader, onStep: (step) => handle.step(step) });
    return reset.ok ? done({}) : reset;
  });
