/** A day as a clerk types it: eight digits, or with any signs between year, month and day. */

const pad = (part: string): string => part.padStart(2, '0');

/** `YYYY-MM-DD` where the digits are whole, else what was typed with the hyphens that are certain so far. Wide digits become narrow ones. */
export const groupDate = (typed: string): string => {
  const narrow = typed.normalize('NFKC').trim();
  const parts = /^(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*$/.exec(narrow);
  if (parts !== null) return `${parts[1] ?? ''}-${pad(parts[2] ?? '')}-${pad(parts[3] ?? '')}`;
  const digits = narrow.replaceAll(/\D/g, '').slice(0, 8);
  return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].filter((part) => part !== '').join('-');
};

/** A day that exists, as `YYYY-MM-DD`. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};
