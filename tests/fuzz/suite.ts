import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildResult } from './child.js';
import type { Covered } from './coverage.js';
import { saveFinding, type Finding, type Order } from './driver.js';
import { leastEach, leastTogether, parserFiles } from './parser-files.js';
import { linesOf, type FileLines } from './source-lines.js';

/** The root of the repository, from dist/tests/fuzz as well as from the sources under vitest. */
export const root = fileURLToPath(new URL(import.meta.url.includes('/dist/tests/') ? '../../..' : '../..', import.meta.url)).replace(/\/$/, '');
const childProgram = join(root, 'dist/tests/fuzz/child.js');

export interface Ordered {
  readonly name: string;
  readonly runs?: number | undefined;
  readonly seconds?: number | undefined;
}

export interface SuiteOrder {
  readonly targets: readonly Ordered[];
  readonly seed: number;
  /** Folder of the inputs that were found. */
  readonly findings: string;
  /** Longest time of one execution. */
  readonly deadlineMs?: number;
  readonly onTarget?: (result: TargetResult) => void;
}

export interface TargetResult {
  readonly target: string;
  readonly executions: number;
  readonly executionsPerSecond: number;
  readonly kept: number;
  readonly findings: readonly Finding[];
}

export interface SuiteResult {
  readonly seed: number;
  readonly targets: readonly TargetResult[];
  readonly executions: number;
  readonly executionsPerSecond: number;
  readonly kept: number;
  readonly crashes: number;
  readonly hangs: number;
  readonly findings: readonly Finding[];
  readonly files: readonly FileLines[];
  readonly lines: number;
  readonly covered: number;
  /** Files, or all of them together, below what is wanted. */
  readonly tooLow: readonly string[];
  readonly seconds: number;
}

/** Loading the product and its vectors is no execution; on a busy machine it takes its time. */
const startMs = 60_000;
const heapMegabytes = 384;
const processes = 2;

/** Execution number and input as the child noted them before it began. */
function underWay(state: string): { readonly number: number; readonly input: Uint8Array } {
  // A child that died while it loaded has noted nothing.
  const bytes = existsSync(state) ? readFileSync(state) : Buffer.alloc(0);
  if (bytes.length < 8) return { number: 0, input: new Uint8Array() };
  return { number: bytes.readUInt32BE(0), input: new Uint8Array(bytes.subarray(8, 8 + bytes.readUInt32BE(4))) };
}

/** Kills a child whose one execution takes too long, and tells so. */
function watch(child: ChildProcess, state: string, deadlineMs: number, onHang: () => void): NodeJS.Timeout {
  let seen = { number: -1, since: performance.now() };
  return setInterval(() => {
    let number = 0;
    try {
      ({ number } = underWay(state));
    } catch {
      // Not begun.
    }
    if (number !== seen.number) seen = { number, since: performance.now() };
    else if (performance.now() - seen.since > (number === 0 ? startMs : deadlineMs)) {
      onHang();
      child.kill('SIGKILL');
    }
  }, 100);
}

/** One target in one process; what it did until it hung or died is lost but for the input that did it. */
async function runTarget(ordered: Ordered, order: SuiteOrder, scratch: string): Promise<{ result: TargetResult; covered: ChildResult['covered'] }> {
  const { name } = ordered;
  const state = join(scratch, `${name}.state`);
  const childOrder: Order = { target: name, seed: order.seed, findings: order.findings, state, runs: ordered.runs, seconds: ordered.seconds };
  const child = fork(childProgram, [JSON.stringify(childOrder)], { cwd: root, execArgv: [`--max-old-space-size=${heapMegabytes}`], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
  const outcome: { sent?: ChildResult; hung?: true } = {};
  child.on('message', (message) => (outcome.sent = message as ChildResult));
  const watching = watch(child, state, order.deadlineMs ?? 5_000, () => (outcome.hung = true));
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watching);
  const hung = outcome.hung === true;
  if (outcome.sent !== undefined) {
    const { executions, seconds, kept, findings, covered } = outcome.sent;
    return { result: { target: name, executions, executionsPerSecond: Math.round(executions / seconds), kept, findings }, covered };
  }
  const { number, input } = underWay(state);
  const what = hung ? `no end after ${order.deadlineMs ?? 5_000} ms` : `the process died: ${said.trim().split('\n').at(-1) ?? ''}`;
  const finding: Finding = { target: name, kind: hung ? 'hang' : 'crash', what, file: saveFinding(order.findings, name, input) };
  return { result: { target: name, executions: number, executionsPerSecond: 0, kept: 0, findings: [finding] }, covered: {} };
}

/** Every target, two at a time, and the lines that all of them together reached. */
export async function runSuite(order: SuiteOrder): Promise<SuiteResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'residence-card-fuzz-'));
  const started = performance.now();
  const done: Awaited<ReturnType<typeof runTarget>>[] = [];
  const waiting = [...order.targets];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const finished = await runTarget(next, order, scratch);
      order.onTarget?.(finished.result);
      done.push(finished);
    }
  };
  try {
    await Promise.all(Array.from({ length: processes }, work));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return summary(order, done, (performance.now() - started) / 1_000);
}

function summary(order: SuiteOrder, done: readonly Awaited<ReturnType<typeof runTarget>>[], seconds: number): SuiteResult {
  const coveredOf = (file: string): Covered => done.flatMap(({ covered }) => covered[file.replace(/\.ts$/, '.js')] ?? []);
  const files = parserFiles.map((file) => linesOf(root, file, coveredOf(file)));
  const sum = (of: (file: FileLines) => number): number => files.reduce((total, file) => total + of(file), 0);
  const [lines, covered] = [sum((file) => file.lines), sum((file) => file.covered)];
  const names = order.targets.map(({ name }) => name);
  const targets = done.map(({ result }) => result).sort((a, b) => names.indexOf(a.target) - names.indexOf(b.target));
  const findings = targets.flatMap((target) => target.findings);
  const executions = targets.reduce((total, target) => total + target.executions, 0);
  return {
    seed: order.seed,
    targets,
    executions,
    executionsPerSecond: Math.round(executions / seconds),
    kept: targets.reduce((total, { kept }) => total + kept, 0),
    crashes: findings.filter(({ kind }) => kind !== 'hang').length,
    hangs: findings.filter(({ kind }) => kind === 'hang').length,
    findings,
    files,
    lines,
    covered,
    tooLow: [
      ...files.filter((file) => file.covered < leastEach * file.lines).map(({ file }) => file),
      ...(covered < leastTogether * lines ? ['all files together'] : []),
    ],
    seconds,
  };
}
