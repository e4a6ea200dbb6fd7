/** Beijing time to the minute, wherever the machine believes it stands. */
const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' });

export const printedAt = (now = Date.now()): string => format.format(now);
