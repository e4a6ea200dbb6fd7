/** Times as a desk in China reads them, whatever this machine's time zone is. */
const zone = 'Asia/Shanghai';
const parts = (seconds: number, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...options }).format(new Date(seconds * 1_000));

export const dateText = (seconds: number): string => parts(seconds, { year: 'numeric', month: '2-digit', day: '2-digit' });
export const clockText = (seconds: number): string => parts(seconds, { hour: '2-digit', minute: '2-digit' });
export const timeText = (seconds: number): string => parts(seconds, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export type Age = { readonly unit: 'minutes' | 'hours' | 'days'; readonly n: number };

/** An age in the unit that a person would use, rounded down as ages are. */
export const ageOf = (seconds: number): Age => {
  if (seconds < 3_600) return { unit: 'minutes', n: Math.floor(seconds / 60) };
  return seconds < 2 * 86_400 ? { unit: 'hours', n: Math.floor(seconds / 3_600) } : { unit: 'days', n: Math.floor(seconds / 86_400) };
};
