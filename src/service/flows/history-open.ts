import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** One line whole; that it was looked at is queued before it is shown, and logged. HISTORY_GONE, OUTBOX_FULL, SIGN_IN_REQUIRED, ROLE_REQUIRED, LOCAL_DATA_CLOSED */
export const historyOpen = (context: Pick<FlowContext, 'terminal' | 'log'>): Flow<'history-open'> => async (_, { id }) => {
  const entry = context.terminal().history.view(id);
  if (entry.ok) context.log.info('history opened');
  return entry;
};
