import { CodedError } from '../contract/index.js';
import { CounterDesk } from './counter-desk.js';
import type { LookUpOptions } from './look-up.js';
import type { Terminal } from './terminal.js';

/** Cards that are asked for in one look: a hall of terminals must not hold the platform up after an outage. */
const mostAsked = 10;
/** Seconds until the same card is asked for again. */
const askedAgainAfter = 600;
const timeoutMs = 2_000;

/**
 * Cards that were made at this counter and handed over at another one: only the platform knows, and says so when it is asked for the permit. Looked at after a sync, while somebody is signed in (the
 * applications are closed else), those first that were not asked for longest.
 */
export class HandedElsewhere {
  readonly #terminal: Terminal;
  /** by receipt: when it was asked for last */
  readonly #asked = new Map<string, number>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** How many cards turned out to be somebody's. Where the platform does not answer, it is asked another time. */
  async look(network: Pick<LookUpOptions, 'fetch'> = {}): Promise<number> {
    const { mode, outbox, session, clock } = this.#terminal;
    if (mode !== 'counter' || session === undefined || outbox.local.locked) return 0;
    const desk = new CounterDesk(this.#terminal);
    const now = clock.now();
    const last = (receipt: string): number => this.#asked.get(receipt) ?? 0;
    const waiting = desk.applications().filter(({ made }) => made !== undefined);
    const due = waiting.filter(({ receipt }) => now - last(receipt) >= askedAgainAfter).sort((a, b) => last(a.receipt) - last(b.receipt));
    let left = 0;
    try {
      for (const open of due.slice(0, mostAsked)) {
        this.#asked.set(open.receipt, now);
        if (await desk.settleHandedElsewhere(open, { ...network, timeoutMs })) left += 1;
      }
    } catch (error) {
      // No answer that counts, or nobody is signed in any more.
      if (!(error instanceof CodedError)) throw error;
    }
    return left;
  }
}
