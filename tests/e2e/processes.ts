import { readFileSync, readdirSync } from 'node:fs';

/** What /proc knows of processes: for tests that kill one part of the app and watch what it takes of the machine. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const readProcess = (pid: number): Process | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything; what follows the last bracket is state and parent.
    const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    return { pid, parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() };
  } catch {
    return undefined;
  }
};

/** Everything that a process started, and what that started. */
export function descendants(pid: number): Process[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => readProcess(Number(name)) ?? []);
  const below = (parent: number): Process[] => all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

export const findDescendant = (pid: number, part: string): number | undefined => descendants(pid).find(({ command }) => command.includes(part))?.pid;

export const isAlive = (pid: number): boolean => readProcess(pid) !== undefined;

/** What a process holds of memory for itself, kilobytes (private pages; shared ones of a browser are counted nowhere); undefined when it is gone. */
export function privateMemory(pid: number): number | undefined {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return ['Private_Clean', 'Private_Dirty'].reduce((sum, field) => sum + Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0), 0);
  } catch {
    return undefined;
  }
}
