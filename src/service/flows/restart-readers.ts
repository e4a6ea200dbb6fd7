import { done } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Ends the reader process and begins another one, once the card in hand is done. READER_SERVICE_DOWN: PC/SC itself does not run, which no restart of ours mends. */
export const restartReaders = (context: FlowContext): Flow<'restart-readers'> => async () => {
  const terminal = context.findTerminal();
  const readers = await (terminal === undefined ? context.restartReaders() : terminal.restartReaders());
  context.log.info('reader process ended by request', { readers });
  return done({ readers });
};
