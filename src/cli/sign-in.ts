import { readFileSync } from 'node:fs';
import { CodedError, done, failed, type Outcome } from '../contract/index.js';
import type { Task, Terminal } from '../service/index.js';
import { withTerminal } from './terminal-commands.js';
import { demoPeople, isDemoFolder, type DataFolder } from './data-folder.js';

/** Who works at the command line. Passwords come from the environment or a file: a command line is seen by every program of the machine. */
export interface People {
  /** operator who signs in (`--as`), or the name that stands on records at a terminal without operators */
  readonly as?: string | undefined;
  readonly passwordFile?: string | undefined;
  /** the second person (`--approved-by`) */
  readonly approvedBy?: string | undefined;
  readonly approverPasswordFile?: string | undefined;
}

const passwordVariable = 'RESIDENCE_CARD_PASSWORD';
const approverVariable = 'RESIDENCE_CARD_APPROVER_PASSWORD';

const secret = (file: string | undefined, variable: string): string => {
  if (file === undefined) return process.env[variable] ?? '';
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new CodedError('INPUT_INVALID', 'password file', { cause });
  }
};

/** A password from a file, or from RESIDENCE_CARD_PASSWORD. */
export const passwordOf = (file: string | undefined): string => secret(file, passwordVariable);

/** Opens the terminal with `--as` signed in, where it has operators; whoever has no right to a task is refused by the task itself. */
export const signedIn = <T>(folder: DataFolder, { as, passwordFile }: People, work: (terminal: Terminal) => Promise<Outcome<T>>): Promise<Outcome<T>> =>
  withTerminal(folder, async (terminal) => {
    // In a demo folder the demo's operator works where nobody else is named.
    const demo = as === undefined && isDemoFolder(folder.root) ? demoPeople(folder.root).operator : undefined;
    const id = as ?? demo?.id;
    if (id !== undefined && terminal.operators.required) {
      const session = await terminal.signIn(id, demo?.password ?? passwordOf(passwordFile));
      if (!session.ok) return session;
    }
    return work(terminal);
  });

/** Who acts: the session, or the given name at a terminal without operators. SIGN_IN_REQUIRED. */
export const actorOf = (terminal: Terminal, { as }: People): Outcome<string> => {
  const by = terminal.session?.id ?? (terminal.operators.required ? undefined : as);
  return by === undefined || by.trim() === '' ? failed('SIGN_IN_REQUIRED') : done(by);
};

/** The second person's word for a task: with the own password where the terminal has operators. APPROVAL_REQUIRED. */
export const approvalOf = async (terminal: Terminal, task: Task, { approvedBy, approverPasswordFile }: People): Promise<Outcome<string>> => {
  if (approvedBy === undefined || approvedBy.trim() === '') return failed('APPROVAL_REQUIRED');
  if (!terminal.operators.required) return done(approvedBy);
  const approval = await terminal.approve(task, approvedBy, secret(approverPasswordFile, approverVariable));
  return approval.ok ? done(approval.value.approvedBy) : approval;
};
