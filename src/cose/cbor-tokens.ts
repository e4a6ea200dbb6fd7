import { Token, Tokenizer, Type, type DecodeOptions } from 'cborg';
import { joinBytes, textOf, utf8 } from './bytes.js';
import { CborError } from './errors.js';

/** A simple value that RFC 8949 3.3 leaves unassigned. */
export class CborSimple {
  constructor(readonly value: number) {}
}

const maxDepth = 16;

/**
 * cborg's token reader with what it lacks: a bound on nesting (a hostile card must not exhaust the stack), breaks only where an indefinite
 * item is open, and, where indefinite lengths are allowed, strings in chunks and unassigned simple values.
 */
export class BoundedTokenizer extends Tokenizer {
  readonly #lenient: boolean;
  /** Data items still missing in each open array, map (two for each entry) or tag; Infinity for an indefinite one. */
  readonly #open: { missing: number; seen: number; map: boolean }[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    options: DecodeOptions,
  ) {
    super(bytes, { strict: false, allowUndefined: true, allowBigInt: true, ...options });
    this.#lenient = options.allowIndefinite !== false;
  }

  override next(): Token {
    const initial = this.bytes[this.pos()];
    const token = this.#lenient && initial !== undefined ? this.#extra(initial) : super.next();
    this.#count(token);
    return token;
  }

  #extra(initial: number): Token {
    if (initial === 0x5f || initial === 0x7f) return this.#chunks(initial);
    const known = initial >= 0xf4 && initial !== 0xf8;
    if (initial < 0xe0 || known) return super.next();
    const value = initial === 0xf8 ? this.bytes[this.pos() + 1] : initial & 31;
    // RFC 8949 3.3: values under 32 in the two-byte form are not well-formed.
    if (value === undefined || (initial === 0xf8 && value < 32)) throw new CborError('simple value: not well-formed');
    return this.#advance(new Token(Type.null, new CborSimple(value), initial === 0xf8 ? 2 : 1));
  }

  /** RFC 8949 3.2.3: chunks are definite strings of the same type; each text chunk is UTF-8 by itself. */
  #chunks(initial: number): Token {
    const start = this.pos();
    this.#skip(1);
    const parts: Uint8Array[] = [];
    while (this.bytes[this.pos()] !== 0xff) {
      const chunk = this.bytes[this.pos()];
      if (chunk === undefined || chunk >> 5 !== initial >> 5 || (chunk & 31) === 31) throw new CborError('a chunk of another kind');
      const { value } = super.next() as { value: Uint8Array | string };
      parts.push(typeof value === 'string' ? utf8(value) : value);
    }
    this.#skip(1);
    const whole = joinBytes(...parts);
    const length = this.pos() - start;
    return initial === 0x5f ? new Token(Type.bytes, whole, length) : new Token(Type.string, textOf(whole), length);
  }

  #skip(count: number): void {
    this._pos += count;
  }

  #advance(token: Token): Token {
    this.#skip(token.encodedLength ?? 0);
    return token;
  }

  #count(token: Token): void {
    const top = this.#open.at(-1);
    if (token.type === Type.break) {
      if (top?.missing !== Infinity || (top.map && top.seen % 2 === 1)) throw new CborError('unexpected break');
      this.#open.pop();
    } else {
      if (top !== undefined) {
        top.missing--;
        top.seen++;
      }
      const missing = token.type === Type.tag ? 1 : token.type === Type.array ? Number(token.value) : token.type === Type.map ? 2 * Number(token.value) : 0;
      if (missing > 0) this.#open.push({ missing, seen: 0, map: token.type === Type.map });
      if (this.#open.length > maxDepth) throw new CborError(`nested more than ${maxDepth} deep`);
    }
    while (this.#open.at(-1)?.missing === 0) this.#open.pop();
  }
}
