import { done } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Why and where the checks that follow are made. SIGN_IN_REQUIRED, ROLE_REQUIRED: who may not check has no operation. */
export const setOperation = (context: FlowContext): Flow<'set-operation'> => async (_, { purpose, place }) => {
  const terminal = context.terminal();
  const allowed = terminal.require('verify');
  if (!allowed.ok) return allowed;
  context.operation.set(terminal, { purpose, place });
  return done({ purpose, place });
};
