import { dateText, timeText } from '../common/times.js';

/** Fen as yuan: `20.00`. */
export const yuanOf = (fen: number): string => `${fen < 0 ? '−' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;

/** Yuan as typed, in fen; null: no amount. Full-width digits and the signs of money count as typed. */
export const fenOf = (typed: string): number | null => {
  const match = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(typed.normalize('NFKC').replaceAll(/[\s,¥元]/g, ''));
  return match === null ? null : Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
};

/** A whole number as typed; null: none. */
export const wholeOf = (typed: string): number | null => {
  const plain = typed.normalize('NFKC').trim();
  return /^\d{1,6}$/.test(plain) ? Number(plain) : null;
};

/** A moment as a clerk reads it: the time where it is of today, the day and the time else. */
export const momentText = (seconds: number, now: number): string => (dateText(seconds) === dateText(now) ? timeText(seconds).slice(0, 5) : `${dateText(seconds)} ${timeText(seconds).slice(0, 5)}`);

/** The end of a number, as it is said aloud: `·0014`. */
export const endOf = (number: string): string => `·${number.slice(-4)}`;
