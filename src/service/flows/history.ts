import { done } from '../../contract/index.js';
import { shiftHistoryHours } from '../shift-history.js';
import type { Terminal } from '../terminal.js';
import type { Flow } from './flow.js';

/** Lines of the own shift, newest first. SIGN_IN_REQUIRED, ROLE_REQUIRED, LOCAL_DATA_CLOSED: checks go on all the same */
export const historyFlow =
  ({ terminal }: { readonly terminal: Terminal }): Flow<'history'> =>
  () => {
    const lines = terminal.history.list();
    return Promise.resolve(lines.ok ? done({ lines: [...lines.value], purgedAfterHours: shiftHistoryHours }) : lines);
  };
