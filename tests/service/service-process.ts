import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { HostMessage, ServiceEvent, ServiceMessage, ServiceState, WorkflowInput, WorkflowName, WorkflowOutcome } from '../../src/contract/index.js';

const program = fileURLToPath(new URL(`../../${import.meta.url.includes('/dist/tests/') ? '' : 'dist/'}src/service/process/main.js`, import.meta.url));

export type End = Extract<ServiceEvent, { readonly event: 'done' | 'failed' }>;

/** The real service process with a host that writes down everything it hears. */
export class ServiceProcess {
  readonly child: ChildProcess;
  readonly messages: ServiceMessage[] = [];
  /** events since the last attach */
  events: ServiceEvent[] = [];
  stderr = '';
  readonly #exited: Promise<unknown[]>;
  readonly #waiting = new Set<() => void>();

  private constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = fork(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, ...env } });
    this.child.stderr?.on('data', (chunk: Uint8Array) => (this.stderr += Buffer.from(chunk).toString('utf8')));
    this.child.on('message', (message) => this.#receive(message as ServiceMessage));
    this.#exited = once(this.child, 'exit');
    void this.#exited.then(() => this.#wake());
  }

  /** Started, and attached once it is ready; one that refuses to begin is given back as it is. */
  static async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    const service = new ServiceProcess(args, env);
    await service.until(() => service.messages.find(({ kind }) => kind === 'ready' || kind === 'failed'), 'ready', 20_000);
    if (service.messages.some(({ kind }) => kind === 'ready')) service.attach();
    return service;
  }

  #receive(message: ServiceMessage): void {
    this.messages.push(message);
    if (message.kind === 'event') this.events.push(message.event);
    this.#wake();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  send(message: HostMessage): void {
    // One that ends meanwhile hears nothing.
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  attach(): void {
    this.events = [];
    this.send({ kind: 'attach' });
  }

  /** Whatever `find` finds in what was heard, as soon as it does. */
  until<T>(find: () => T | undefined, what: string, milliseconds = 15_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`waited in vain for ${what}; heard ${JSON.stringify(this.messages.slice(-5)).slice(0, 2_000)} ${this.stderr}`));
      }, milliseconds);
      this.#waiting.add(look);
      look();
    });
  }

  get state(): ServiceState | undefined {
    return this.events.findLast((event) => event.event === 'state')?.state;
  }

  stateWhere(holds: (state: ServiceState) => boolean, what = holds.toString(), milliseconds?: number): Promise<ServiceState> {
    return this.until(() => (this.state !== undefined && holds(this.state) ? this.state : undefined), what, milliseconds);
  }

  start(input: WorkflowInput, run: string = randomUUID()): string {
    this.send({ kind: 'call', call: { verb: 'start', run, input } });
    return run;
  }

  endOf(run: string, milliseconds = 30_000): Promise<End> {
    return this.until(() => this.events.find((event): event is End => (event.event === 'done' || event.event === 'failed') && event.run === run), `the end of ${run}`, milliseconds);
  }

  /** A run that must end well. */
  async done<N extends WorkflowName>(input: Extract<WorkflowInput, { workflow: N }>): Promise<WorkflowOutcome<N>> {
    const end = await this.endOf(this.start(input));
    if (end.event === 'failed') throw new Error(`${input.workflow}: ${end.code} ${end.detail ?? ''}`);
    return end.value as WorkflowOutcome<N>;
  }

  /** The code of a run that must be refused. */
  async refused(input: WorkflowInput): Promise<string> {
    const end = await this.endOf(this.start(input));
    return end.event === 'failed' ? end.code : 'done';
  }

  async address(): Promise<string> {
    const heard = this.messages.length;
    this.send({ kind: 'address' });
    return this.until(() => this.messages.slice(heard).find((message) => message.kind === 'address')?.url, 'an address');
  }

  /** Exit code, or the signal that ended it. */
  async exit(): Promise<number | string> {
    const [code, signal] = await this.#exited;
    return (code as number | null) ?? String(signal);
  }

  async stop(): Promise<number | string> {
    this.send({ kind: 'stop' });
    return this.exit();
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | string> {
    this.child.kill(signal);
    return this.exit();
  }
}
