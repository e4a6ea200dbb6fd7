import { refuse, type Refusal } from './refusal.js';

/** 1 residence permit (居住证), 2 temporary residence permit (临时居住证, 2009 rules). */
export type PermitKind = 1 | 2;

export interface PermitNumberParts {
  readonly division6: string;
  readonly year: number;
  readonly kind: PermitKind;
  /** 1 to 999,999 within a division, year and kind */
  readonly sequence: number;
}

/** ISO/IEC 7064 hybrid system MOD 11,10: one check digit; finds every single wrong digit. */
const checkDigit = (digits: string): string => {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
};

/**
 * The 18-digit permit number (firmware-specs/payload.md 3): division 6, year 4, kind 1, sequence 6, check 1. Nothing in it is derived from
 * the ID number. Throws RangeError for parts that do not fit: they come from number blocks, not from people.
 */
export const permitNumber = ({ division6, year, kind, sequence }: PermitNumberParts): string => {
  if (!/^\d{6}$/.test(division6)) throw new RangeError('division of 6 digits expected');
  if (!Number.isInteger(year) || year < 2009 || year > 9999) throw new RangeError('year 2009 to 9999 expected');
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 999_999) throw new RangeError('sequence 1 to 999999 expected');
  const body = `${division6}${year}${kind}${String(sequence).padStart(6, '0')}`;
  return body + checkDigit(body);
};

/** Takes a permit number apart. Structure and check digit only: whether it was ever given is the status list's and the platform's to say. */
export const checkPermitNumber = (number: string): ({ readonly ok: true } & PermitNumberParts) | Refusal => {
  if (!/^\d{18}$/.test(number) || checkDigit(number.slice(0, 17)) !== number.charAt(17)) return refuse('INPUT_INVALID', 'permitNumber');
  const [year, kind, sequence] = [Number(number.slice(6, 10)), Number(number.charAt(10)), Number(number.slice(11, 17))];
  if (year < 2009 || sequence < 1 || (kind !== 1 && kind !== 2)) return refuse('INPUT_INVALID', 'permitNumber');
  return { ok: true, division6: number.slice(0, 6), year, kind, sequence };
};
