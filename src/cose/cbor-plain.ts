import { textOf } from './bytes.js';
import { CborTag } from './cbor-tag.js';
import { CoseError } from './errors.js';

/**
 * Reads one deterministic data item (RFC 8949 4.2.1) and proves in the same walk that it is one: shortest heads, definite lengths, map keys (integers and
 * texts) strictly ascending, UTF-8 in texts, nesting of at most 16, nothing after the item. It gives a value only when it is sure: floats, simple values other than
 * false, true, null and undefined, integers and tags beyond 2^53 and everything malformed are left to the caller's slower proof. A verdict decodes
 * a dozen items, and the general decoder with its second proof was most of a terminal's own time.
 */
export function readPlain(bytes: Uint8Array): { readonly value: unknown } | undefined {
  const reader = new PlainReader(bytes);
  const value = reader.item(0);
  return value !== unsure && reader.at === bytes.length ? { value } : undefined;
}

const unsure = Symbol('unsure');
const deepest = 16;
const simple: Readonly<Record<number, unknown>> = { 0xf4: false, 0xf5: true, 0xf6: null, 0xf7: undefined };

class PlainReader {
  at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  /** The item at `at`, or `unsure`; then the position means nothing. */
  item(depth: number): unknown {
    const initial = this.bytes[this.at];
    if (initial === undefined) return unsure;
    if (initial >= 0xe0) {
      this.at += 1;
      return initial in simple ? simple[initial] : unsure;
    }
    const argument = this.#argument(initial & 31);
    if (argument < 0) return unsure;
    switch (initial >> 5) {
      case 0:
        return argument;
      case 1:
        return argument === Number.MAX_SAFE_INTEGER ? unsure : -1 - argument;
      case 2:
        return this.#bytes(argument) ?? unsure;
      case 3:
        return this.#text(argument);
      case 4:
        return depth < deepest ? this.#list(argument, depth + 1) : unsure;
      case 5:
        return depth < deepest ? this.#map(argument, depth + 1) : unsure;
      default:
        return depth < deepest ? this.#tag(argument, depth + 1) : unsure;
    }
  }

  /** The argument after a head, or -1: not the shortest form, beyond 2^53, cut off, or of indefinite length. */
  #argument(info: number): number {
    this.at += 1;
    if (info < 24) return info;
    if (info > 27) return -1;
    const width = 1 << (info - 24);
    let argument = 0;
    for (let i = 0; i < width; i += 1) {
      const byte = this.bytes[this.at + i];
      if (byte === undefined) return -1;
      argument = argument * 256 + byte;
    }
    this.at += width;
    const least = width === 1 ? 24 : 256 ** (width / 2);
    return argument >= least && argument <= Number.MAX_SAFE_INTEGER ? argument : -1;
  }

  #bytes(length: number): Uint8Array | undefined {
    const end = this.at + length;
    if (end > this.bytes.length) return undefined;
    const found = this.bytes.slice(this.at, end);
    this.at = end;
    return found;
  }

  #text(length: number): unknown {
    const end = this.at + length;
    if (end > this.bytes.length) return unsure;
    let text = '';
    for (let at = this.at; at < end; at += 1) {
      const byte = this.bytes[at] ?? 0x80;
      if (byte >= 0x80) return this.#longText(length);
      text += String.fromCharCode(byte);
    }
    this.at = end;
    return text;
  }

  #longText(length: number): unknown {
    try {
      return textOf(this.#bytes(length) ?? new Uint8Array());
    } catch (error) {
      if (error instanceof CoseError) return unsure;
      throw error;
    }
  }

  #list(length: number, depth: number): unknown {
    // Each item takes a byte: a claimed size cannot make more than the bytes that are there.
    if (length > this.bytes.length - this.at) return unsure;
    const list: unknown[] = [];
    for (let i = 0; i < length; i += 1) {
      const item = this.item(depth);
      if (item === unsure) return unsure;
      list.push(item);
    }
    return list;
  }

  #map(length: number, depth: number): unknown {
    if (length > this.bytes.length - this.at) return unsure;
    const map = new Map<unknown, unknown>();
    let before: readonly [start: number, end: number] | undefined;
    for (let i = 0; i < length; i += 1) {
      const start = this.at;
      const key = this.item(depth);
      if (typeof key !== 'number' && typeof key !== 'string') return unsure;
      if (before !== undefined && !this.#ascends(before, [start, this.at])) return unsure;
      before = [start, this.at];
      const value = this.item(depth);
      if (value === unsure) return unsure;
      map.set(key, value);
    }
    return map;
  }

  #tag(tag: number, depth: number): unknown {
    const contents = this.item(depth);
    return contents === unsure ? unsure : new CborTag(tag, contents);
  }

  /** Bytewise order of two encoded keys: the first difference decides, and a prefix comes first. */
  #ascends([a, aEnd]: readonly [number, number], [b, bEnd]: readonly [number, number]): boolean {
    const shared = Math.min(aEnd - a, bEnd - b);
    for (let i = 0; i < shared; i += 1) {
      const difference = (this.bytes[a + i] ?? 0) - (this.bytes[b + i] ?? 0);
      if (difference !== 0) return difference < 0;
    }
    return aEnd - a < bEnd - b;
  }
}
