import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../house/sources.js';

const model = join(root, 'tests/model/queue.pml');
const scratch = mkdtempSync(join(tmpdir(), 'wz-model-'));

/** Megabytes that a search may take, and its longest path: pan says so when either does not suffice. */
const most = { megabytes: 2_000, depth: 100_000 };

const run = (folder: string, command: string, args: readonly string[]): string => {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  // A model that nobody checked is no proof: without spin or gcc this is a failure, not a skip.
  if (error !== undefined) throw new Error(`${command} does not run; Debian's packages spin and gcc are needed`, { cause: error });
  if (status !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`);
  return stdout;
};

interface Search {
  /** what was violated: the name of the assertion, "invalid end state", "non-progress cycle"; undefined nothing */
  readonly violated: string | undefined;
  readonly states: number;
  /** every state was visited, and memory and depth sufficed */
  readonly whole: boolean;
  /** the run that shows the violation was written */
  readonly counterExample: boolean;
}

/** Searches all states of the model under `defines`; for cycles when asked. A search that soon ends is compiled `quickly`: that takes longer than the search. */
const search = (defines: readonly string[], { cycles = false, quickly = false } = {}): Search => {
  const folder = mkdtempSync(join(scratch, 'search-'));
  run(folder, 'spin', [...defines.map((name) => `-D${name}`), '-a', model]);
  run(folder, 'gcc', [quickly ? '-O0' : '-O2', '-w', '-DCOLLAPSE', `-DMEMLIM=${most.megabytes}`, cycles ? '-DNP' : '-DSAFETY', '-o', 'pan', 'pan.c']);
  const told = run(folder, './pan', [...(cycles ? ['-l'] : []), `-m${most.depth}`]);
  const found = /^pan:\d+: (?:assertion violated )?(.+?) \(at depth \d+\)$/m.exec(told)?.[1];
  const errors = Number(/errors: (\d+)/.exec(told)?.[1]);
  const counterExample = existsSync(join(folder, 'queue.pml.trail'));
  rmSync(folder, { recursive: true });
  expect(errors, told).toBe(found === undefined ? 0 : 1);
  return {
    violated: found,
    states: Number(/(\d+) states, stored/.exec(told)?.[1]),
    whole: errors === 0 && !/not completed|max search depth too small|out of memory/i.test(told),
    counterExample,
  };
};

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the queue, in every state of its model', () => {
  test('loses no record, gives none two effects, lets the newest decision stand: 4 records, 3 epochs, 2 restored copies, unlimited faults', () => {
    const { states, ...outcome } = search(['EPOCHS=3', 'RESTORES=2']);
    expect(outcome).toEqual({ violated: undefined, whole: true, counterExample: false });
    expect(states).toBeGreaterThan(1_000_000);
  }, 600_000);

  test('ends only when everything was received: 3 records, 2 epochs, a restored copy, 2 kills', () => {
    const { states, ...outcome } = search(['SETTLES', 'N=3']);
    expect(outcome).toEqual({ violated: undefined, whole: true, counterExample: false });
    expect(states).toBeGreaterThan(1_000_000);
  }, 600_000);

  test('never goes round: 3 records, 2 epochs, a restored copy, a kill', () => {
    const { states, ...outcome } = search(['SETTLES', 'N=3', 'KILLS=1'], { cycles: true });
    expect(outcome).toEqual({ violated: undefined, whole: true, counterExample: false });
    expect(states).toBeGreaterThan(100_000);
  }, 600_000);
});

/** Each rule left out, and what then breaks. */
const mistakes: readonly (readonly [mistake: string, what: string, violated: string, how: 'unlimited' | 'settles' | 'goes round'])[] = [
  ['MISTAKE_DELETED_WHEN_SENT', 'the terminal deletes what it sent without a receipt', 'no_gap', 'unlimited'],
  ['MISTAKE_RECEIPT_HASH', 'it does not compare the hash of a receipt', 'no_loss', 'unlimited'],
  ['MISTAKE_RECEIPT_BEFORE_COMMIT', 'the platform signs before it commits', 'no_gap', 'unlimited'],
  ['MISTAKE_NUMBERS_KEPT', 'a new epoch does not number from 1', 'no_gap', 'unlimited'],
  ['MISTAKE_SEEN_NUMBER', 'a number that was seen is applied again', 'no_double_effect', 'unlimited'],
  ['MISTAKE_CONTENT_FORGOTTEN', 'no content is remembered', 'no_double_effect', 'unlimited'],
  ['MISTAKE_CONTENT_OF_THIS_EPOCH', 'a content is remembered until the next epoch', 'no_double_effect', 'unlimited'],
  ['MISTAKE_WAITING_AGAIN', 'a content counts as received only once it was applied', 'no_double_effect', 'unlimited'],
  ['MISTAKE_ADVANCE_FORGOTTEN', 'what came ahead of the queue is not remembered', 'no_double_effect', 'unlimited'],
  ['MISTAKE_ORDER_OF_ARRIVAL', 'the status of a permit follows what came last instead of what was decided last', 'in_order', 'unlimited'],
  ['MISTAKE_FORK_UNANSWERED', 'nobody begins an epoch after a fork', 'invalid end state', 'settles'],
  ['MISTAKE_POISON_REFUSED', 'a record that cannot be opened refuses its batch', 'non-progress cycle', 'goes round'],
];

describe('a rule left out of the model is found', () => {
  for (const [mistake, what, violated, how] of mistakes) test(`${mistake}: ${what}`, () => {
    const found = search([mistake, ...(how === 'unlimited' ? [] : ['SETTLES', 'N=3'])], { cycles: how === 'goes round', quickly: true });
    expect(found).toMatchObject({ violated, counterExample: true });
  }, 300_000);

  test('and none of its switches was forgotten here', () => {
    const named = new Set(readFileSync(model, 'utf8').match(/MISTAKE_[A-Z_]+/g));
    expect([...named].sort()).toEqual(mistakes.map(([mistake]) => mistake).sort());
  });
});
