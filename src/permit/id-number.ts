import { isFullDate, type FullDate } from './dates.js';
import { refuse, type Refusal } from './refusal.js';

/** GB 11643-1999 5.2 (ISO/IEC 7064 MOD 11-2): weights of the 17 digits, and the check character of each remainder. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkCharacters = '10X98765432';

/** GB/T 2260 provinces as they occur in ID numbers; 83 is given to residents from Taiwan, 81 and 82 to those of the two special regions. */
const provinces: ReadonlyMap<string, string> = new Map(
  (
    '11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 34安徽 35福建 36江西 37山东 41河南 42湖北 43湖南 44广东 45广西 46海南 ' +
    '50重庆 51四川 52贵州 53云南 54西藏 61陕西 62甘肃 63青海 64宁夏 65新疆 71台湾 81香港 82澳门 83台湾'
  )
    .split(' ')
    .map((entry): [string, string] => [entry.slice(0, 2), entry.slice(2)]),
);

/** Name of the province of a division code, in short (浙江); undefined where there is none. */
export const provinceOf = (division: string): string | undefined => provinces.get(division.slice(0, 2));

export interface IdNumberFacts {
  readonly ok: true;
  /** GB/T 2260 code in force when the number was given: often a code that no longer exists. */
  readonly division6: string;
  readonly birth: FullDate;
  readonly sex: 1 | 2;
}

/** The check character of 17 digits. Throws RangeError for anything else. */
export const idNumberCheckCharacter = (digits17: string): string => {
  if (!/^\d{17}$/.test(digits17)) throw new RangeError('17 digits expected');
  const sum = weights.reduce((total, weight, i) => total + weight * Number(digits17[i]), 0);
  return checkCharacters.charAt(sum % 11);
};

/** What people type: spaces around, a small x, full-width digits. The result still needs `checkIdNumber`. */
export const normaliseIdNumber = (typed: string): string => typed.normalize('NFKC').trim().toUpperCase();

/**
 * Checks an 18-character citizen's number (GB 11643) and, where they are given, that birth date and sex (GB/T 2261.1) agree with it.
 * Sex 0 (unknown) and 9 (not stated) agree with every number. `detail` names the field at fault: `idNumber`, `birth` or `sex`.
 */
export const checkIdNumber = (id: string, birth?: FullDate, sex?: number): IdNumberFacts | Refusal => {
  if (!/^\d{17}[\dX]$/.test(id)) return refuse('INPUT_INVALID', 'idNumber');
  if (idNumberCheckCharacter(id.slice(0, 17)) !== id.charAt(17)) return refuse('ID_NUMBER_CHECK', 'idNumber');
  const born = `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
  if (!isFullDate(born)) return refuse('DATE_IMPOSSIBLE', 'idNumber');
  if (!provinces.has(id.slice(0, 2))) return refuse('DIVISION_UNKNOWN', 'idNumber');
  const sexOfNumber = Number(id.charAt(16)) % 2 === 1 ? 1 : 2;
  if (birth !== undefined && birth !== born) return refuse('ID_NUMBER_MISMATCH', 'birth');
  if ((sex === 1 || sex === 2) && sex !== sexOfNumber) return refuse('ID_NUMBER_MISMATCH', 'sex');
  return { ok: true, division6: id.slice(0, 6), birth: born, sex: sexOfNumber };
};
