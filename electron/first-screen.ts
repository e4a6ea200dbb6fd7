/**
 * What a page is told to draw before the service has said anything: the sign-in, where the last thing that the service said made it certain. A police desk starts signed out; one that is
 * not enrolled, or whose folder did not open, is remembered as such and waits for its state. The state decides as ever once it comes; what was typed by then is sent then.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceState, TerminalMode } from '../src/contract/index.js';
import { home } from './address.js';

export class FirstScreen {
  readonly #mode: TerminalMode;
  /** An empty file of the host's own: there as long as the service found nothing wrong. */
  readonly #mark: string;
  #marked: boolean;

  constructor(hostFolder: string, mode: TerminalMode) {
    this.#mode = mode;
    this.#mark = join(hostFolder, 'starts-at-sign-in');
    this.#marked = existsSync(this.#mark);
  }

  get known(): boolean {
    return this.#marked && this.#mode === 'police';
  }

  /** Of the first page of this app; a later one finds a service that answers at once, and perhaps somebody signed in. */
  get address(): string {
    return this.known ? `${home}#/sign-in?mode=${this.#mode}` : home;
  }

  note({ terminal, fault }: ServiceState): void {
    const healthy = terminal !== null && fault === null;
    if (healthy === this.#marked) return;
    this.#marked = healthy;
    try {
      if (healthy) writeFileSync(this.#mark, '', { mode: 0o600 });
      else rmSync(this.#mark, { force: true });
    } catch {
      // A full disk: the next start waits for its state, or shows the sign-in until it has it.
    }
  }
}
