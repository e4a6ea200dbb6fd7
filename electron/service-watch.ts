/**
 * The service process: started with a Node of its own, kept alive. It ends and is started again, after pauses that grow from 0.2 to 5 s; it stops answering pings and is killed, then
 * started again. What it says is checked before anybody hears it. Nothing is lost by that: half-written cards stand in its journal, records in its queue.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { z } from 'zod';
import type { HostMessage, KeypadAsk, LinkState, ServiceEvent, ServiceMessage } from '../src/contract/index.js';
import type { HostLog } from './host-log.js';
import { schemas } from './schemas.js';

export interface ServiceCommand {
  readonly node: string;
  readonly entry: string;
  readonly args: readonly string[];
  /** its error output goes to ours */
  readonly loud: boolean;
}

export interface ServiceTimes {
  readonly ping: number;
  /** pings without an answer until it counts as hung */
  readonly missed: number;
  /** until `ready` */
  readonly start: number;
  readonly firstPause: number;
  readonly longestPause: number;
  /** up for this long: the next pause is the first one again */
  readonly settled: number;
  /** for finishing the card in hand */
  readonly stop: number;
}

export const serviceTimes: ServiceTimes = { ping: 5_000, missed: 3, start: 60_000, firstPause: 200, longestPause: 5_000, settled: 30_000, stop: 20_000 };

export interface ServiceListener {
  event(event: ServiceEvent): void;
  link(state: LinkState): void;
  /** what the holder is asked for at the keypad; null: nothing any more */
  keypad(ask: KeypadAsk | null): void;
}

/** NODE_OPTIONS and Electron's own variables are meant for another program. */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('ELECTRON_'))),
  // For the diagnosis.
  RESIDENCE_CARD_ELECTRON: process.versions.electron,
});

export class ServiceWatch {
  readonly #command: ServiceCommand;
  readonly #log: HostLog;
  readonly #listener: ServiceListener;
  readonly #times: ServiceTimes;
  #child: ChildProcess | undefined;
  #ready = false;
  #stopping = false;
  #unanswered = 0;
  #pause: number;
  #timers = new Set<NodeJS.Timeout>();
  #ended: (() => void) | undefined;

  constructor(command: ServiceCommand, log: HostLog, listener: ServiceListener, times: ServiceTimes = serviceTimes) {
    this.#command = command;
    this.#log = log;
    this.#listener = listener;
    this.#times = times;
    this.#pause = times.firstPause;
  }

  get up(): boolean {
    return this.#ready;
  }

  start(): void {
    const { node, entry, args, loud } = this.#command;
    const child = spawn(node, [entry, ...args], { stdio: ['ignore', 'ignore', loud ? 'inherit' : 'ignore', 'ipc'], serialization: 'json', env: environment(), windowsHide: true });
    this.#child = child;
    this.#unanswered = 0;
    this.#log.write('SERVICE_STARTED', { pid: child.pid ?? -1 });
    let over = false;
    const ended = (facts: Readonly<Record<string, number | string>>): void => {
      if (over) return;
      over = true;
      this.#onEnd(facts);
    };
    child.on('error', () => ended({ reason: 'not-started' }));
    child.on('exit', (code, signal) => ended({ reason: signal ?? `exit-${code ?? -1}` }));
    // Without its channel it takes no calls; a living process would otherwise go on unheard.
    child.on('disconnect', () => {
      if (!this.#stopping) child.kill('SIGKILL');
    });
    // The schemas are first set up here, while the window opens: before it they would hold it up. Their promise keeps the order of what waits for it.
    child.on('message', (message) => void schemas().then(({ serviceMessage }) => this.#onMessage(child, serviceMessage.safeParse(message))));
    this.#after(this.#times.start, () => {
      if (!this.#ready && !this.#stopping) this.#kill('SERVICE_HUNG');
    });
    this.#every(this.#times.ping, () => this.#ping());
  }

  /** False when the service is not there to hear it. */
  send(message: HostMessage): boolean {
    const child = this.#child;
    if (!this.#ready || child?.connected !== true) return false;
    // An error here is the channel closing: 'disconnect' and 'exit' follow.
    child.send(message, () => undefined);
    return true;
  }

  /** Resolves when the process is gone: asked first, killed at the deadline. */
  stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    this.#clear();
    if (child === undefined) return Promise.resolve();
    return new Promise((settle) => {
      this.#ended = settle;
      if (child.connected) child.send({ kind: 'stop' } satisfies HostMessage, () => undefined);
      this.#after(this.#times.stop, () => this.#kill('SERVICE_KILLED'));
    });
  }

  #onMessage(child: ChildProcess, message: z.ZodSafeParseResult<ServiceMessage>): void {
    if (child !== this.#child) return;
    if (!message.success) {
      this.#log.write('SERVICE_MESSAGE_REFUSED');
      return;
    }
    switch (message.data.kind) {
      case 'ready':
        this.#ready = true;
        this.#log.write('SERVICE_READY', { pid: child.pid ?? -1 });
        this.#after(this.#times.settled, () => {
          this.#pause = this.#times.firstPause;
        });
        this.#listener.link('up');
        return;
      case 'failed':
        // It exits by itself; whatever is in its way (another service on this folder, a full disk) needs longer than a moment.
        this.#log.write('SERVICE_FAULT', { failure: message.data.code });
        this.#pause = this.#times.longestPause;
        return;
      case 'event':
        this.#listener.event(message.data.event);
        return;
      case 'keypad':
        this.#listener.keypad(message.data.ask);
        return;
      case 'pong':
        this.#unanswered = 0;
        return;
      case 'address':
        // Only a browser needs one.
        return;
    }
  }

  /** Counted, not timed: after the machine slept, no answer is overdue. */
  #ping(): void {
    if (this.#unanswered >= this.#times.missed) this.#kill('SERVICE_HUNG');
    else if (this.send({ kind: 'ping' })) this.#unanswered += 1;
  }

  #kill(code: 'SERVICE_HUNG' | 'SERVICE_KILLED'): void {
    this.#log.write(code, { pid: this.#child?.pid ?? -1 });
    this.#child?.kill('SIGKILL');
  }

  #onEnd(facts: Readonly<Record<string, number | string>>): void {
    this.#clear();
    const wasUp = this.#ready;
    this.#child = undefined;
    this.#ready = false;
    this.#log.write('SERVICE_ENDED', facts);
    if (wasUp) this.#listener.link('down');
    if (this.#stopping) {
      this.#ended?.();
      return;
    }
    this.#after(this.#pause, () => this.start());
    this.#pause = Math.min(this.#pause * 2, this.#times.longestPause);
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
