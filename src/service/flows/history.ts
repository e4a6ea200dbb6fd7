import { done } from '../../contract/index.js';
import { shiftHistoryHours } from '../shift-history.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Lines of the own shift, newest first. SIGN_IN_REQUIRED, ROLE_REQUIRED, LOCAL_DATA_CLOSED: checks go on all the same */
export const history = (context: Pick<FlowContext, 'terminal'>): Flow<'history'> => async () => {
  const lines = context.terminal().history.list();
  return lines.ok ? done({ lines: [...lines.value], purgedAfterHours: shiftHistoryHours }) : lines;
};
