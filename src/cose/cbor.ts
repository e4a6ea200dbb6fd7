import { decode, encode, objectToTokens, rfc8949EncodeOptions, Token, Type, type DecodeOptions, type EncodeOptions } from 'cborg';
import { BoundedTokenizer, CborSimple } from './cbor-tokens.js';
import { sameBytes } from './bytes.js';
import { readPlain } from './cbor-plain.js';
import { CborTag } from './cbor-tag.js';
import { CborError } from './errors.js';

const isPlain = (object: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
};

const encodeOptions: EncodeOptions = {
  ...rfc8949EncodeOptions,
  typeEncoders: {
    Object: (object: object, _type, options, references) => {
      if (object instanceof CborTag) return [new Token(Type.tag, object.tag), objectToTokens(object.contents, options, references)];
      // Anything with a class has no agreed encoding: written as its fields it would not come back as what it was.
      if (!isPlain(object)) throw new CborError('only plain objects, Map, Array, Uint8Array and CborTag have an encoding');
      return null;
    },
    string: (text: string) => {
      if (/\p{Surrogate}/u.test(text)) throw new CborError('a text with a lone surrogate has no UTF-8');
      return null;
    },
  },
};

function translated<T>(operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    if (cause instanceof CborError) throw cause;
    throw new CborError(cause instanceof Error ? cause.message : 'not CBOR', { cause });
  }
}

/** Node's Buffer is a Uint8Array whose slice() shares memory; nothing here gives or keeps one. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * The deterministic encoding (RFC 8949 4.2.1: shortest forms, definite lengths, map keys in bytewise order). Map with integer or text keys, plain
 * objects with text keys, arrays, Uint8Array, string, boolean, null, undefined, number (an integer where it is one), bigint up to 64 bits, CborTag.
 * Throws {@link CborError} for anything else.
 */
export function encodeCbor(value: unknown): Uint8Array {
  return plainBytes(translated(() => encode(value, encodeOptions)));
}

/** Beyond 2^53 a number no longer tells neighbours apart: such a tag, which nobody has registered, would come back as another one. */
function tagNumber(name: string | symbol): number {
  const tag = Number(name);
  if (!Number.isSafeInteger(tag)) throw new CborError('a tag number beyond 2^53');
  return tag;
}

// cborg looks a decoder up by tag number; every tag is kept as it is.
const anyTag = new Proxy<NonNullable<DecodeOptions['tags']>>({}, { get: (_, tag) => (content: () => unknown) => new CborTag(tagNumber(tag), content()) });
const strictOptions: DecodeOptions = { strict: true, useMaps: true, allowIndefinite: false, rejectDuplicateMapKeys: true, tags: anyTag };
const lenientOptions: DecodeOptions = { useMaps: true, tags: anyTag };

function decodeWith(input: Uint8Array, options: DecodeOptions): unknown {
  const bytes = plainBytes(input);
  return translated(() => decode(bytes, { ...options, tokenizer: new BoundedTokenizer(bytes, options) }) as unknown);
}

/** Keys of other kinds are compared by identity in a Map: two equal byte strings would pass as different keys. */
function requirePlainKeys(value: unknown): void {
  if (value instanceof Map) {
    for (const [key, content] of value as Map<unknown, unknown>) {
      if (!Number.isSafeInteger(key) && typeof key !== 'string') throw new CborError('a map key is neither an integer nor a text');
      requirePlainKeys(content);
    }
  } else if (Array.isArray(value)) {
    value.forEach(requirePlainKeys);
  } else if (value instanceof CborTag) {
    requirePlainKeys(value.contents);
  }
}

/**
 * Decodes one data item that is encoded deterministically, and nothing after it. Maps come as `Map` (keys: integers and texts only), byte strings as
 * Uint8Array, integers beyond 2^53 as bigint. Throws {@link CborError} for any other encoding of the same value, double keys, text that is
 * not UTF-8, trailing bytes, and nesting deeper than 16.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  const plain = readPlain(plainBytes(bytes));
  if (plain !== undefined) return plain.value;
  const value = decodeWith(bytes, strictOptions);
  requirePlainKeys(value);
  // The order of keys, the width of floats and bad UTF-8 show here: what is not written again as it was read, was not deterministic.
  if (!sameBytes(encodeCbor(value), bytes)) throw new CborError('not the deterministic encoding');
  return value;
}

/**
 * Decodes one well-formed data item of any encoding (RFC 8949 1.2): for showing foreign data, never for what is signed or digested.
 * A simple value without a JavaScript counterpart comes as {@link CborSimple}. Throws {@link CborError}.
 */
export function decodeCborLenient(bytes: Uint8Array): unknown {
  return decodeWith(bytes, lenientOptions);
}

export { CborSimple, CborTag };
