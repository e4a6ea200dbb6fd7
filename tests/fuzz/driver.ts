import { createHash } from 'node:crypto';
import { mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { Coverage } from './coverage.js';
import { longestInput } from './mutation.js';
import { Random } from './random.js';
import type { Target } from './target.js';

/** An input that did what no input may do, and where it was saved. */
export interface Finding {
  readonly target: string;
  readonly kind: 'crash' | 'hang' | 'allocation';
  readonly what: string;
  readonly file: string;
}

export interface Order {
  readonly target: string;
  readonly seed: number;
  /** Ends after so many executions or so many seconds, whichever is given. */
  readonly runs?: number | undefined;
  readonly seconds?: number | undefined;
  /** Folder of the inputs that were found. */
  readonly findings: string;
  /** File that holds the input of the execution under way: a child that hangs or dies cannot say it any more. */
  readonly state: string;
}

export interface Counts {
  readonly executions: number;
  readonly seconds: number;
  /** Inputs that reached code which none before them reached. */
  readonly kept: number;
  readonly findings: readonly Finding[];
}

const standardAllowance = 4 * 1024 * 1024;
/** A parsed byte may become an object with a copy of its value on each level of nesting, in each of the parsers that a target asks. */
const bytesPerInputByte = 2_048;
/** Taking the coverage costs about as much as this many executions of a fast parser. */
const batchSize = 32;
const mostFindings = 20;

export function saveFinding(folder: string, target: string, input: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${target}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`);
  writeFileSync(file, input);
  return file;
}

/** Executions that are watched: the input is written down first, the memory is weighed before and after. */
class Executor {
  executions = 0;
  readonly findings: Finding[] = [];
  readonly #known = new Set<string>();
  readonly #state: number;

  constructor(
    private readonly target: Target,
    private readonly order: Order,
  ) {
    this.#state = openSync(order.state, 'w', 0o600);
  }

  async run(input: Uint8Array): Promise<void> {
    this.executions += 1;
    this.#note(input);
    const before = memory();
    try {
      const running = this.target.run(input);
      if (running instanceof Promise) await running;
    } catch (error) {
      this.#found('crash', input, error instanceof Error ? `${error.name}: ${error.message}` : String(error), placeOf(error));
    }
    const grown = memory() - before;
    const bound = (this.target.allowance ?? standardAllowance) + bytesPerInputByte * input.length;
    if (grown > bound) this.#found('allocation', input, `${grown} bytes for an input of ${input.length}`, 'allocation');
  }

  /** Execution number, length, input: what a watcher reads from outside. */
  #note(input: Uint8Array): void {
    const head = Buffer.alloc(8 + input.length);
    head.writeUInt32BE(this.executions, 0);
    head.writeUInt32BE(input.length, 4);
    head.set(input, 8);
    writeSync(this.#state, head, 0, head.length, 0);
  }

  /** One finding for each place in the code. */
  #found(kind: Finding['kind'], input: Uint8Array, what: string, place: string): void {
    if (this.#known.has(place) || this.findings.length >= mostFindings) return;
    this.#known.add(place);
    const { target } = this.order;
    this.findings.push({ target, kind, what: `${what} ${place}`, file: saveFinding(this.order.findings, target, input) });
  }
}

const memory = (): number => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
};

/** The innermost frame of ours. */
const placeOf = (error: unknown): string => {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => line.includes('/dist/')) : [];
  const frame = frames.find((line) => line.includes('/dist/src/')) ?? frames[0] ?? 'nowhere';
  return frame.replace(/^.*\/dist\//, 'at ').replace(/\)$/, '');
};

/** Feeds one target from its seeds on; an input that reaches new code becomes a seed itself. */
export async function drive(target: Target, order: Order, coverage: Coverage): Promise<Counts> {
  const random = new Random(order.seed);
  const executor = new Executor(target, order);
  const corpus = [...target.seeds];
  const fresh: Uint8Array[] = [];
  const started = performance.now();
  const goesOn = (): boolean => (order.seconds === undefined ? executor.executions < (order.runs ?? 0) : performance.now() - started < order.seconds * 1_000);
  for (const seed of target.seeds) await executor.run(seed);
  coverage.add(coverage.take());

  const next = (): Uint8Array => {
    // What reached new code lately is worth more than what was always there.
    let input = fresh.length > 0 && random.oneIn(3) ? random.pick(fresh) : random.pick(corpus);
    for (let changes = 1 + random.below(random.oneIn(4) ? 6 : 2); changes > 0; changes -= 1) input = target.mutate(input, random.pick(corpus), random);
    return input.slice(0, longestInput);
  };
  /** Which of a batch reached new code: halves again, down to the one. */
  const keepNew = async (batch: readonly Uint8Array[]): Promise<void> => {
    const middle = batch.length >> 1;
    for (const half of middle === 0 ? [batch] : [batch.slice(0, middle), batch.slice(middle)]) {
      for (const input of half) await executor.run(input);
      const taken = coverage.take();
      if (!coverage.isNew(taken)) continue;
      if (half.length > 1) await keepNew(half);
      // What only several of them together reach counts as reached.
      const isNew = coverage.add(taken);
      if (half.length > 1 || !isNew) continue;
      corpus.push(...half);
      fresh.push(...half);
    }
  };
  while (goesOn()) {
    const batch = Array.from({ length: batchSize }, next);
    for (const input of batch) await executor.run(input);
    const taken = coverage.take();
    if (!coverage.isNew(taken)) continue;
    await keepNew(batch);
    coverage.add(taken);
  }
  return { executions: executor.executions, seconds: (performance.now() - started) / 1_000, kept: fresh.length, findings: executor.findings };
}
