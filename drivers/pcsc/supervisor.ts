import { setTimeout as delay } from 'node:timers/promises';
import { ChannelError } from '../../src/card/channel.js';
import { PcscConnection } from './connection.js';
import { decodeJson, encodeJson, kinds, type Kind } from './frames.js';
import type { ConnectedMessage, ConnectMessage, ReaderState, ReadersMessage } from './messages.js';
import { ProcessLink } from './process-link.js';

/** Milliseconds after which a call is given up and the reader process killed. */
export interface Deadlines {
  readonly readersMs: number;
  /** powering a card up takes seconds on a bad contact */
  readonly connectMs: number;
  /** generating a key pair is the longest a card computes */
  readonly transmitMs: number;
  readonly closeMs: number;
}
const defaultDeadlines: Deadlines = { readersMs: 5_000, connectMs: 8_000, transmitMs: 15_000, closeMs: 3_000 };

export interface PcscOptions {
  /** Added to this process's environment for the reader process, e.g. PCSCLITE_CSOCK_NAME for a private pcscd. */
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlines?: Partial<Deadlines>;
  /** How long a process without connection, call or listener is kept for the next use. */
  readonly idleMs?: number;
}

const firstBackoffMs = 100;
const longestBackoffMs = 5_000;
const ownBusyMs = 3_000;
/** While somebody listens, the state is read again now and then: events are hints, and a process that hangs is noticed. */
const rereadMs = 5_000;

/**
 * Readers and cards, whatever happens to the process that holds the native code: it is started when needed, given a deadline on every call, killed when it
 * hangs, started again after it died (with growing pauses when it dies at once), and stopped when nobody uses it: an idle product holds no reader.
 */
export class PcscSupervisor {
  readonly #env: NodeJS.ProcessEnv;
  readonly #deadlines: Deadlines;
  readonly #idleMs: number;
  readonly #listeners = new Set<(readers: readonly ReaderState[]) => void>();
  #link: ProcessLink | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #rereadTimer: NodeJS.Timeout | undefined;
  #uses = 0;
  #quickDeaths = 0;
  #lastDeath = -Infinity;
  #stopped = false;
  #down = false;

  private constructor(options: PcscOptions) {
    this.#env = { ...process.env, ...options.env };
    this.#deadlines = { ...defaultDeadlines, ...options.deadlines };
    this.#idleMs = options.idleMs ?? 2_000;
  }

  /** Starts no process yet. */
  static start(options: PcscOptions = {}): PcscSupervisor {
    return new PcscSupervisor(options);
  }

  /** Process id of the reader process, undefined while there is none. */
  get pid(): number | undefined {
    return this.#link?.pid;
  }

  /** Whether PC/SC did not run when it was last asked: an empty list of readers does not tell. */
  get serviceDown(): boolean {
    return this.#down;
  }

  /** Ends the reader process, whatever it does, and begins another one for those who listen. Connections that are open are lost. */
  async restart(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    await link?.stop();
    this.#quickDeaths = 0;
    this.#reread();
  }

  /** Every reader that PC/SC knows. Rejects with READER_SERVICE_DOWN where PC/SC does not run. */
  async readers(): Promise<readonly ReaderState[]> {
    const payload = await this.#call(kinds.readers, new Uint8Array(), this.#deadlines.readersMs);
    return (decodeJson(payload) as ReadersMessage).readers;
  }

  /**
   * Calls `listener` with all readers now and after each change, an empty list while PC/SC is down. Returns the function that ends it.
   * A reader process runs as long as somebody listens.
   */
  onChange(listener: (readers: readonly ReaderState[]) => void): () => void {
    this.#listeners.add(listener);
    this.#rereadTimer ??= setInterval(() => this.#reread(), rereadMs).unref();
    this.#reread();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#rereadTimer);
      this.#rereadTimer = undefined;
      this.#restIfIdle();
    };
  }

  /** The first reader with a card (of that name, when given) within `timeoutMs`, or undefined: PC/SC notices an insertion late. */
  waitForCard(timeoutMs: number, readerName?: string): Promise<ReaderState | undefined> {
    return new Promise((resolve) => {
      const finish = (reader?: ReaderState): void => {
        clearTimeout(timer);
        resolve(reader);
        setImmediate(() => unsubscribe());
      };
      const timer = setTimeout(finish, timeoutMs);
      const unsubscribe = this.onChange((readers) => {
        const found = readers.find((reader) => reader.cardPresent && (readerName === undefined || reader.name === readerName));
        if (found !== undefined) finish(found);
      });
    });
  }

  /** Powers the card and takes the reader exclusively. Rejects with {@link ChannelError}: CARD_ABSENT, READER_BUSY, READER_NOT_FOUND, READER_SERVICE_DOWN, … */
  async connect(readerName: string): Promise<PcscConnection> {
    this.#take();
    try {
      const { link, payload } = await this.#connect(encodeJson({ reader: readerName } satisfies ConnectMessage));
      this.#quickDeaths = 0;
      const { handle, atr } = decodeJson(payload) as ConnectedMessage;
      const release = this.#take();
      return new PcscConnection(Uint8Array.from(Buffer.from(atr, 'hex')), readerName, link, handle, this.#deadlines, release);
    } finally {
      this.#drop();
    }
  }

  /** Releases every card and ends the process. The supervisor is of no use afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#listeners.clear();
    clearInterval(this.#rereadTimer);
    clearTimeout(this.#idleTimer);
    await this.#link?.stop();
    this.#link = undefined;
  }

  /** A process that was killed holds its reader until pcscd has finished its last command: that "busy" is our own, and it passes. */
  async #connect(message: Uint8Array): Promise<{ link: ProcessLink; payload: Uint8Array }> {
    for (;;) {
      const link = await this.#alive();
      try {
        return { link, payload: await link.call(kinds.connect, message, this.#deadlines.connectMs) };
      } catch (error) {
        const ours = error instanceof ChannelError && error.code === 'READER_BUSY' && Date.now() - this.#lastDeath < ownBusyMs;
        if (!ours) throw error;
        await delay(50);
      }
    }
  }

  async #call(kind: Kind, payload: Uint8Array, deadlineMs: number): Promise<Uint8Array> {
    this.#take();
    try {
      const link = await this.#alive();
      const answer = await link.call(kind, payload, deadlineMs);
      this.#quickDeaths = 0;
      this.#down = false;
      return answer;
    } finally {
      this.#drop();
    }
  }

  /** The running process, or a new one: at once after a life that worked, after a pause when the last ones died at their start. */
  async #alive(): Promise<ProcessLink> {
    if (this.#quickDeaths > 0 && this.#link === undefined) await delay(this.#backoffMs());
    if (this.#stopped) throw new ChannelError('READER_PROCESS_DIED', 'stopped');
    this.#link ??= this.#launch();
    return this.#link;
  }

  #launch(): ProcessLink {
    const link = new ProcessLink(this.#env, {
      changed: ({ readers }) => {
        this.#down = false;
        this.#announce(readers);
      },
      ended: (reason, worked) => {
        this.#down = reason.code === 'READER_SERVICE_DOWN';
        if (this.#link === link) this.#link = undefined;
        this.#lastDeath = Date.now();
        // PC/SC being down is an answer, told quickly and each time it is asked; only a process that dies by itself is held back.
        if (!worked && reason.code === 'READER_PROCESS_DIED') this.#quickDeaths += 1;
        if (this.#listeners.size === 0 || this.#stopped) return;
        this.#announce([]);
        setTimeout(() => this.#reread(), Math.max(this.#backoffMs(), reason.code === 'READER_SERVICE_DOWN' ? 1_000 : 0)).unref();
      },
    });
    return link;
  }

  #backoffMs(): number {
    return this.#quickDeaths === 0 ? 0 : Math.min(longestBackoffMs, firstBackoffMs * 2 ** (this.#quickDeaths - 1));
  }

  #announce(readers: readonly ReaderState[]): void {
    for (const listener of this.#listeners) listener(readers);
  }

  #reread(): void {
    if (this.#listeners.size === 0) return;
    this.readers().then(
      (readers) => this.#announce(readers),
      // Its end is announced and answered with a restart where it happened.
      () => undefined,
    );
  }

  /** Counts a use of the process; the returned function ends it, once. */
  #take(): () => void {
    this.#uses += 1;
    clearTimeout(this.#idleTimer);
    let taken = true;
    return () => {
      if (taken) this.#drop();
      taken = false;
    };
  }

  #drop(): void {
    this.#uses -= 1;
    this.#restIfIdle();
  }

  #restIfIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#uses > 0 || this.#listeners.size > 0 || this.#link === undefined) return;
    this.#idleTimer = setTimeout(() => {
      const link = this.#link;
      this.#link = undefined;
      void link?.stop();
    }, this.#idleMs).unref();
  }
}
