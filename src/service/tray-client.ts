import { z } from 'zod';
import { CodedError, done, failed, trayCard, type Outcome, type TrayCard } from '../contract/index.js';
import type { ServiceLog } from './log.js';

export interface TrayClientOptions {
  /** its path holds a secret: it is never logged */
  readonly url: string;
  readonly log: ServiceLog;
  readonly changed: () => void;
  /** milliseconds between two looks; 2 s unless stated */
  readonly everyMs?: number;
}

const listed = z.array(trayCard).max(64);
const timeoutMs = 10_000;

/** The virtual cards of a demonstration, kept by whoever started it: `GET` lists them, `PUT` with `{"card": name | null}` puts one down or takes it away. */
export class TrayClient {
  readonly #options: TrayClientOptions;
  readonly #timer: NodeJS.Timeout;
  #cards: readonly TrayCard[] = [];
  #reachable = true;

  /** @throws CodedError INPUT_INVALID: an address that is not of this machine */
  constructor(options: TrayClientOptions) {
    this.#options = options;
    const { protocol, hostname } = URL.canParse(options.url) ? new URL(options.url) : { protocol: '', hostname: '' };
    if (protocol !== 'http:' || hostname !== '127.0.0.1') throw new CodedError('INPUT_INVALID', '--tray');
    this.#timer = setInterval(() => void this.look(), options.everyMs ?? 2_000).unref();
    void this.look();
  }

  get cards(): readonly TrayCard[] {
    return this.#cards;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    try {
      const response = await fetch(this.#options.url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
      const parsed = listed.safeParse(response.ok ? await response.json() : undefined);
      if (!parsed.success) throw new TypeError('not a list of cards');
      this.#reachable = true;
      if (JSON.stringify(parsed.data) === JSON.stringify(this.#cards)) return;
      this.#cards = parsed.data;
      this.#options.changed();
    } catch {
      if (this.#reachable) this.#options.log.warn('tray unreachable');
      this.#reachable = false;
    }
  }

  /** INPUT_INVALID: no such card, or none that can be put down. @throws CodedError READER_SERVICE_DOWN: the tray does not answer */
  async put(card: string | null): Promise<Outcome<Record<string, never>>> {
    let response: Response;
    try {
      response = await fetch(this.#options.url, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ card }), signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    } catch (cause) {
      throw new CodedError('READER_SERVICE_DOWN', 'tray', { cause });
    }
    await response.body?.cancel();
    await this.look();
    return response.ok ? done({}) : failed('INPUT_INVALID', 'card');
  }
}
