/**
 * Calendar dates as `YYYY-MM-DD` strings of the proleptic Gregorian calendar, which order as text. The dates of the law are days in
 * China (UTC+8, no summer time since 1991), so the moment is turned into a day here and nowhere else.
 *
 * Month arithmetic: the day of the month is kept; where the month is too short, its last day is taken. It always starts from the
 * original date, never from an earlier result: 31 January + 1 month is 28 (29) February, + 2 months is 31 March; 29 February + 12
 * months is 28 February, + 48 months is 29 February again. The law is silent on both.
 */
export type FullDate = string;

const shape = /^(\d{4})-(\d{2})-(\d{2})$/;
const secondsPerDay = 86_400;
const chinaOffset = 8 * 3_600;

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
const format = (year: number, month: number, day: number): FullDate =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

const parts = (date: FullDate): [number, number, number] => {
  const match = shape.exec(date);
  if (match === null) throw new RangeError('not a full-date');
  return [Number(match[1]), Number(match[2]), Number(match[3])];
};

/** True for a day that exists, in the years 1800 to 9999 (outside of them a date is a typing error). */
export const isFullDate = (text: string): boolean => {
  const match = shape.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1800 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
};

/** `months` may be negative. Throws RangeError for what is not a full-date. */
export const addMonths = (date: FullDate, months: number): FullDate => {
  const [year, month, day] = parts(date);
  const total = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  return format(toYear, toMonth, Math.min(day, daysIn(toYear, toMonth)));
};

/** `days` may be negative. Throws RangeError for what is not a full-date. */
export const addDays = (date: FullDate, days: number): FullDate => dateInChina(startOfDayInChina(date) + days * secondsPerDay);

export const addYears = (date: FullDate, years: number): FullDate => addMonths(date, years * 12);

/** Full years from `birth` to `onDate`. A person born on 29 February completes a year on 28 February of a common year. */
export const ageOn = (birth: FullDate, onDate: FullDate): number => {
  const years = parts(onDate)[0] - parts(birth)[0];
  return addYears(birth, years) <= onDate ? years : years - 1;
};

/** The day in China at a moment, seconds since 1970-01-01T00:00:00Z. */
export const dateInChina = (seconds: number): FullDate => {
  const at = new Date((Math.floor(seconds) + chinaOffset) * 1000);
  return format(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate());
};

/** The first second of a day in China, seconds since 1970-01-01T00:00:00Z. */
export const startOfDayInChina = (date: FullDate): number => {
  const [year, month, day] = parts(date);
  return Date.UTC(year, month - 1, day) / 1000 - chinaOffset;
};

/** Whole days from `from` to `to`, negative when `to` is earlier. */
export const daysBetween = (from: FullDate, to: FullDate): number => (startOfDayInChina(to) - startOfDayInChina(from)) / secondsPerDay;
