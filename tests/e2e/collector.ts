import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Where Node's inspector listens when SIGUSR1 opens it. One process of the app is asked after the other, and each closes it again. */
const inspector = 'http://127.0.0.1:9229/json/list';
const [patience, step] = [5_000, 20];

const debuggerOf = async (pid: number): Promise<string> => {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    const targets = await fetch(inspector).then(async (answer) => (await answer.json()) as readonly { webSocketDebuggerUrl?: string; title?: string }[]).catch(() => []);
    const found = targets[0]?.webSocketDebuggerUrl;
    if (found !== undefined) return found;
    await sleep(step);
  }
  throw new Error(`process ${pid} opened no inspector`);
};

const closed = async (): Promise<void> => {
  for (;;) {
    if (await fetch(inspector).then(() => false, () => true)) return;
    await sleep(step);
  }
};

/** Lets a Node process give back what nothing holds any more: what its collector has not come to yet is no growth. Through its inspector, for it is the product's own process and has no such verb. */
export async function collectGarbage(pid: number): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  const socket = new WebSocket(await debuggerOf(pid));
  const answers = new Map<number, (answer: { result?: { value?: unknown; result?: { value?: unknown } } }) => void>();
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as { id?: number };
    if (answer.id !== undefined) answers.get(answer.id)?.(answer as never);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let last = 0;
  const ask = (method: string, params: object = {}): Promise<{ result?: { result?: { value?: unknown } } }> =>
    new Promise((resolve) => {
      last += 1;
      answers.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  await ask('HeapProfiler.collectGarbage');
  const seen = await ask('Runtime.evaluate', { expression: 'process.pid', returnByValue: true });
  if (seen.result?.result?.value !== pid) throw new Error(`the inspector is not that of process ${pid}`);
  socket.send(JSON.stringify({ id: last + 1, method: 'Runtime.evaluate', params: { expression: "process.getBuiltinModule('inspector').close()" } }));
  await closed();
  socket.terminate();
}
