import { CodedError, type FailureCode, type Success } from '../contract/index.js';
import type { PushFailure, SyncLoop } from '../sync/index.js';
import { HandedElsewhere } from './handed-elsewhere.js';
import { errorFields, type ServiceLog } from './log.js';
import { pulledOperators } from './pulled-config.js';
import { syncLoopOf } from './sync-loop.js';
import { syncTerminal, type Synced } from './sync.js';
import type { Terminal } from './terminal.js';

export interface SyncingOptions {
  readonly terminal: Terminal;
  readonly log: ServiceLog;
  readonly changed: () => void;
  /** how often the platform is asked whether it is there, milliseconds; 15 s unless stated */
  readonly healthMs?: number;
}

const unreachable: readonly string[] = ['PLATFORM_UNREACHABLE', 'PLATFORM_TIMEOUT', 'PLATFORM_FAULT', 'PLATFORM_BUSY'];

/** The syncs of one terminal in a service: in the background and when asked for, one at a time, and what they tell of the platform. */
export class Syncing {
  readonly #options: SyncingOptions;
  /** Ends what is under way. A new one each time: a signal that lives as long as the service would keep something of every request that was tied to it. */
  #now = new AbortController();
  #stopped = false;
  readonly #loop: SyncLoop;
  readonly #elsewhere: HandedElsewhere;
  #running: Promise<Success<Synced> | PushFailure> | undefined;
  #platform: 'unknown' | 'up' | 'down' = 'unknown';
  #lastAt: number | null;
  #lastFailure: FailureCode | null = null;
  #health: NodeJS.Timeout | undefined;

  constructor(options: SyncingOptions) {
    this.#options = options;
    this.#elsewhere = new HandedElsewhere(options.terminal);
    const { pulledAt } = pulledOperators(options.terminal.outbox);
    this.#lastAt = pulledAt === 0 ? null : pulledAt;
    this.#loop = syncLoopOf(options.terminal, { sync: () => this.run(), onError: (error) => this.#failed(error) });
  }

  start(): void {
    this.#loop.start();
    this.#health = setInterval(() => void this.#askHealth(), this.#options.healthMs ?? 15_000).unref();
  }

  get platform(): 'unknown' | 'up' | 'down' {
    return this.#platform;
  }
  /** seconds since 1970 UTC, of the last sync that went through */
  get lastAt(): number | null {
    return this.#lastAt;
  }
  /** Why the last sync, or a pull of it, did not go through; null: it did, or there was none since the start. */
  get lastFailure(): FailureCode | null {
    return this.#lastFailure;
  }
  get running(): boolean {
    return this.#running !== undefined;
  }

  /** A sync, or the one that is under way. Rejects with CodedError of network and storage. */
  run(): Promise<Success<Synced> | PushFailure> {
    this.#running ??= this.#sync().finally(() => {
      this.#running = undefined;
      this.#options.changed();
    });
    this.#options.changed();
    return this.#running;
  }

  /** A sync that began after this call: whatever was captured before it goes with it. Rejects like `run`. */
  async runAnew(): Promise<Success<Synced> | PushFailure> {
    // The one under way may have read the queue before the last record came.
    await this.#running?.catch(() => undefined);
    return this.run();
  }

  /** Ends what is under way: what was not acknowledged is sent again by the next one. */
  async stop(): Promise<void> {
    clearInterval(this.#health);
    this.#stopped = true;
    this.#now.abort();
    await this.#loop.stop();
    await this.#running?.catch(() => undefined);
  }

  async #sync(): Promise<Success<Synced> | PushFailure> {
    const { terminal, log } = this.#options;
    const begun = performance.now();
    const ms = (): number => Math.round(performance.now() - begun);
    this.#renew();
    try {
      const synced = await syncTerminal(terminal, { fetch: (input, init) => this.#fetch(input, init) });
      if (!synced.ok) {
        this.#platform = unreachable.includes(synced.code) ? 'down' : 'up';
        this.#lastFailure = synced.code;
        log.warn('sync failed', { code: synced.code, ms: ms() });
        return synced;
      }
      const { failed } = synced.value.pulled;
      this.#platform = failed.some(({ code }) => unreachable.includes(code)) ? 'down' : 'up';
      this.#lastFailure = failed[0]?.code ?? null;
      if (failed.length === 0) this.#lastAt = terminal.clock.now();
      if (failed.length === 0 && !this.#stopped) await this.#elsewhere.look({ fetch: (input, init) => this.#fetch(input, init) });
      log.info('sync ended', { pushed: synced.value.pushed.records, pullsFailed: failed.length, ms: ms() });
      return synced;
    } catch (error) {
      if (this.#stopped) throw new CodedError('CANCELLED', undefined, { cause: error });
      if (error instanceof CodedError) {
        this.#lastFailure = error.code;
        if (unreachable.includes(error.code)) this.#platform = 'down';
        log.warn('sync failed', { code: error.code, ms: ms() });
      }
      throw error;
    }
  }

  /** Told where it was met, when it has a code. */
  #failed(error: unknown): void {
    if (!(error instanceof CodedError)) this.#options.log.error('bug', errorFields(error));
  }

  #renew(): void {
    if (!this.#stopped) this.#now = new AbortController();
  }

  #fetch(input: Parameters<typeof fetch>[0], init: Parameters<typeof fetch>[1] = {}): ReturnType<typeof fetch> {
    const own = init.signal ?? undefined;
    const { signal } = this.#now;
    return fetch(input, { ...init, signal: own === undefined ? signal : AbortSignal.any([own, signal]) });
  }

  /** Only whether it is there: a hall of terminals must not come back to it in one moment, so the loop keeps its own pauses. */
  async #askHealth(): Promise<void> {
    if (this.#running !== undefined) return;
    const { baseUrl } = this.#options.terminal.identity;
    this.#renew();
    const up = await this.#fetch(new URL('/v1/health', baseUrl), { signal: AbortSignal.timeout(5_000), redirect: 'manual' }).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      () => false,
    );
    if (this.#stopped || this.running) return;
    const before = this.#platform;
    this.#platform = up ? 'up' : 'down';
    if (before !== this.#platform) this.#options.changed();
  }
}
