import { nextDelay } from './push.js';

/** How one sync ended, as the loop needs to know it. */
export interface LoopOutcome {
  readonly ok: boolean;
  /** the platform asked to wait this long */
  readonly retryAfterMs?: number;
}

export interface SyncLoopOptions {
  /** One sync. A promise that rejects counts as failed. */
  readonly sync: () => Promise<LoopOutcome>;
  /** Records that wait to be pushed; asked every few seconds, so it must be cheap. */
  readonly waiting: () => number;
  /** At the latest this long after the last sync there is another, milliseconds; default ten minutes. */
  readonly everyMs?: number;
  /** How often `waiting` is asked, milliseconds; default two seconds. */
  readonly lookMs?: number;
  /** in [0, 1), of the jitter */
  readonly random?: () => number;
  /** what went wrong when `sync` rejected: a bug or lost storage; the loop goes on */
  readonly onError?: (error: unknown) => void;
}

/**
 * Syncs in the background: at once when something waits, else every few minutes; after a failure later and later, with full jitter, so that a hall of
 * terminals does not come back in one moment. One sync at a time.
 */
export class SyncLoop {
  readonly #options: Required<Omit<SyncLoopOptions, 'onError'>> & Pick<SyncLoopOptions, 'onError'>;
  #running: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: SyncLoopOptions) {
    this.#options = { everyMs: 600_000, lookMs: 2_000, random: Math.random, ...options };
  }

  /** Begins with a sync. Starting twice is starting once. */
  start(): void {
    if (this.#running !== undefined) return;
    const stop = new AbortController();
    this.#running = { stop, done: this.#run(stop.signal) };
  }

  /** Ends the loop; resolves when a sync that is under way is over. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stop.abort();
    await running?.done;
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const { ok, retryAfterMs = 0 } = await this.#once();
      failures = ok ? 0 : failures + 1;
      if (ok) await this.#untilDue(signal);
      else await this.#pause(nextDelay(failures, this.#options.random, retryAfterMs), signal);
    }
  }

  async #once(): Promise<LoopOutcome> {
    try {
      return await this.#options.sync();
    } catch (error) {
      this.#options.onError?.(error);
      return { ok: false };
    }
  }

  /** Until something waits or the time is up; looks again after each pause, never at once: a sync that leaves something behind must not spin. */
  async #untilDue(signal: AbortSignal): Promise<void> {
    const { everyMs, lookMs, waiting } = this.#options;
    for (let waited = 0; waited < everyMs && !signal.aborted; waited += lookMs) {
      await this.#pause(Math.min(lookMs, everyMs - waited), signal);
      if (this.#guarded(waiting) > 0) return;
    }
  }

  #guarded(waiting: () => number): number {
    try {
      return waiting();
    } catch (error) {
      this.#options.onError?.(error);
      return 0;
    }
  }

  #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
        resolve();
      };
      // A program that has nothing else to do may end.
      const timer = setTimeout(over, milliseconds).unref();
      signal.addEventListener('abort', over);
    });
  }
}
