import { done } from '../../contract/index.js';
import { sessionOf } from '../state-source.js';
import type { FlowContext } from './context.js';
import type { Flow } from './flow.js';

/** The refusals of operators.md 1. A colleague who was signed in is signed out by success alone, and what ended for the colleague is forgotten. */
export const signIn = (context: FlowContext): Flow<'sign-in'> => async (_, { operator, password }) => {
  const terminal = context.terminal();
  const before = terminal.session?.id;
  const signedIn = await terminal.signIn(operator, password);
  if (!signedIn.ok) return signedIn;
  if (before !== signedIn.value.id) context.runs().forget();
  // What a process that died could not say any more: cards that it had registered are made.
  if (context.mode === 'counter' && signedIn.value.localData) terminal.made.settle();
  context.log.info('signed in');
  return done(sessionOf(signedIn.value));
};
