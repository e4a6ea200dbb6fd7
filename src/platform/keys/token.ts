import { CodedError } from '../../contract/index.js';
import { classes, isPinRefusal, type Attributes, type Handle, type Module, type Session } from './cryptoki.js';

/**
 * A token that stays open. A session may be lost at any time (the device was reset, its network failed, another program closed all sessions): then it is
 * opened once more, logged in anew, its keys found anew, and the work done again; a second failure is the caller's.
 */
export class Token {
  #session: Session;
  readonly #found = new Map<string, Handle>();
  #refused: CodedError | undefined;

  /** Throws CodedError HSM_UNAVAILABLE: no such token, wrong PIN. The module is released by `close`. */
  constructor(
    private readonly module: Module,
    private readonly label: string,
    private readonly pin: string,
    private readonly options: { readonly readWrite: boolean } = { readWrite: false },
  ) {
    this.#session = this.#open();
  }

  #open(): Session {
    // A PIN that was refused is not tried again by this process: a few wrong ones lock the token.
    if (this.#refused !== undefined) throw this.#refused;
    const session = this.module.open(this.label, this.options);
    try {
      session.login(this.pin);
      return session;
    } catch (error) {
      if (isPinRefusal(error)) this.#refused = error as CodedError;
      session.close();
      throw error;
    }
  }

  #reopen(): void {
    this.#found.clear();
    try {
      this.#session.close();
    } catch {
      // Most often it is closed already, which is why we are here.
    }
    this.#session = this.#open();
  }

  /** Does the work in the session; where that fails, once more in a new one. */
  use<T>(work: (session: Session) => T): T {
    try {
      return this.once(work);
    } catch {
      this.#reopen();
      return this.once(work);
    }
  }

  /** Does the work in the session and never again. */
  once<T>(work: (session: Session) => T): T {
    return work(this.#session);
  }

  /** The one key of this class and label. */
  #find(session: Session, kind: keyof typeof classes, label: string): Handle {
    const name = `${kind} ${label}`;
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const [handle, second] = session.find({ class: classes[kind], label });
    if (handle === undefined || second !== undefined) throw new CodedError('HSM_UNAVAILABLE', `${second === undefined ? 'no' : 'more than one'} key ${label}`);
    this.#found.set(name, handle);
    return handle;
  }

  /** CKA_EC_POINT of a public key. */
  point(label: string): Uint8Array {
    return this.use((session) => session.read(this.#find(session, 'publicKey', label), 'ecPoint'));
  }

  /** Demands that the key is there. */
  demand(kind: keyof typeof classes, label: string): void {
    this.use((session) => this.#find(session, kind, label));
  }

  sign(mechanism: number, kind: 'privateKey' | 'secretKey', label: string, data: Uint8Array, length: number): Uint8Array {
    return this.use((session) => session.sign(mechanism, this.#find(session, kind, label), data, length));
  }

  /** For clearing up after a failure, which is what the caller is to hear of. */
  tryDestroy(object: Handle): void {
    try {
      this.#session.destroy(object);
    } catch {
      // It stays in the token under a prefix that no platform names.
    }
  }

  has(wanted: Attributes): boolean {
    return this.use((session) => session.find(wanted).length > 0);
  }

  close(): void {
    try {
      this.#session.close();
    } catch {
      // Lost before; there is nothing left to close.
    }
    this.module.release();
  }
}
