import type { Terminal } from '../terminal.js';
import type { Flow } from './flow.js';

export interface HistoryOpenOptions {
  readonly terminal: Terminal;
  /** Once for each line that was opened: for the log. */
  readonly onViewed?: () => void;
}

/** One line whole; that it was looked at is queued first. HISTORY_GONE, OUTBOX_FULL, SIGN_IN_REQUIRED, ROLE_REQUIRED, LOCAL_DATA_CLOSED */
export const historyOpenFlow =
  ({ terminal, onViewed }: HistoryOpenOptions): Flow<'history-open'> =>
  (_, { id }) => {
    const entry = terminal.history.view(id);
    if (entry.ok) onViewed?.();
    return Promise.resolve(entry);
  };
