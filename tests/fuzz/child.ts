import { Coverage, type Covered } from './coverage.js';
import type { Counts, Order } from './driver.js';

/** One target in a process of its own: what hangs or dies there is seen from outside. Its order comes as argument, its result by `process.send`. */
export interface ChildResult extends Counts {
  /** By the path of the compiled file below dist/. */
  readonly covered: Readonly<Record<string, Covered>>;
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const dist = new URL('../../', import.meta.url).href;
const coverage = new Coverage(`${dist}src/`);
// Only now, so that what runs while the product loads is counted.
const { drive } = await import('./driver.js');
const { targets } = await import('./targets.js');
const { planted } = await import('./targets/planted.js');
const entry = [...targets, ...planted].find(({ name }) => name === order.target);
if (entry === undefined) throw new RangeError(`no target ${order.target}`);
const counts = await drive(await entry.load(), order, coverage);
const result: ChildResult = { ...counts, covered: Object.fromEntries(Object.entries(coverage.covered()).map(([url, runs]) => [url.slice(dist.length), runs])) };
process.send?.(result, () => process.exit(0));
