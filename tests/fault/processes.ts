import { Child, type ChildOptions } from './child.js';
import type { Ledger } from './oracle.js';
import type { Reply, Request, Said } from './protocol.js';

const never = (): void => undefined;

/** The terminal's process. What it says it captured goes into the ledger as it is heard. */
export class TerminalProcess {
  readonly #child: Child;
  readonly #ready: Promise<string | undefined>;
  #settleReady: (failed: string | undefined) => void = never;
  #settleReply: ((reply: Reply | undefined) => void) | undefined;
  /** called for each capture that was said */
  onCaptured: () => void = never;

  private constructor(folder: string, ledger: Ledger, flags: readonly string[], options: ChildOptions) {
    this.#ready = new Promise((resolve) => (this.#settleReady = resolve));
    this.#child = new Child('terminal-program', [folder, ...flags], options, (line) => {
      // Written by our own program with the same types.
      const said = JSON.parse(line) as Said;
      if ('ready' in said) {
        this.#child.pid = said.ready.pid;
        this.#settleReady(undefined);
      } else if ('failed' in said) {
        this.#settleReady(said.failed);
      } else if ('captured' in said) {
        ledger.captured(said.captured);
        this.onCaptured();
      } else {
        this.#answer(said.reply);
      }
    });
    void this.#child.exited.then(() => {
      this.#settleReady('KILLED');
      this.#answer(undefined);
    });
  }

  /** Starts it; as `failed` the code under which the terminal's storage was refused, KILLED when it died before it was ready. */
  static async start(folder: string, ledger: Ledger, flags: readonly string[], options: ChildOptions = {}): Promise<{ process: TerminalProcess; failed: string | undefined }> {
    const started = new TerminalProcess(folder, ledger, flags, options);
    const failed = await started.#ready;
    if (failed !== undefined) await started.#child.exited;
    return { process: started, failed };
  }

  #answer(reply: Reply | undefined): void {
    const settle = this.#settleReply;
    this.#settleReply = undefined;
    settle?.(reply);
  }

  /** One request at a time. Undefined: the process died over it. */
  ask(request: Request): Promise<Reply | undefined> {
    if (this.#child.gone) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#settleReply = resolve;
      this.#child.write(JSON.stringify(request));
    });
  }

  get gone(): boolean {
    return this.#child.gone;
  }
  get killed(): boolean {
    return this.#child.killed;
  }
  get pid(): number {
    return this.#child.pid;
  }
  kill(): Promise<boolean> {
    return this.#child.kill();
  }
  close(): Promise<void> {
    return this.#child.end();
  }
}

/** The platform's process. */
export class PlatformProcess {
  readonly #child: Child;
  readonly port: Promise<number | undefined>;

  constructor(folder: string, port: number, flags: readonly string[], options: ChildOptions = {}) {
    let settle: (port: number | undefined) => void = never;
    this.port = new Promise((resolve) => (settle = resolve));
    this.#child = new Child('platform-program', [folder, String(port), ...flags], options, (line) => {
      const said = JSON.parse(line) as { port: number; pid: number };
      this.#child.pid = said.pid;
      settle(said.port);
    });
    void this.#child.exited.then(() => settle(undefined));
  }

  get gone(): boolean {
    return this.#child.gone;
  }
  get killed(): boolean {
    return this.#child.killed;
  }
  kill(): Promise<boolean> {
    return this.#child.kill();
  }
  stop(): Promise<void> {
    return this.#child.terminate();
  }
}
