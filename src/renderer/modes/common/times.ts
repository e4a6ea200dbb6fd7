/** Times as a desk in China reads them, whatever this machine's time zone is. */
const zone = 'Asia/Shanghai';
const parts = (seconds: number, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...options }).format(new Date(seconds * 1_000));

export const dateText = (seconds: number): string => parts(seconds, { year: 'numeric', month: '2-digit', day: '2-digit' });
export const timeText = (seconds: number): string => parts(seconds, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
