import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CodedError, serviceMessage, type HostMessage, type ServiceMessage } from '../../contract/index.js';

// The bundle, also when this module is run from its source by the tests.
const program = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../../dist/service/main.js' : '../../../service/main.js', import.meta.url));

export interface ServiceHostOptions {
  /** folder of the terminal */
  readonly data: string;
  readonly mode: string;
  /** the port that is wanted; another one where it is taken */
  readonly port: number;
  readonly renderer: string;
  readonly pcsc: string | undefined;
  readonly tray: string | undefined;
  /** an operator left the window */
  readonly onLeave: () => void;
  /** told each time the service is started anew */
  readonly onRestart: () => void;
}

export const times = { ping: 5_000, missed: 3, ready: 60_000, firstPause: 200, longestPause: 5_000, settled: 30_000, stop: 20_000, answer: 5_000 } as const;

/**
 * The service process of an app that runs in a browser: started, watched, started anew when it ends or stops answering, after pauses that grow. It keeps its port and the key of its
 * cookies, so that a page that is open finds it again. What it loses by dying is nothing: half-written cards stand in its journal, records in its queue.
 */
export class ServiceHost {
  readonly #options: ServiceHostOptions;
  readonly #key = randomBytes(32).toString('hex');
  #port: number;
  #child: ChildProcess | undefined;
  #ready = false;
  #stopping = false;
  #unanswered = 0;
  #pause: number = times.firstPause;
  #ping: NodeJS.Timeout | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(options: ServiceHostOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** Resolves when calls are taken. Throws CodedError with the service's own code when it cannot begin. */
  static async start(options: ServiceHostOptions): Promise<ServiceHost> {
    const host = new ServiceHost(options);
    try {
      await host.#launch();
    } catch (error) {
      if (!(error instanceof CodedError) || error.detail !== '--listen' || options.port === 0) throw error;
      host.#port = 0;
      await host.#launch();
    }
    // The page's address must outlive the process that chose it.
    host.#port = Number(new URL(await host.address()).port);
    host.#watch();
    return host;
  }

  /** A new address, good for one opening. Throws CodedError INTERNAL when the service does not answer. */
  async address(): Promise<string> {
    const child = this.#child;
    if (child?.connected !== true) throw new CodedError('INTERNAL', 'the service is being started anew');
    const signal = AbortSignal.timeout(times.answer);
    const answered = new Promise<string>((resolve, reject) => {
      const listen = (raw: unknown): void => {
        const message = serviceMessage.safeParse(raw);
        if (!message.success || message.data.kind !== 'address') return;
        child.off('message', listen);
        resolve(message.data.url);
      };
      child.on('message', listen);
      signal.addEventListener('abort', () => {
        child.off('message', listen);
        reject(new CodedError('INTERNAL', 'the service did not answer'));
      });
    });
    this.#send({ kind: 'address' });
    return answered;
  }

  /** Its process, for whoever watches what it takes. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Asked first; killed when it has not ended within twenty seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#ping);
    const child = this.#child;
    if (child === undefined) return;
    this.#send({ kind: 'stop' });
    const late = new AbortController();
    await Promise.race([this.#ended, sleep(times.stop, undefined, { signal: late.signal }).then(() => child.kill('SIGKILL'), () => undefined)]);
    late.abort();
    await this.#ended;
  }

  #send(message: HostMessage): void {
    // An error here is the channel closing: its end follows.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  async #launch(): Promise<void> {
    const { data, mode, renderer, pcsc, tray } = this.#options;
    const args = ['--data', data, '--mode', mode, '--listen', String(this.#port), '--renderer', renderer];
    const child = fork(program, [...args, ...(pcsc === undefined ? [] : ['--pcsc', pcsc])], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'json',
      // Secrets: an argument is read by every user of the machine.
      env: { ...process.env, RESIDENCE_CARD_LOOPBACK_KEY: this.#key, ...(tray === undefined ? {} : { RESIDENCE_CARD_TRAY: tray }) },
    });
    this.#child = child;
    this.#ready = false;
    this.#unanswered = 0;
    this.#ended = once(child, 'exit').catch(() => undefined);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), times.ready);
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        end();
      };
      let refusal: CodedError | undefined;
      child.on('message', (raw: unknown) => {
        const message = serviceMessage.safeParse(raw);
        if (!message.success) return;
        if (message.data.kind === 'ready') settle(resolve);
        else if (message.data.kind === 'failed') refusal = new CodedError(message.data.code, message.data.detail);
        else this.#hear(message.data);
      });
      child.once('error', (cause) => settle(() => reject(new CodedError('INTERNAL', 'the service did not start', { cause }))));
      child.once('exit', () => settle(() => reject(refusal ?? new CodedError('INTERNAL', 'the service did not start'))));
    });
    this.#ready = true;
    child.once('exit', () => void this.#again());
    const settled = setTimeout(() => {
      if (this.#child === child) this.#pause = times.firstPause;
    }, times.settled).unref();
    child.once('exit', () => clearTimeout(settled));
  }

  #hear(message: ServiceMessage): void {
    if (message.kind === 'pong') this.#unanswered = 0;
    else if (message.kind === 'event' && message.event.event === 'leave') this.#options.onLeave();
  }

  /** Counted, not timed: after the machine slept no answer is overdue. */
  #watch(): void {
    this.#ping = setInterval(() => {
      if (!this.#ready) return;
      if (this.#unanswered >= times.missed) this.#child?.kill('SIGKILL');
      else {
        this.#unanswered += 1;
        this.#send({ kind: 'ping' });
      }
    }, times.ping).unref();
  }

  async #again(): Promise<void> {
    this.#ready = false;
    while (!this.#stopping) {
      const pause = this.#pause;
      this.#pause = Math.min(pause * 2, times.longestPause);
      await sleep(pause);
      // It may have been asked to stop in the pause.
      if (this.#isStopping()) return;
      this.#options.onRestart();
      const started = await this.#launch().then(
        () => true,
        () => false,
      );
      if (started) return;
    }
  }

  #isStopping(): boolean {
    return this.#stopping;
  }
}
