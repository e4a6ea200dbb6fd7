import { z } from 'zod';
import { done, failed, type Outcome } from '../../../contract/index.js';
import type { Task } from '../../roles.js';
import type { Terminal } from '../../terminal.js';
import type { RunHandle } from '../flow.js';

const answer = z.strictObject({ operator: z.string().trim().min(1).max(40), password: z.string().min(1).max(200) });

/** Who acts: whoever is signed in. SIGN_IN_REQUIRED also at a terminal that has no operators yet: nobody's word counts there. */
export const whoActs = ({ session }: Pick<Terminal, 'session'>): Outcome<string> => (session === undefined ? failed('SIGN_IN_REQUIRED') : done(session.id));

/**
 * A second person approves, in place: asked once; whatever is wrong with the answer ends the run, and nothing was done. The id of who approved. APPROVAL_REQUIRED: the same person, or a role that may not;
 * SIGN_IN_REQUIRED: who asked is not signed in any more; INPUT_INVALID, and the refusals of a sign-in.
 */
export const askApproval = async (handle: Pick<RunHandle, 'ask'>, terminal: Terminal, task: Task): Promise<Outcome<string>> => {
  const asking = terminal.session?.id;
  const given = answer.safeParse(await handle.ask('approval'));
  // What one person asked for is not another one's, who has signed in meanwhile and may not even know of it.
  if (terminal.session?.id !== asking) return failed('SIGN_IN_REQUIRED');
  if (!given.success) return failed('INPUT_INVALID', 'approval');
  const approval = await terminal.approve(task, given.data.operator, given.data.password);
  return approval.ok ? done(approval.value.approvedBy) : approval;
};
