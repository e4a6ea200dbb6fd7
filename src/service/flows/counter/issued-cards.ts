import { done } from '../../../contract/index.js';
import { CounterDesk } from '../../counter-desk.js';
import { formDrafts } from '../../form-drafts.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

/** A begun card is given up: its application waits for another blank. KEY_SET_MISSING: this terminal has not begun it. */
export const spoil = (context: FlowContext) =>
  byClerk<'spoil'>(context, 'stock', async (_, { serial, reason }, terminal) => {
    const spoiled = await terminal.spoil(serial, reason);
    return spoiled.ok ? done({}) : spoiled;
  });

/** BODY_DIFFERS: `number`, `can` */
export const matchBody = (context: FlowContext) =>
  byClerk<'match-body'>(context, 'match-body', async (handle, { permitNumber, can, reader }, terminal) => {
    const matched = await terminal.matchBody({ permitNumber, can }, { reader, onStep: (step) => handle.step(step) });
    return matched.ok ? done({}) : matched;
  });

/** The card is the holder's now: application and form are gone. OLD_CARD_REQUIRED, STATE_NOT_ALLOWED */
export const handOver = (context: FlowContext) =>
  byClerk<'hand-over'>(context, 'hand-over', async (_, { draft, permitNumber, serial, receivedBy, oldCard }, terminal) => {
    const recorded = await new CounterDesk(terminal).handOver({ permitNumber, serial, receivedBy, oldCard });
    if (!recorded.ok) return recorded;
    const drafts = formDrafts(terminal.outbox, () => terminal.clock.now());
    if (draft !== undefined && drafts.get(draft) !== undefined) drafts.delete(draft);
    return done({});
  });
