/** Every workflow of the contract with its flow. A flow decides who may and what is asked; the work itself is the terminal's. */
import { failed, type WorkflowName } from '../../contract/index.js';
import type { Flows } from '../run-book.js';
import type { FlowContext } from './context.js';
import { counterFlows } from './counter/index.js';
import { diagnose } from './diagnose.js';
import { enrol } from './enrol.js';
import type { Flow } from './flow.js';
import { history } from './history.js';
import { historyOpen } from './history-open.js';
import { issue } from './issue.js';
import { leave } from './leave.js';
import { lookUp } from './look-up.js';
import { restartReaders } from './restart-readers.js';
import { saveDiagnosis } from './save-diagnosis.js';
import { setOperation } from './set-operation.js';
import { signIn } from './sign-in.js';
import { signOut } from './sign-out.js';
import { sync } from './sync.js';
import { tray } from './tray.js';
import { verify } from './verify.js';
import { watch } from './watch.js';

/** At a police desk nothing is checked, looked up or opened before an officer has signed in, also where no list of operators was pulled yet. */
const byOfficer =
  <N extends WorkflowName>(context: FlowContext, flow: Flow<N>): Flow<N> =>
  async (handle, input) =>
    context.mode === 'police' && context.terminal().session === undefined ? failed('SIGN_IN_REQUIRED') : flow(handle, input);

export const flowsOf = (context: FlowContext): Flows => ({
  enrol: enrol(context),
  'sign-in': signIn(context),
  'sign-out': signOut(context),
  'set-operation': byOfficer(context, setOperation(context)),
  watch: byOfficer(context, watch(context)),
  verify: byOfficer(context, verify(context)),
  'look-up': byOfficer(context, lookUp(context)),
  history: byOfficer(context, history(context)),
  'history-open': byOfficer(context, historyOpen(context)),
  diagnose: diagnose(context),
  'save-diagnosis': saveDiagnosis(context),
  sync: sync(context),
  'restart-readers': restartReaders(context),
  issue: byOfficer(context, issue(context)),
  ...counterFlows(context),
  leave: leave(context),
  tray: tray(context),
});
