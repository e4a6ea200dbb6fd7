import { openService, stateMute, statePresent, type NativeReader } from './binding.js';
import { translate, type Translated } from './errors.js';
import type { ReaderState } from './messages.js';

interface Watched {
  readonly reader: NativeReader;
  readonly since: number;
  state?: number;
  atr: Uint8Array;
}

/** How long the first status of a reader is waited for: it comes at once unless pcscd is just loading the reader. */
const firstStatusMs = 1_000;

/**
 * Watches readers and cards through the binding's own threads. Events coalesce there, so each one only says "look again": what counts is the
 * newest state, never the sequence. The binding's monitor dies after one error and its context never recovers when pcscd restarts: `lost` ends this process.
 *
 * No listener here calls the binding's close(): it waits for a thread that may hold, or a mutex that this very thread holds, inside a listener.
 * The process ends by process.exit() instead, and pcscd releases what a vanished client held.
 */
export class ReaderMonitor {
  readonly #watched = new Map<string, Watched>();
  readonly #listed: Promise<void>;
  #waiting: (() => void)[] = [];

  /** Throws what `openService` throws where there is no PC/SC service. */
  constructor(
    private readonly changed: () => void,
    lost: (reason: Translated) => void,
  ) {
    const service = openService();
    const startThread = service.start.bind(service);
    this.#listed = new Promise((resolve) => {
      service.start = (listed) => {
        startThread((error, names) => {
          listed(error, names);
          resolve();
        });
      };
    });
    service.on('error', (error) => lost({ ...translate(error), code: 'READER_SERVICE_DOWN', contextLost: true }));
    service.on('reader', (reader) => this.#watch(reader, lost));
  }

  #watch(reader: NativeReader, lost: (reason: Translated) => void): void {
    const watched: Watched = { reader, since: Date.now(), atr: new Uint8Array() };
    this.#watched.set(reader.name, watched);
    reader.on('status', ({ state, atr }) => {
      watched.state = state;
      watched.atr = new Uint8Array(atr ?? []);
      this.#notify();
    });
    reader.on('end', () => {
      if (this.#watched.get(reader.name) === watched) this.#watched.delete(reader.name);
      this.#notify();
    });
    reader.on('error', (error) => lost({ ...translate(error), contextLost: true }));
  }

  /** Out of the native callback before anything else happens: an exception inside it would abort the process. */
  #notify(): void {
    setImmediate(() => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
      // A reader that has not told its first status yet would be told as empty.
      if ([...this.#watched.values()].every(({ state, since }) => state !== undefined || Date.now() - since > firstStatusMs)) this.changed();
    });
  }

  /** Resolves at the next event or after `ms`. */
  #next(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #until(ready: () => boolean, ms: number): Promise<void> {
    const end = Date.now() + ms;
    while (!ready() && Date.now() < end) await this.#next(end - Date.now());
  }

  /** Readers with their newest state, once every one of them has told its first. */
  async readers(): Promise<ReaderState[]> {
    await this.#listed;
    await this.#until(() => [...this.#watched.values()].every((watched) => watched.state !== undefined), firstStatusMs);
    return this.snapshot();
  }

  snapshot(): ReaderState[] {
    return [...this.#watched.values()].map(({ reader, state = 0, atr }) => {
      const cardPresent = (state & statePresent) !== 0;
      return { name: reader.name, cardPresent, mute: cardPresent && (state & stateMute) !== 0, atr: cardPresent ? Buffer.from(atr).toString('hex') : '', events: state >>> 16 };
    });
  }

  async find(name: string): Promise<NativeReader | undefined> {
    await this.#listed;
    return this.#watched.get(name)?.reader;
  }

  /** The ATR of the card that was just connected: the binding tells it by status events only. Empty when none comes. */
  async atrOf(name: string): Promise<string> {
    const atr = () => this.snapshot().find((reader) => reader.name === name)?.atr ?? '';
    await this.#until(() => atr() !== '', firstStatusMs);
    return atr();
  }
}
