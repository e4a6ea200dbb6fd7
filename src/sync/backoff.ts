/** Longest wait between two attempts, seconds: a platform that comes back is noticed within five minutes. */
export const longestDelay = 300;

/**
 * Seconds to wait before the next attempt: exponential from 1 s with full jitter (2,000 terminals must not come back in one second), at most
 * {@link longestDelay}; never sooner than the platform asked for (Retry-After, capped at an hour).
 * @param failures attempts that failed in a row, 1 or more @param random uniform in [0, 1)
 */
export function nextDelay(failures: number, retryAfter = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(longestDelay, 2 ** Math.min(Math.max(failures, 1), 30));
  return Math.max(Math.min(retryAfter, 3_600), random() * ceiling);
}

/** Retry-After of RFC 9110 10.2.3, seconds from `now` (seconds since 1970 UTC) or a date; undefined when absent or nonsense. */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil(date / 1_000) - now);
}
