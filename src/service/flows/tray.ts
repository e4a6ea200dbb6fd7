import { failed } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Demonstration: a virtual card is put down or taken away. INPUT_INVALID: there is no tray, or no such card. */
export const tray = (context: FlowContext): Flow<'tray'> => async (_, { card }) => (context.tray === undefined ? failed('INPUT_INVALID', 'tray') : context.tray.put(card));
