/** 32 bits, big-endian. Throws RangeError for a number that does not fit. */
export function uint32(n: number): Uint8Array {
  if (!Number.isInteger(n) || n < 0 || n > 0xffff_ffff) throw new RangeError(`not a number of 32 bits: ${n}`);
  return Uint8Array.of(n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff);
}

/** 16 bits, big-endian. Throws RangeError for a number that does not fit. */
export function uint16(n: number): Uint8Array {
  if (!Number.isInteger(n) || n < 0 || n > 0xffff) throw new RangeError(`not a number of 16 bits: ${n}`);
  return Uint8Array.of(n >>> 8, n & 0xff);
}

export const uintOf = (bytes: Uint8Array): number => bytes.reduce((n, byte) => n * 256 + byte, 0);

const exists = (year: number, month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();

/** `YYMMDD` as BCD of `YYYY-MM-DD`. Throws RangeError for what is no day of 2000–2099. */
export function bcdOfDay(day: string): Uint8Array {
  const [, year, month, date] = /^20(\d\d)-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (!exists(2000 + Number(year), Number(month), Number(date))) throw new RangeError('no day of 2000–2099');
  return Uint8Array.from([year, month, date], (two) => Number.parseInt(two ?? '', 16));
}

/** The inverse of {@link bcdOfDay}; undefined when the bytes are not three or no day. */
export function dayOfBcd(bytes: Uint8Array): string | undefined {
  const [year, month, date] = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  if (bytes.length !== 3 || [year, month, date].some((two) => !/^\d\d$/.test(two ?? ''))) return undefined;
  return exists(2000 + Number(year), Number(month), Number(date)) ? `20${year}-${month}-${date}` : undefined;
}

/** CAR and CHR: country, mnemonic of 1 to 9, sequence of five (terminal-authentication.md 1). ISO/IEC 8859-1 without control characters. */
const referenceShape = /^CN[\x20-\x7e\xa0-\xff]{1,9}[0-9A-Za-z]{5}$/;

/** Throws RangeError for what is no reference. */
export function encodeReference(reference: string): Uint8Array {
  if (!referenceShape.test(reference)) throw new RangeError('no certificate reference');
  return Uint8Array.from(reference, (character) => character.charCodeAt(0));
}

/** Undefined for what is no reference. */
export function decodeReference(bytes: Uint8Array): string | undefined {
  const reference = String.fromCharCode(...bytes);
  return referenceShape.test(reference) ? reference : undefined;
}
