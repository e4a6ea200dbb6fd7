import { done, failed, type Outcome, type RevocationRecord } from '../../../contract/index.js';
import { restoredTo } from '../../../permit/index.js';
import { CounterDesk } from '../../counter-desk.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import type { InputOf } from '../flow.js';
import { askApproval } from './approval.js';
import { byClerk } from './by-clerk.js';

type Change = Pick<RevocationRecord, 'permitNumber' | 'status' | 'reason'>;
const tasks = { 'report-lost': 'cancel', suspend: 'suspend', restore: 'restore', cancel: 'cancel' } as const;

/** What the status list is to say. */
const changeOf = async (terminal: Terminal, { permitNumber, change, reason }: InputOf<'change-status'>): Promise<Outcome<Change>> => {
  switch (change) {
    case 'report-lost':
      return done({ permitNumber, status: 1, reason: 'lost' });
    case 'suspend':
      return done({ permitNumber, status: 2, reason: 'decision' });
    case 'restore': {
      const file = await new CounterDesk(terminal).fileOf(permitNumber);
      return file.ok ? done({ permitNumber, status: restoredTo(file.value), reason: 'restored' }) : file;
    }
    case 'cancel':
      return reason === undefined ? failed('INPUT_INVALID', 'reason') : done({ permitNumber, status: 1, reason });
  }
};

/** Two people. What the permit's state does not allow is refused before the second one is asked. */
export const changeStatus = (context: FlowContext) => (handle: Parameters<ReturnType<typeof run>>[0], input: InputOf<'change-status'>) => run(context, tasks[input.change])(handle, input);

const run = (context: FlowContext, task: (typeof tasks)[keyof typeof tasks]) =>
  byClerk<'change-status'>(context, task, async (handle, input, terminal) => {
    const change = await changeOf(terminal, input);
    if (!change.ok) return change;
    const desk = new CounterDesk(terminal);
    const fit = await desk.mayChangeStatus(change.value);
    if (!fit.ok) return fit;
    const second = await askApproval(handle, terminal, task);
    if (!second.ok) return second;
    const recorded = await desk.changeStatus({ ...change.value, approvedBy: second.value });
    return recorded.ok ? done({}) : recorded;
  });

/**
 * A card that came back. With `end` its chip is ended first, and the record says so; one that was ended before is as good. What ends the chip and dies before the record is done again by the same call.
 * INPUT_INVALID: neither number names the card, or `end` without a permit number; STATE_NOT_ALLOWED: it is the card that its permit lives by, or the permit takes none back.
 */
export const returnCard = (context: FlowContext) =>
  byClerk<'return-card'>(context, 'card-return', async (handle, { permitNumber, serial, reason, end, reader }, terminal) => {
    if (permitNumber === undefined && (serial === undefined || end)) return failed('INPUT_INVALID', 'permitNumber');
    const admitted = terminal.outbox.admits('card-return');
    if (!admitted.ok) return admitted;
    const desk = new CounterDesk(terminal);
    const named = { ...(permitNumber === undefined ? {} : { permitNumber }), ...(serial === undefined ? {} : { serial }), reason };
    const fit = await desk.mayReturn(named);
    if (!fit.ok) return fit;
    const ended = end && permitNumber !== undefined ? await terminal.endCard(permitNumber, { reader, onStep: (step) => handle.step(step), keep: fit.value }) : undefined;
    if (ended?.ok === false && ended.code !== 'CARD_TERMINATED') return ended;
    const returned = await desk.returnCard({ ...named, ...(ended === undefined ? {} : { terminated: true as const }) });
    return returned.ok ? done({ ended: ended !== undefined }) : returned;
  });

/** INPUT_INVALID `fee`: this step is free. */
export const takeFee = (context: FlowContext) =>
  byClerk<'take-fee'>(context, 'fee', async (_, { permitNumber, purpose }, terminal) => {
    const taken = await new CounterDesk(terminal).takeFee(permitNumber, purpose);
    return taken.ok ? done({ receipt: taken.value.receipt, fen: taken.value.fen }) : taken;
  });
