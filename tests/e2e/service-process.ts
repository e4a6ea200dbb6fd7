import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { serviceMessage, type ServiceMessage, type TerminalMode } from '../../src/contract/index.js';
import { findDescendant } from './processes.js';

// What is started is what was built, also when this module runs from its source.
const built = new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../../', import.meta.url);
const program = fileURLToPath(new URL('service/main.js', built));
const rendererFolder = fileURLToPath(new URL('renderer', built));

export interface ServiceOptions {
  readonly data: string;
  readonly mode: TerminalMode;
  readonly socket: string;
  /** loopback port; 0: any */
  readonly port?: number;
  /** browsers that were let in by a service with the same key stay so */
  readonly loopbackKey?: string;
  /** minutes without a call until the desk locks itself */
  readonly lockAfter?: number;
}

/** The service as a host starts it: forked with an IPC channel, its UI in a browser. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly said: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, 'exit');
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => this.said.push(text.toString()));
  }

  static async start({ data, mode, socket, port = 0, loopbackKey = '', lockAfter }: ServiceOptions): Promise<ServiceProcess> {
    const args = ['--data', data, '--mode', mode, '--listen', String(port), '--renderer', rendererFolder, '--pcsc', socket, ...(lockAfter === undefined ? [] : ['--lock-after', String(lockAfter)])];
    const service = new ServiceProcess(fork(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, RESIDENCE_CARD_LOOPBACK_KEY: loopbackKey } }));
    await service.#heard((message) => message.kind === 'ready');
    return service;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** A new one-time address for a browser. */
  async url(): Promise<string> {
    const heard = this.#heard((message) => message.kind === 'address');
    this.#child.send({ kind: 'address' });
    const message = await heard;
    return message.kind === 'address' ? message.url : '';
  }

  /** Resolves when it has ended, however. */
  get ended(): Promise<unknown> {
    return this.#exit;
  }

  readerPid(): number | undefined {
    return findDescendant(this.pid, 'reader-process');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }

  /** As the host asks for; the exit code: 0 when everything was closed in order, null when it had to be killed. */
  async stop(): Promise<number | null> {
    if (!this.#gone && this.#child.connected) this.#child.send({ kind: 'stop' });
    await Promise.race([this.#exit, new Promise((resolve) => setTimeout(resolve, 10_000).unref())]);
    if (!this.#gone) await this.kill();
    return this.#child.exitCode;
  }

  get #gone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #heard(wanted: (message: ServiceMessage) => boolean): Promise<ServiceMessage> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => end(() => reject(new Error(`the service says nothing: ${this.said.join('').slice(-800)}`))), 20_000);
      const hear = (raw: unknown): void => {
        const parsed = serviceMessage.safeParse(raw);
        if (parsed.success && wanted(parsed.data)) end(() => resolve(parsed.data));
      };
      const gone = (): void => end(() => reject(new Error(`the service ended: ${this.said.join('').slice(-800)}`)));
      const end = (settle: () => void): void => {
        clearTimeout(late);
        this.#child.off('message', hear).off('exit', gone);
        settle();
      };
      this.#child.on('message', hear).once('exit', gone);
    });
  }
}
