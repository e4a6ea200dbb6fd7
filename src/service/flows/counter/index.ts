import type { FlowContext } from '../context.js';
import { deskFlows } from './desk-flows.js';
import { formFlows } from './form-flows.js';

/** What a clerk does. */
export const counterFlows = (context: FlowContext) => ({ ...formFlows(context), ...deskFlows(context) });
