import { done, failed } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Pushes and pulls now, after a sync that is under way. PLATFORM_*: nothing came through at all; what came in part is named in the outcome. */
export const sync = (context: FlowContext): Flow<'sync'> => async () => {
  const synced = await context.syncing().runAnew();
  if (!synced.ok) return synced;
  const { pushed, pulled } = synced.value;
  const [first] = pulled.failed;
  if (first !== undefined && pushed.records === 0 && pulled.failed.length === Object.keys(pulled.results).length) return failed(first.code);
  return done({ pushed: pushed.records, pullsFailed: pulled.failed.map(({ item }) => item) });
};
