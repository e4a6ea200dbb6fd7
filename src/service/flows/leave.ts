import { CodedError, done, failed, type FailureCode, type Outcome, type TerminalMode } from '../../contract/index.js';
import type { Terminal } from '../terminal.js';
import type { FlowContext } from './context.js';
import type { Flow, InputOf } from './flow.js';

/** An officer leaves a police terminal; another desk's window is not an officer's. */
const refusedTo = (role: string, mode: TerminalMode): Outcome<unknown> => (role === 'officer' && mode !== 'police' ? failed('ROLE_REQUIRED', 'leave') : done({}));

const allowed = async (terminal: Terminal, mode: TerminalMode, { operator, password }: InputOf<'leave'>): Promise<Outcome<unknown>> => {
  // No operators at this terminal: there is nobody to ask for, and nothing behind a sign-in.
  if (!terminal.operators.required) return done({});
  if (terminal.session !== undefined && mode !== 'kiosk') return refusedTo(terminal.session.role, mode);
  if (operator === undefined || password === undefined) return failed('SIGN_IN_REQUIRED');
  const identified = await terminal.operators.identify('leave', operator, password);
  return identified.ok ? refusedTo(identified.value.role, mode) : identified;
};

/** Faults with which a kiosk has no terminal yet, so that nobody could be asked for. */
const beforeUse: readonly FailureCode[] = ['TERMINAL_NOT_ENROLLED'];

/**
 * The operator's way out of the locked-down window. At a kiosk, and where nobody is signed in, with the credentials of an operator, and no session begins. A kiosk whose folder
 * does not open stays shut: its operator ends the program at the machine.
 */
export const leave = (context: FlowContext): Flow<'leave'> => async (_, input) => {
  try {
    const may = await allowed(context.terminal(), context.mode, input);
    if (!may.ok) return may;
  } catch (error) {
    const open = error instanceof CodedError && (context.mode !== 'kiosk' || beforeUse.includes(error.code));
    if (!open) throw error;
  }
  context.leave();
  return done({});
};
