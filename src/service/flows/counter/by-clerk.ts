import { failed, type Outcome, type WorkflowName, type WorkflowOutcome } from '../../../contract/index.js';
import type { Task } from '../../roles.js';
import type { Terminal } from '../../terminal.js';
import type { FlowContext } from '../context.js';
import type { Flow, InputOf, RunHandle } from '../flow.js';

/** A clerk's workflow, at a terminal whose local data is open to whoever is signed in. */
export type ClerkFlow<N extends WorkflowName> = (handle: RunHandle, input: InputOf<N>, terminal: Terminal) => Promise<Outcome<WorkflowOutcome<N>>>;

/**
 * What a clerk does is done at a counter alone, by somebody who may do `task`, with the local data open: the same three questions before every flow of the counter. ROLE_REQUIRED (also in another
 * mode), SIGN_IN_REQUIRED, LOCAL_DATA_CLOSED: signed in, and nobody has opened the local data to this person yet.
 */
export const byClerk =
  <N extends WorkflowName>(context: Pick<FlowContext, 'mode' | 'terminal'>, task: Task, flow: ClerkFlow<N>): Flow<N> =>
  async (handle, input) => {
    if (context.mode !== 'counter') return failed('ROLE_REQUIRED', context.mode);
    const terminal = context.terminal();
    const allowed = terminal.require(task);
    if (!allowed.ok) return allowed;
    return terminal.outbox.local.locked ? failed('LOCAL_DATA_CLOSED') : flow(handle, input, terminal);
  };
