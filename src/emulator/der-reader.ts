/** Bytes that are not the data objects that are due. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/**
 * Reads data objects one after the other, as a card does: the caller says which tag is due, nothing is looked ahead but one tag and nothing is
 * built. Tags of one or two bytes, lengths DER-minimal and below 65,536. Every deviation is a {@link DerError}.
 */
export class DerReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at === this.bytes.length;
  }

  isNext(tag: number): boolean {
    const first = this.bytes[this.#at];
    return tag > 0xff ? first === tag >> 8 && this.bytes[this.#at + 1] === (tag & 0xff) : first === tag;
  }

  /** The value of the object that is due; `length` in bytes when only one is right. */
  take(tag: number, length?: number): Uint8Array {
    if (!this.isNext(tag)) throw new DerError(`no object ${tag.toString(16)}`);
    this.#at += tag > 0xff ? 2 : 1;
    const size = this.#length();
    if (size > this.bytes.length - this.#at) throw new DerError('cut short');
    if (length !== undefined && size !== length) throw new DerError(`length of ${tag.toString(16)}`);
    const value = this.bytes.slice(this.#at, this.#at + size);
    this.#at += size;
    return value;
  }

  /** The object that is due, opened: what `read` makes of its contents, all of which must be used up. */
  inside<T>(tag: number, read: (contents: DerReader) => T): T {
    const contents = new DerReader(this.take(tag));
    const result = read(contents);
    contents.end();
    return result;
  }

  end(): void {
    if (!this.atEnd) throw new DerError('trailing bytes');
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    if (first === 0x81) {
      const length = this.#byte();
      if (length < 0x80) throw new DerError('length not minimal');
      return length;
    }
    if (first !== 0x82) throw new DerError('length beyond two bytes');
    const length = this.#byte() * 256 + this.#byte();
    if (length < 0x100) throw new DerError('length not minimal');
    return length;
  }

  #byte(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new DerError('cut short');
    return byte;
  }
}

/** What `read` makes of all of `bytes`; undefined when they are not what it expects. */
export function readDer<T>(bytes: Uint8Array, read: (reader: DerReader) => T): T | undefined {
  try {
    const reader = new DerReader(bytes);
    const result = read(reader);
    reader.end();
    return result;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
