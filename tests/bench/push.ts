import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { syncTerminal } from '../../src/service/index.js';
import { cpuMs, expected, residentBytes, type Counter } from './counter.js';
import { drainDay } from './drain.js';
import { line, progress, type Line } from './lines.js';
import { sealedBytes, verificationOf } from './records.js';

const records = 10_000;
const mebibyte = 1_048_576;
const sink = fileURLToPath(new URL('./sink-process.js', import.meta.url));

/** The floor: the same bodies by the same fetch to a responder in a process of its own that throws them away. Milliseconds. */
const discarded = async (bodies: readonly Uint8Array[]): Promise<number> => {
  const child = spawn(process.execPath, [sink], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const url = `http://127.0.0.1:${port}/`;
    const post = async (body: Uint8Array): Promise<void> => {
      const response = await fetch(url, { method: 'POST', body: body as Uint8Array<ArrayBuffer> });
      await response.arrayBuffer();
    };
    for (const body of bodies.slice(0, 3)) await post(body);
    const began = performance.now();
    for (const body of bodies) await post(body);
    return performance.now() - began;
  } finally {
    child.kill();
  }
};

interface PushTimes {
  /** until the last receipt */
  readonly lastMs: number;
  readonly terminalCpuMs: number;
  readonly platformCpuMs: number;
  /** the most memory that the platform held meanwhile */
  readonly mostBytes: number;
}

/** Enqueues all records and measures their push. */
const pushed = async ({ terminal }: Counter, pid: number, fetchWatched: typeof fetch): Promise<PushTimes> => {
  progress(`enqueueing ${records} records of ${sealedBytes} bytes`);
  const now = terminal.clock.now();
  for (let n = 0; n < records; n += 1) terminal.outbox.enqueue(verificationOf(n, now));
  progress('pushing them');
  let [mostBytes, lastMs] = [0, 0];
  const [platformCpu, ownCpu] = [cpuMs(pid), process.cpuUsage()];
  const began = performance.now();
  const synced = expected(
    await syncTerminal(terminal, {
      fetch: fetchWatched,
      onProgress: () => {
        lastMs = performance.now() - began;
        mostBytes = Math.max(mostBytes, residentBytes(pid));
      },
    }),
  );
  if (synced.pushed.records !== records || synced.pushed.quarantined !== 0) throw new Error('the platform did not take every record');
  const { user, system } = process.cpuUsage(ownCpu);
  return { lastMs, terminalCpuMs: (user + system) / 1_000, platformCpuMs: cpuMs(pid) - platformCpu, mostBytes };
};

/** Push and apply of a day's backlog on loopback, terminal and platform in processes of their own. */
export const push = async (counter: Counter): Promise<Line[]> => {
  const { terminal, platform } = counter;
  expected(await syncTerminal(terminal));
  const drained = await drainDay(counter);
  const pid = platform.pid;
  if (pid === undefined) throw new Error('the platform has no process');
  const bodies: Uint8Array[] = [];
  const watched: typeof fetch = (input, init) => {
    if (init?.method === 'POST' && init.body instanceof Uint8Array) bodies.push(init.body);
    return fetch(input, init);
  };
  const { lastMs, terminalCpuMs, platformCpuMs, mostBytes } = await pushed(counter, pid, watched);
  // Flat: as many again, and again, need no more. How high each climb goes is the garbage collector's choice.
  const second = await pushed(counter, pid, fetch);
  const third = await pushed(counter, pid, fetch);
  progress('posting the same bytes to a responder that throws them away');
  const floor = (records * 1_000) / (await discarded(bodies));
  return [
    drained,
    line('push', (records * 1_000) / lastMs, 'records/s', { floor, limit: { of: 'value', sign: '>=', bound: 1_500 } }),
    // Of the processors, whatever else runs on the machine; the pull that follows a push is in it.
    line('push-cpu-terminal', terminalCpuMs, 'ms'),
    line('push-cpu-platform', platformCpuMs, 'ms'),
    line('push-platform-growth', (third.mostBytes - Math.max(mostBytes, second.mostBytes)) / mebibyte, 'MiB', { limit: { of: 'value', sign: '<', bound: 64 } }),
    line('push-platform-resident', third.mostBytes / mebibyte, 'MiB'),
  ];
};
