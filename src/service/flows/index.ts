/** Every workflow of the contract with its flow. A flow decides who may and what is asked; the work itself is the terminal's. */
import type { Flows } from '../run-book.js';
import type { FlowContext } from './context.js';
import { diagnose } from './diagnose.js';
import { enrol } from './enrol.js';
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

export const flowsOf = (context: FlowContext): Flows => ({
  enrol: enrol(context),
  'sign-in': signIn(context),
  'sign-out': signOut(context),
  'set-operation': setOperation(context),
  watch: watch(context),
  verify: verify(context),
  'look-up': lookUp(context),
  history: history(context),
  'history-open': historyOpen(context),
  diagnose: diagnose(context),
  'save-diagnosis': saveDiagnosis(context),
  sync: sync(context),
  'restart-readers': restartReaders(context),
  issue: issue(context),
  leave: leave(context),
  tray: tray(context),
});
