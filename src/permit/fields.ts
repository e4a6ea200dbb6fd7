import { CborTag, CoseError, decodeCbor, parseOkpKey, parseP256Key } from '../cose/index.js';
import { isFullDate, type FullDate } from './dates.js';
import { PayloadError } from './payload-error.js';

/** Reads one decoded CBOR value, or throws PayloadError naming `where`. One reader for each type of payload.cddl. */
export type Reader<T> = (value: unknown, where: string) => T;

const wrong = (where: string): never => {
  throw new PayloadError('wrong-type', where);
};
const range = (where: string): never => {
  throw new PayloadError('out-of-range', where);
};

/** Decodes deterministic CBOR; the room's only way in, so that foreign errors become PayloadError once. */
export const decodeValue = (bytes: Uint8Array, name: string): unknown => {
  try {
    return decodeCbor(bytes);
  } catch (cause) {
    if (cause instanceof CoseError) throw new PayloadError('not-deterministic-cbor', name, { cause });
    throw cause;
  }
};

/** A closed map: take every label, then `end()`. Integer labels and the two text labels of the IETF status claims. */
export class Fields {
  readonly #rest: Map<unknown, unknown>;
  constructor(
    value: unknown,
    readonly where: string,
  ) {
    if (!(value instanceof Map)) throw new PayloadError('not-a-map', where);
    this.#rest = new Map(value as Map<unknown, unknown>);
  }

  required<T>(label: number | string, reader: Reader<T>): T {
    const at = `${this.where}.${label}`;
    if (!this.#rest.has(label)) throw new PayloadError('missing-label', at);
    const value = this.#rest.get(label);
    this.#rest.delete(label);
    return reader(value, at);
  }

  /** `{}` when the label is absent, else `{ [name]: value }`: to be spread, because an absent field is no field. */
  optional<T, N extends string>(label: number, name: N, reader: Reader<T>): { readonly [K in N]?: T } {
    return this.#rest.has(label) ? ({ [name]: this.required(label, reader) } as { readonly [K in N]?: T }) : {};
  }

  /** The document closes here: a label that nobody asked for is refused. */
  end(): void {
    if (this.#rest.size > 0) throw new PayloadError('unknown-label', this.where);
  }
}

export const uint: Reader<number> = (value, where) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : wrong(where);

export const uintBetween =
  (least: number, most: number): Reader<number> =>
  (value, where) => {
    const number = uint(value, where);
    return number >= least && number <= most ? number : range(where);
  };

export const oneOf =
  <T extends number | string>(...allowed: readonly T[]): Reader<T> =>
  (value, where) =>
    allowed.find((each) => each === value) ?? (typeof value === typeof allowed[0] ? range(where) : wrong(where));

/** Text of 1 to `most` characters (UTF-16 units); the card's files bound the bytes. */
export const text =
  (most: number): Reader<string> =>
  (value, where) => {
    if (typeof value !== 'string') return wrong(where);
    return value.length >= 1 && value.length <= most ? value : range(where);
  };

export const pattern =
  (shape: RegExp): Reader<string> =>
  (value, where) => {
    if (typeof value !== 'string') return wrong(where);
    return shape.test(value) ? value : range(where);
  };

export const bytesBetween =
  (least: number, most: number): Reader<Uint8Array> =>
  (value, where) => {
    if (!(value instanceof Uint8Array)) return wrong(where);
    return value.length >= least && value.length <= most ? value : range(where);
  };

export const bytesOf = (length: number): Reader<Uint8Array> => bytesBetween(length, length);

/** RFC 8943 tag 1004 around a day that exists. */
export const fullDate: Reader<FullDate> = (value, where) => {
  if (!(value instanceof CborTag) || value.tag !== 1004 || typeof value.contents !== 'string') return wrong(where);
  return isFullDate(value.contents) ? value.contents : range(where);
};

/** Seconds since 1970; bounded to the year 9999 so that every date computed from it exists. */
export const time: Reader<number> = uintBetween(0, 253_402_300_799);

export const listOf =
  <T>(reader: Reader<T>, least = 0): Reader<readonly T[]> =>
  (value, where) => {
    if (!Array.isArray(value)) return wrong(where);
    return value.length >= least ? value.map((each, i) => reader(each, `${where}[${i}]`)) : range(where);
  };

const key =
  (parse: (value: unknown) => Uint8Array): Reader<Uint8Array> =>
  (value, where) => {
    try {
      return parse(value);
    } catch (cause) {
      if (cause instanceof CoseError) throw new PayloadError('wrong-type', where, { cause });
      throw cause;
    }
  };

/** COSE_Key OKP Ed25519 → 32 bytes. */
export const ed25519Key = key(parseOkpKey);
/** COSE_Key EC2 P-256 with the sign of y → 33 bytes, compressed point. */
export const p256CompressedKey = key(parseP256Key);

/** One object of payload.cddl from its bytes: a closed map, read by `read`. */
export const decodeMap = <T>(bytes: Uint8Array, name: string, read: (fields: Fields) => T): T => {
  const fields = new Fields(decodeValue(bytes, name), name);
  const result = read(fields);
  fields.end();
  return result;
};

/** A closed map inside another one. */
export const mapOf =
  <T>(read: (fields: Fields) => T): Reader<T> =>
  (value, where) => {
    const fields = new Fields(value, where);
    const result = read(fields);
    fields.end();
    return result;
  };
