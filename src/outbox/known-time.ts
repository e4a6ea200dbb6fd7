/** Two clocks of this machine. */
export interface Clock {
  /** Seconds since 1970 UTC, as this machine believes; anybody may set it. */
  now(): number;
  /** Seconds of a counter that only grows and that nobody sets; its zero means nothing. Default: process.hrtime, which a restart of the machine begins anew. */
  monotonic?(): number;
}

/** A record before that lies further ahead of the platform's signed time than this was stamped by a wrong clock (seconds). */
export const largestLead = 600;

const hrtime = (): number => Number(process.hrtime.bigint() / 1_000_000n) / 1_000;

/**
 * The last time that the platform signed, moved on by the monotonic counter since this process heard it (sync.md 5.1). It cannot be set back with the
 * machine's clock. After a restart only what is stored is left of it: the signed time itself, and the time of the record before.
 */
export class KnownTime {
  #heard: { readonly time: number; readonly at: number } | undefined;
  readonly #monotonic: () => number;

  constructor(private readonly clock: Clock) {
    this.#monotonic = clock.monotonic === undefined ? hrtime : () => clock.monotonic?.() ?? hrtime();
  }

  hear(time: number): void {
    this.#heard = { time, at: this.#monotonic() };
  }

  /** No earlier than this can it be, given the signed time that is stored. Seconds since 1970 UTC, 0 when nothing is known. */
  atLeast(stored: number): number {
    if (this.#heard === undefined) return stored;
    return Math.max(stored, this.#heard.time + Math.max(0, Math.floor(this.#monotonic() - this.#heard.at)));
  }

  /** When a record is captured now, after one of `before`. */
  capture(stored: number, before: number): number {
    return Math.max(this.clock.now(), this.atLeast(stored), before);
  }
}
