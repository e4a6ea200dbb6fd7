import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ChannelError } from '../../src/card/channel.js';
import { decodeJson, encodeFrame, FrameReader, kinds, type Frame, type Kind } from './frames.js';
import type { ReadersMessage, RefusedMessage } from './messages.js';

/** Beside this file when compiled; tests run this file from its source, and a process needs the compiled one. */
const program = [new URL('./reader-process.js', import.meta.url), new URL('../../dist/drivers/pcsc/reader-process.js', import.meta.url)]
  .map((url) => fileURLToPath(url))
  .find((path) => existsSync(path));

interface Pending {
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: ChannelError) => void;
  readonly timer: NodeJS.Timeout;
}

export interface LinkEvents {
  changed(readers: ReadersMessage): void;
  /** Once, when the process is gone or has been given up. `worked`: it had answered at least one call. */
  ended(reason: ChannelError, worked: boolean): void;
}

/** One life of the reader process: calls with a deadline each, events, and its end. It is never revived; the supervisor makes the next one. */
export class ProcessLink {
  readonly #child: ChildProcess;
  /** Calls go out on one pipe and answers come in on another: a process that says why it goes must still be heard when a call breaks its pipe. */
  readonly #calls: Socket;
  readonly #answers: Socket;
  readonly #pending = new Map<number, Pending>();
  readonly #frames = new FrameReader();
  readonly #gone: Promise<void>;
  #lastId = 0;
  #worked = false;
  #ended: ChannelError | undefined;

  constructor(
    env: NodeJS.ProcessEnv,
    private readonly events: LinkEvents,
  ) {
    if (program === undefined) throw new Error('the reader process is not compiled');
    // Each connect and transmit holds a thread of libuv's pool until the card answers; the default of 4 would let silent cards block the others.
    // One heap for all of them: glibc would give each thread its own, and the process would grow for as long as it takes until each had had its turn.
    this.#child = spawn(process.execPath, [program], { env: { ...env, UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '1' }, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#calls = this.#child.stdio[3] as Socket;
    this.#answers = this.#child.stdio[4] as Socket;
    this.#gone = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.once('error', () => resolve());
    });
    // Not 'exit': what the process said last may not be read by then.
    this.#child.once('close', (code, signal) => this.#end(new ChannelError('READER_PROCESS_DIED', signal ?? `exit ${code ?? 'unknown'}`)));
    this.#child.once('error', (cause) => this.#end(new ChannelError('READER_PROCESS_DIED', 'could not be started', { cause })));
    this.#answers.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    this.#answers.on('error', () => this.kill(new ChannelError('READER_PROCESS_DIED', 'its pipe broke')));
    // The process closes its end when it goes, and its going is told by 'close'.
    this.#calls.on('error', () => undefined);
    this.#letGo();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why this life ended, or undefined while it lasts. */
  get ended(): ChannelError | undefined {
    return this.#ended;
  }

  /** Resolves with the answer's payload; rejects with a {@link ChannelError}. When `deadlineMs` pass, the process is killed: it may hang in native code. */
  call(kind: Kind, payload: Uint8Array, deadlineMs: number): Promise<Uint8Array> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle(id)?.reject(new ChannelError('READER_TIMEOUT', `no answer in ${deadlineMs} ms`));
        this.kill(new ChannelError('READER_PROCESS_DIED', 'stopped, since another call hung'));
      }, deadlineMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#hold();
      if (kind === kinds.follow) this.#holdBack();
      this.#calls.write(encodeFrame(id, kind, payload));
    });
  }

  /** Followers of one turn leave in one write, behind the command that was written at once: they cost the way to the reader process once. */
  #holdBack(): void {
    if (this.#calls.writableCorked > 0) return;
    this.#calls.cork();
    process.nextTick(() => this.#calls.uncork());
  }

  /** Asks the process to release its cards and go; kills it when it does not. Resolves when it is gone. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    this.#hold();
    if (this.#ended === undefined) this.#calls.write(encodeFrame(0, kinds.exit));
    else this.#child.kill('SIGKILL');
    await this.#gone;
    clearTimeout(timer);
  }

  kill(reason: ChannelError): void {
    this.#child.kill('SIGKILL');
    this.#end(reason);
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const frame of this.#frames.push(chunk)) this.#handle(frame);
    } catch (cause) {
      this.kill(new ChannelError('READER_PROCESS_DIED', 'it spoke nonsense', { cause }));
    }
  }

  #handle({ id, kind, payload }: Frame): void {
    switch (kind) {
      case kinds.done:
        this.#worked = true;
        this.#settle(id)?.resolve(payload);
        return;
      case kinds.refused: {
        this.#worked = true;
        const { code, detail } = decodeJson(payload) as RefusedMessage;
        this.#settle(id)?.reject(new ChannelError(code, detail));
        return;
      }
      case kinds.changed:
        this.events.changed(decodeJson(payload) as ReadersMessage);
        return;
      case kinds.retired: {
        const { code, detail } = decodeJson(payload) as RefusedMessage;
        this.#end(new ChannelError(code, detail));
        return;
      }
      default:
        throw new RangeError(`unknown frame ${kind}`);
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) return undefined;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (this.#pending.size === 0) this.#letGo();
    return pending;
  }

  #end(reason: ChannelError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(reason);
    this.events.ended(reason, this.#worked);
  }

  /** The reader process keeps a program alive only while it owes an answer. */
  #hold(): void {
    for (const end of [this.#child, this.#calls, this.#answers]) end.ref();
  }
  #letGo(): void {
    for (const end of [this.#child, this.#calls, this.#answers]) end.unref();
  }
}
