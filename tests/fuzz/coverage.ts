import { Session, type Profiler } from 'node:inspector';

/** Which characters of a compiled file ran at least once. */
export type Covered = readonly (readonly [start: number, end: number])[];

interface Painted {
  readonly url: string;
  readonly from: number;
  /** 1: ran, 2: did not run although the code around it did, 0: nothing known */
  readonly marks: Uint8Array;
}

/**
 * V8's own precise coverage of blocks, of the files below one address, taken again and again. It begins before those files are loaded: what runs while they
 * load counts too.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Map<string, Uint8Array>();

  constructor(private readonly below: string) {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What ran since the last time. */
  take(): readonly Painted[] {
    let result: Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (_, taken) => (result = taken.result));
    return result.filter(({ url }) => url.startsWith(this.below)).map(paint);
  }

  /** Whether any of it ran for the first time. */
  isNew(taken: readonly Painted[]): boolean {
    return taken.some(({ url, from, marks }) => {
      const seen = this.#seen.get(url);
      // A plain loop: this goes over every character of the code that ran, after each batch.
      for (let i = 0; i < marks.length; i += 1) if (marks[i] === 1 && seen?.[from + i] !== 1) return true;
      return false;
    });
  }

  /** Remembers it; true when any of it is new. */
  add(taken: readonly Painted[]): boolean {
    if (!this.isNew(taken)) return false;
    for (const { url, from, marks } of taken) {
      let seen = this.#seen.get(url) ?? new Uint8Array();
      if (seen.length < from + marks.length) {
        const longer = new Uint8Array(from + marks.length);
        longer.set(seen);
        this.#seen.set(url, (seen = longer));
      }
      for (let i = 0; i < marks.length; i += 1) if (marks[i] === 1) seen[from + i] = 1;
    }
    return true;
  }

  /** Everything remembered, by the address of the file. */
  covered(): Record<string, Covered> {
    return Object.fromEntries([...this.#seen].map(([url, seen]) => [url, runsOf(seen)]));
  }
}

/** Ranges come outermost first, functions in the order of their beginnings: what is painted later is what holds. */
function paint({ url, functions }: Profiler.ScriptCoverage): Painted {
  const ranges = functions.flatMap((each) => each.ranges);
  const from = ranges.reduce((least, { startOffset }) => Math.min(least, startOffset), Infinity);
  const to = ranges.reduce((most, { endOffset }) => Math.max(most, endOffset), 0);
  const marks = new Uint8Array(Math.max(0, to - from));
  for (const { startOffset, endOffset, count } of ranges) marks.fill(count > 0 ? 1 : 2, startOffset - from, endOffset - from);
  return { url, from: ranges.length === 0 ? 0 : from, marks };
}

function runsOf(seen: Uint8Array): Covered {
  const runs: [number, number][] = [];
  for (let at = seen.indexOf(1); at >= 0; ) {
    const next = seen.indexOf(0, at);
    const end = next < 0 ? seen.length : next;
    runs.push([at, end]);
    at = seen.indexOf(1, end);
  }
  return runs;
}
