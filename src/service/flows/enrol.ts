import { done } from '../../contract/index.js';
import { enrolTerminal } from '../sync.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Once for each machine, with a one-time code of the platform. TERMINAL_ALREADY_ENROLLED, ENROL_CODE_WRONG, ROOT_MISMATCH, and what the network does. */
export const enrol = (context: FlowContext): Flow<'enrol'> => async (_, { url, code, name }) => {
  const enrolled = await enrolTerminal(context.folder, url, code, name ?? context.mode, context.keyStore);
  if (!enrolled.ok) return enrolled;
  await context.enrolled();
  return done({});
};
