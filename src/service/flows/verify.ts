import { done } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';
import { verdictShown } from './verdict-shown.js';

/** The verdict alone, of the card that lies there. OPERATION_REQUIRED: police, before why and where were chosen. A cancelled run ends with its card: a check lasts less than a second. */
export const verify = (context: FlowContext): Flow<'verify'> => async (handle, { reader }) => {
  const terminal = context.terminal();
  const verified = await terminal.verify({ reader, operation: context.operation.current(), onStep: (step) => handle.step(step) });
  if (!verified.ok) return verified;
  const { verdict, seq } = verified.value;
  return done({ verdict: verdictShown(verdict), seq });
};
