import { z } from 'zod';
import { CodedError, type TerminalRules } from '../contract/index.js';
import type { Settings } from '../outbox/index.js';

const settingName = 'sign-in';
const count = z.int().nonnegative();
/** [pulled at, the latest time seen since, [ * [operator, wrong passwords, [locked at, the earliest time seen since] / null] ] ] */
const shape = z.tuple([count, count, z.array(z.tuple([z.string(), count, z.tuple([count, count]).nullable()]))]);

interface Lock {
  readonly at: number;
  /** Where a clock set back begins the time anew. */
  readonly earliest: number;
}
interface Tries {
  readonly wrong: number;
  readonly lock: Lock | undefined;
}

interface State {
  readonly pulledAt: number;
  readonly seen: number;
  readonly tries: Map<string, Tries>;
}

export interface Clocks {
  /** seconds since 1970 UTC, as the machine believes */
  readonly now: () => number;
  /** seconds of a clock that nobody sets; from any start */
  readonly monotonic: () => number;
}

/**
 * Wrong passwords, counted on the disk before the password is looked at: neither a restart nor a power cut gives a try back. A clock set back begins the time of
 * a lock anew; a clock set forward does not end it in the process that locked.
 */
export class Attempts {
  /** Monotonic time of the locks made by this process. */
  readonly #locked = new Map<string, number>();

  constructor(
    private readonly settings: Settings,
    private readonly clocks: Clocks,
  ) {}

  /** Counts a try. Seconds that the lock still lasts; 0: the password may be looked at. `known`: only these are kept. @throws CodedError STORAGE_* */
  begin(id: string, { tries, seconds }: TerminalRules['lockout'], known: readonly string[]): number {
    const state = this.#load();
    const now = this.clocks.now();
    const { wrong: before, lock } = state.tries.get(id) ?? { wrong: 0, lock: undefined };
    if (lock !== undefined) {
      const earliest = Math.min(lock.earliest, now);
      if (earliest !== lock.earliest) this.#save(state, id, { wrong: before, lock: { ...lock, earliest } }, known);
      // Back and forth again is no time gone by: past the lock's own time that one counts.
      const elapsed = now - (now >= lock.at ? lock.at : earliest);
      const left = seconds - Math.min(elapsed, this.#monotonicElapsed(id));
      if (left > 0) return Math.ceil(left);
    }
    const wrong = lock === undefined ? before + 1 : 1;
    const locks = wrong >= tries;
    if (locks) this.#locked.set(id, this.clocks.monotonic());
    else this.#locked.delete(id);
    this.#save(state, id, { wrong, lock: locks ? { at: now, earliest: now } : undefined }, known);
    return 0;
  }

  /** Whether the try that was counted last locked the account. */
  isLocked(id: string): boolean {
    return this.#load().tries.get(id)?.lock !== undefined;
  }

  /** The password was right, or a supervisor unlocks. False: there was nothing to clear. */
  clear(id: string): boolean {
    const state = this.#load();
    this.#locked.delete(id);
    if (!state.tries.delete(id)) return false;
    this.#store(state);
    return true;
  }

  /** The latest time seen since the pull of `pulledAt`: a clock set back does not make a list young again. */
  latest(pulledAt: number, time: number): number {
    const state = this.#load();
    const seen = Math.max(time, state.pulledAt === pulledAt ? state.seen : 0);
    if (seen !== state.seen || state.pulledAt !== pulledAt) this.#store({ ...state, pulledAt, seen });
    return seen;
  }

  #monotonicElapsed(id: string): number {
    const since = this.#locked.get(id);
    return since === undefined ? Infinity : this.clocks.monotonic() - since;
  }

  #load(): State {
    const value = this.settings.get(settingName);
    if (value === undefined) return { pulledAt: 0, seen: 0, tries: new Map() };
    const parsed = shape.safeParse(value);
    if (!parsed.success) throw new CodedError('STORAGE_CORRUPT', settingName);
    const [pulledAt, seen, tries] = parsed.data;
    return { pulledAt, seen, tries: new Map(tries.map(([id, wrong, lock]) => [id, { wrong, lock: lock === null ? undefined : { at: lock[0], earliest: lock[1] } }])) };
  }

  #save(state: State, id: string, entry: Tries, known: readonly string[]): void {
    state.tries.set(id, entry);
    for (const each of state.tries.keys()) if (!known.includes(each)) state.tries.delete(each);
    this.#store(state);
  }

  #store({ pulledAt, seen, tries }: State): void {
    this.settings.put({ [settingName]: [pulledAt, seen, Array.from(tries, ([id, { wrong, lock }]) => [id, wrong, lock === undefined ? null : [lock.at, lock.earliest]])] });
  }
}
