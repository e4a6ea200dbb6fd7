import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Gives the far side (card, pcscd, reader process) the last processor and this process the others, as in a hall, where card and reader compute by themselves; the
 * returned function lets everything run everywhere again. Otherwise the scheduler may put the emulated card and the terminal on one processor. Nothing
 * happens on a machine with one processor or without taskset (util-linux).
 */
export const apart = (farSide: readonly (number | undefined)[]): (() => void) => {
  const last = availableParallelism() - 1;
  const pin = (pid: number, processors: string): void => {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', processors, String(pid)], { stdio: 'ignore' });
  };
  const pids = farSide.filter((pid) => pid !== undefined);
  if (last < 1) return () => undefined;
  try {
    for (const pid of pids) pin(pid, String(last));
    pin(process.pid, `0-${last - 1}`);
  } catch {
    return () => undefined;
  }
  return () => {
    for (const pid of [process.pid, ...pids]) pin(pid, `0-${last}`);
  };
};
