import pcsclite from 'pcsclite';

/**
 * What we use of pcsclite 1.0.1, without the `any` of its own types. Imported by the reader process only: the native code must not be loaded
 * anywhere else. It is not safe in worker threads (static handles, the default loop), hence a process.
 */
export interface NativeReader {
  readonly name: string;
  readonly connected: boolean;
  on(event: 'status', listener: (status: { state: number; atr?: Uint8Array }) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'end', listener: () => void): this;
  connect(options: { share_mode: number; protocol?: number }, done: (error: Error | null | undefined, protocol?: number) => void): void;
  transmit(data: Uint8Array, responseLength: number, protocol: number, done: (error: Error | null | undefined, response?: Uint8Array) => void): void;
  disconnect(disposition: number, done: (error: Error | null | undefined) => void): void;
}

export interface NativeService {
  /** Replaced by the monitor, which has to know when a list was read even if it is empty. */
  start: (listed: (error: Error | undefined, names?: Uint8Array) => void) => void;
  on(event: 'reader', listener: (reader: NativeReader) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
}

/** Establishes a context on this thread; throws where there is no PC/SC service. */
export const openService = pcsclite as unknown as () => NativeService;

/**
 * A second native object for a reader that the monitor watches already. The binding holds an object's mutex through a transmit and takes the same
 * mutex on the JavaScript thread for each status event: with one object for both, pulling a card would stop the whole process until the transmit ends.
 */
export const secondObject = (watched: NativeReader): NativeReader => new (watched.constructor as new (name: string) => NativeReader)(watched.name);

/** winscard.h; the binding offers them on each reader object, where they are awkward to reach. */
export const shareExclusive = 1;
export const protocolT0orT1 = 3;
export { dispositionCodes as dispositions } from './disposition.js';
export const statePresent = 0x0020;
export const stateMute = 0x0200;
