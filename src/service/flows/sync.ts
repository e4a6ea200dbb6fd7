import { done } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Pushes and pulls now, or joins the sync that is under way. */
export const sync = (context: FlowContext): Flow<'sync'> => async () => {
  const synced = await context.syncing().run();
  if (!synced.ok) return synced;
  const { pushed, pulled } = synced.value;
  return done({ pushed: pushed.records, pullsFailed: pulled.failed.map(({ item }) => item) });
};
