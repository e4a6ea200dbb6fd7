/**
 * A page that crashed, hangs or does not load comes back by itself: at once the first time, after growing pauses when it goes on, and after five times in a minute a plain page stands
 * instead, and the renderer is tried again a minute later. A hang is seen by pings that the page's script does not answer, and by Chromium's own `unresponsive` (input not taken).
 */
import type { BrowserWindow } from 'electron';
import { home } from './address.js';
import { fallbackPath } from './fallback-page.js';
import type { HostLog } from './host-log.js';

export interface PageTimes {
  readonly ping: number;
  /** pings without an answer until it counts as hung */
  readonly missed: number;
  /** from `unresponsive` to the end of the process */
  readonly unresponsive: number;
  readonly window: number;
  readonly crashes: number;
  readonly retry: number;
}

export const pageTimes: PageTimes = { ping: 5_000, missed: 2, unresponsive: 10_000, window: 60_000, crashes: 5, retry: 60_000 };

/** What is told of it. */
export interface PageSide {
  ping(): void;
  /** another page is about to come */
  forget(): void;
}

const pauses = [0, 500, 1_000, 2_000] as const;

export class PageRecovery {
  readonly #window: BrowserWindow;
  readonly #log: HostLog;
  readonly #page: PageSide;
  readonly #times: PageTimes;
  #failures: number[] = [];
  #unanswered = 0;
  #answering = false;
  #hang: NodeJS.Timeout | undefined;
  #pending: NodeJS.Timeout | undefined;
  #ended = false;
  #held = false;

  constructor(window: BrowserWindow, log: HostLog, page: PageSide, times: PageTimes = pageTimes) {
    this.#window = window;
    this.#log = log;
    this.#page = page;
    this.#times = times;
    const contents = window.webContents;
    contents.on('render-process-gone', (_event, { reason }) => this.#onFailure('PAGE_GONE', { reason }));
    contents.on('did-fail-load', (_event, error, _text, _url, isMainFrame) => {
      if (isMainFrame) this.#onFailure('PAGE_FAILED', { error });
    });
    // An answer that is no page: the renderer's files are not there.
    contents.on('did-navigate', (_event, _url, status) => {
      if (status >= 400) this.#onFailure('PAGE_FAILED', { error: status });
    });
    contents.on('did-finish-load', () => this.#log.write('PAGE_LOADED'));
    contents.on('preload-error', () => this.#log.write('PRELOAD_FAULT'));
    window.on('unresponsive', () => this.#onUnresponsive());
    window.on('responsive', () => clearTimeout(this.#hang));
    const beat = setInterval(() => this.#beat(), times.ping);
    window.once('closed', () => {
      clearInterval(beat);
      this.end();
    });
  }

  load(address = home): void {
    this.#page.forget();
    this.#unanswered = 0;
    this.#answering = false;
    void this.#window.loadURL(address).catch(() => undefined);
  }

  pong(): void {
    this.#unanswered = 0;
    this.#answering = true;
  }

  /** While a dialog of the printer stands before it a page answers nothing and is not hung. */
  hold(held: boolean): void {
    this.#held = held;
    this.#unanswered = 0;
    clearTimeout(this.#hang);
  }

  /** The app is closing: what goes now is meant to go. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#hang);
    clearTimeout(this.#pending);
  }

  #beat(): void {
    const contents = this.#window.webContents;
    if (this.#ended || this.#held || contents.isCrashed() || contents.isDevToolsOpened()) return;
    // Until its preload has spoken there is no page; did-fail-load speaks for one that never comes.
    if (this.#answering && this.#unanswered >= this.#times.missed) this.#crash();
    else {
      this.#unanswered += 1;
      this.#page.ping();
    }
  }

  #onUnresponsive(): void {
    clearTimeout(this.#hang);
    if (!this.#held && !this.#window.webContents.isDevToolsOpened()) this.#hang = setTimeout(() => this.#crash(), this.#times.unresponsive);
  }

  #crash(): void {
    if (this.#ended) return;
    this.#log.write('PAGE_HUNG');
    this.#answering = false;
    this.#window.webContents.forcefullyCrashRenderer();
  }

  #onFailure(code: 'PAGE_GONE' | 'PAGE_FAILED', facts: Readonly<Record<string, number | string>>): void {
    if (this.#ended) return;
    clearTimeout(this.#hang);
    this.#log.write(code, facts);
    const now = Date.now();
    this.#failures = [...this.#failures.filter((at) => now - at < this.#times.window), now];
    clearTimeout(this.#pending);
    if (this.#failures.length >= this.#times.crashes) {
      this.#log.write('PAGE_FALLBACK');
      this.#failures = [];
      this.#pending = setTimeout(() => this.load(), this.#times.retry);
      // After this event: Electron is still taking the old process down.
      this.#page.forget();
      setTimeout(() => void this.#window.loadURL(new URL(fallbackPath, home).href).catch(() => undefined), 0);
      return;
    }
    this.#pending = setTimeout(() => this.load(), pauses[Math.min(this.#failures.length, pauses.length) - 1] ?? 0);
  }
}
