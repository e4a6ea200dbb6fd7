import { done } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Onto the blank that lies there, or the half-written card of the same application. It is not cancelled: what was begun on a card is finished. */
export const issue = (context: FlowContext): Flow<'issue'> => async (handle, { application, photo, reader }) => {
  const terminal = context.terminal();
  const issued = await terminal.issue(application, Uint8Array.from(Buffer.from(photo, 'base64')), { reader, onStep: (step) => handle.step(step) });
  if (!issued.ok) return issued;
  const { permitNumber, serial, can, seq, resumed } = issued.value;
  return done({ permitNumber, serial, can, seq, resumed });
};
