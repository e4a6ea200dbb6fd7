import { createHash } from 'node:crypto';
import { bytesNumber, numberBytes, sameBytes } from './aes.js';

/** Power failed inside an internal write: the page is half old erased, half new, and the processor is off. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

export interface Change {
  readonly at: number;
  readonly data: Uint8Array;
}

const PAGE = 128;
const MAGIC = Uint8Array.of(0x57, 0x5a, 0x4a, 0x31);
const DIGEST = 16;

/**
 * Non-volatile memory with the page writes and the redo journal of a card operating system. A page write is the only thing that ever changes it;
 * each one has a number, and power can fail inside it. `commit` makes several changes at once: all changes are first written to the
 * journal, then one page (the journal's header with its digest) makes them valid, then they are copied home, then the header is
 * cleared. `recover`, at power-up, repeats the copying when the header is valid and drops the journal when it is not, so every
 * commit is wholly there or wholly not.
 */
export class Nvm {
  /** Internal writes since this object was made. */
  writes = 0;
  #untilCut: number | undefined;

  constructor(
    private readonly memory: Uint8Array,
    private readonly journal: { readonly header: number; readonly data: number; readonly capacity: number },
  ) {}

  /** Power fails inside the nth internal write from now (1: the next one). */
  cutPowerAt(nth: number | undefined): void {
    this.#untilCut = nth;
  }

  read(at: number, length: number): Uint8Array {
    return this.memory.slice(at, at + length);
  }

  /** Raw writes, page by page: only for memory to which nothing valid points. */
  write(at: number, data: Uint8Array): void {
    for (let done = 0; done < data.length; ) {
      const size = Math.min(PAGE - ((at + done) % PAGE), data.length - done);
      this.#writePage(at + done, data.subarray(done, done + size));
      done += size;
    }
  }

  /** `overwrite`: before the transaction becomes valid the rest of the journal is cleared as well, so that no earlier transaction can be read there. */
  commit(changes: readonly Change[], { overwrite = false }: { readonly overwrite?: boolean } = {}): void {
    const length = changes.reduce((sum, change) => sum + 4 + change.data.length, 0);
    if (length > this.journal.capacity) throw new RangeError('transaction larger than the journal');
    const entries = new Uint8Array(length);
    let offset = 0;
    for (const change of changes) {
      entries.set(numberBytes(change.at, 2), offset);
      entries.set(numberBytes(change.data.length, 2), offset + 2);
      entries.set(change.data, offset + 4);
      offset += 4 + change.data.length;
    }
    this.write(this.journal.data, entries);
    if (overwrite) this.write(this.journal.data + length, new Uint8Array(this.journal.capacity - length));
    const header = new Uint8Array(MAGIC.length + 2 + DIGEST);
    header.set(MAGIC);
    header.set(numberBytes(length, 2), MAGIC.length);
    header.set(digest(entries), MAGIC.length + 2);
    this.write(this.journal.header, header);
    this.#finish(entries);
  }

  recover(): void {
    const header = this.read(this.journal.header, MAGIC.length + 2 + DIGEST);
    if (!sameBytes(header.slice(0, MAGIC.length), MAGIC)) return;
    const length = bytesNumber(header.slice(MAGIC.length, MAGIC.length + 2));
    const entries = this.read(this.journal.data, Math.min(length, this.journal.capacity));
    if (sameBytes(header.slice(MAGIC.length + 2), digest(entries))) this.#finish(entries);
  }

  #finish(entries: Uint8Array): void {
    for (let offset = 0; offset < entries.length; ) {
      const at = bytesNumber(entries.slice(offset, offset + 2));
      const length = bytesNumber(entries.slice(offset + 2, offset + 4));
      this.write(at, entries.slice(offset + 4, offset + 4 + length));
      offset += 4 + length;
    }
    this.write(this.journal.header, new Uint8Array(MAGIC.length + 2 + DIGEST));
  }

  #writePage(at: number, data: Uint8Array): void {
    this.writes++;
    if (this.#untilCut !== undefined && --this.#untilCut <= 0) {
      this.#untilCut = undefined;
      this.memory.fill(0xff, at, at + data.length);
      this.memory.set(data.subarray(0, data.length >> 1), at);
      throw new PowerCut();
    }
    this.memory.set(data, at);
  }
}

const digest = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest().subarray(0, DIGEST));
