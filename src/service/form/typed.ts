import type { FullDate } from '../../permit/index.js';

/** What people type, as it was meant: spaces around it, full-width digits, a day in one of the ways in which it is written. Undefined: nothing was typed. */
export const typedText = (typed: string | undefined): string | undefined => {
  const text = typed?.normalize('NFC').trim();
  return text === undefined || text === '' ? undefined : text;
};

/** Codes and numbers: full-width characters become plain ones (in a name they would stay: they may be the name). */
export const typedCode = (typed: string | undefined): string | undefined => typedText(typed?.normalize('NFKC'))?.toUpperCase();

/** 2024-01-05, 20240105, 2024.1.5, 2024/1/5, 2024年1月5日; anything else as it is, which no calendar has. */
export const typedDate = (typed: string | undefined): FullDate | undefined => {
  const text = typedCode(typed);
  const [, year, month, day] = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?)$/u.exec(text ?? '') ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? '') ?? [];
  return year === undefined || month === undefined || day === undefined ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
};

/** Twelve digits. A town that was picked (nine digits) without a village is the town itself, whose statistical code ends in three zeros. */
export const typedDivision = (typed: string | undefined): string | undefined => {
  const code = typedCode(typed);
  return code !== undefined && /^\d{9}$/.test(code) ? `${code}000` : code;
};
