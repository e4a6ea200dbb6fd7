import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where compiled test programs lie, from dist/tests/fault as well as from the sources under vitest. */
const compiled = (name: string): string => fileURLToPath(new URL(`../../${import.meta.url.includes('/dist/tests/') ? '' : 'dist/'}tests/fault/${name}.js`, import.meta.url));

export interface ChildOptions {
  /** a program and its arguments that runs ours: strace, unshare */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A program of ours as a process that speaks in lines. */
export class Child {
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  /** of the program itself: a wrapper such as strace has another */
  pid = 0;
  #gone = false;
  #killed = false;

  constructor(name: string, args: readonly string[], { under = [], env = {} }: ChildOptions, onLine: (line: string) => void) {
    const [command = process.execPath, ...rest] = [...under, process.execPath, compiled(name), ...args];
    const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', onLine);
    // 'close' comes after the last line was read: what a killed process had said is heard.
    this.exited = once(child, 'close').then(([, signal]: unknown[]) => {
      this.#gone = true;
      this.#killed = signal === 'SIGKILL';
    });
    child.stdin.on('error', () => {
      // The process died before it read the line; `exited` tells.
    });
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** It ended by a kill -9, whoever sent it; strace ends as what it traced did. */
  get killed(): boolean {
    return this.#killed;
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** kill -9 of the program itself. True: it was alive until now. */
  async kill(): Promise<boolean> {
    if (this.#gone) return false;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // ESRCH: it was quicker.
    }
    await this.exited;
    return true;
  }

  /** Ends it as a service manager does. */
  async terminate(): Promise<void> {
    if (!this.#gone) process.kill(this.pid, 'SIGTERM');
    await this.exited;
  }

  /** Ends its input and waits until it has closed its files. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.exited;
  }
}
