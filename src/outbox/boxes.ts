import { CborError, decodeCbor, encodeCbor, secretbox, secretboxOpen } from '../cose/index.js';
import { CodedError } from '../contract/index.js';

/**
 * What this terminal must read again itself, at rest: NaCl secretbox under a key of 32 bytes. The place of a value (table and key) is inside its box,
 * so that a box moved to another row does not open there. Without a key they are locked: nothing opens and nothing can be boxed.
 */
export class Boxes {
  readonly #generation: (() => number) | undefined;
  readonly #listeners = new Set<() => void>();
  #key: Uint8Array | undefined;
  #unlockedAt = 0;

  /** `generation`: counts the changes of the key, where another program may change it; a key of an earlier one locks itself. */
  constructor(key?: Uint8Array, generation?: () => number) {
    this.#generation = generation;
    if (key !== undefined) this.unlock(key);
  }

  get locked(): boolean {
    if (this.#key !== undefined && this.#generation !== undefined && this.#generation() !== this.#unlockedAt) this.lock();
    return this.#key === undefined;
  }

  /** Keeps a copy of the key; the caller may wipe its own. */
  unlock(key: Uint8Array): void {
    if (key.length !== 32) throw new RangeError('a key of boxes must be 32 bytes');
    this.lock();
    this.#key = Uint8Array.from(key);
    this.#unlockedAt = this.#generation?.() ?? 0;
  }

  /** Wipes the key. */
  lock(): void {
    const open = this.#key !== undefined;
    this.#key?.fill(0);
    this.#key = undefined;
    if (open) for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` whenever the key is wiped, be it for the next one: what was read under it is to be forgotten. The answer ends it. */
  onLock(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws CodedError SIGN_IN_REQUIRED: locked */
  requireOpen(): Uint8Array {
    if (this.locked || this.#key === undefined) throw new CodedError('SIGN_IN_REQUIRED', 'local data');
    return this.#key;
  }

  /** @throws CodedError SIGN_IN_REQUIRED: locked */
  close(place: string, value: unknown): Uint8Array {
    return secretbox(this.requireOpen(), encodeCbor([place, value]));
  }

  /** @throws CodedError SIGN_IN_REQUIRED: locked; STORAGE_CORRUPT: changed bytes, another key, or another place */
  open(place: string, boxed: Uint8Array): unknown {
    const plain = secretboxOpen(this.requireOpen(), boxed);
    if (plain === undefined) throw new CodedError('STORAGE_CORRUPT', 'a box does not open');
    let content: unknown;
    try {
      content = decodeCbor(plain);
    } catch (error) {
      if (!(error instanceof CborError)) throw error;
      throw new CodedError('STORAGE_CORRUPT', 'a box holds no CBOR', { cause: error });
    }
    if (!Array.isArray(content) || content.length !== 2 || content[0] !== place) throw new CodedError('STORAGE_CORRUPT', 'a box lies in the wrong place');
    return content[1];
  }
}
