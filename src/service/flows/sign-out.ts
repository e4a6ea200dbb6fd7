import { done } from '../../contract/index.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** Ends the session once the card in hand is done; purpose and place are asked anew. */
export const signOut = (context: FlowContext): Flow<'sign-out'> => async () => {
  const terminal = context.terminal();
  context.keypad.giveUp();
  // A question that this person was asked is nobody else's.
  await Promise.all([context.runs().cancelAll((workflow) => workflow === 'watch'), context.runs().cancelAsking('SIGN_IN_REQUIRED')]);
  context.operation.clear();
  await terminal.signOut();
  context.runs().forget();
  context.log.info('signed out');
  return done({});
};
