import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process as it can be recognised later: numbers are re-used, start times (in ticks since boot, proc(5) field 22) are not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

function stat(pid: number): { readonly state: string; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything: count from its end
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** Undefined when there is no such process any more. */
export function identify(pid: number): ProcessIdentity | undefined {
  const found = stat(pid);
  return found && { pid, started: found.started };
}

export function isAlive(process: ProcessIdentity): boolean {
  const found = stat(process.pid);
  return found !== undefined && found.started === process.started && found.state !== 'Z';
}

export async function waitForEnd(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(5)) {
    if (!isAlive(identity)) return true;
  }
  return !isAlive(identity);
}

/** Asks, then kills. Nothing happens to a process that has taken over the number. */
export async function end(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (!isAlive(identity)) return;
  process.kill(identity.pid, signal);
  if (await waitForEnd(identity, 2000)) return;
  process.kill(identity.pid, 'SIGKILL');
  await waitForEnd(identity, 2000);
}
