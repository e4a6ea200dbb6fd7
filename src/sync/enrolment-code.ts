const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const alias: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/** The one-time code of sync.md 1: what the platform knows it by, and the root it vouches for. */
export interface EnrolmentCode {
  readonly secret: Uint8Array;
  /** first 10 bytes of SHA-256 of the root's COSE_Key */
  readonly rootHash: Uint8Array;
}

/** Crockford base 32 of 20 bytes, typed by a person: groups, case, and O I L do not matter. Undefined when it is no such code. */
export function parseEnrolmentCode(typed: string): EnrolmentCode | undefined {
  const symbols = [...typed.toUpperCase().replace(/[\s-]/g, '')].map((symbol) => alphabet.indexOf(alias[symbol] ?? symbol));
  if (symbols.length !== 32 || symbols.includes(-1)) return undefined;
  const bits = symbols.map((value) => value.toString(2).padStart(5, '0')).join('');
  const bytes = Uint8Array.from({ length: 20 }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2));
  return { secret: bytes.slice(0, 10), rootHash: bytes.slice(10) };
}
