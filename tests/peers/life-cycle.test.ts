import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent, stateOn, type PermitFile } from '../../src/permit/index.js';
import { rowsOfCode } from '../permit/life-cycle-table.js';
import { day, plans, walk } from '../permit/random-lives.js';

const [python, script, vectors] = ['/usr/bin/python3', 'tests/peers/life_cycle.py', 'firmware-specs/vectors/life-cycle.json'];

/** A random life in the shape of the vectors: what the product says of each event, and at the end. */
const tell = (start: string, plan: Parameters<typeof walk>[1], name: string) => {
  let file: PermitFile | undefined;
  const days: string[] = [];
  const events: object[] = [];
  walk(start, plan, (before, event, on) => {
    const result = applyEvent(file, event);
    // Of several ways to do one step, `walk` takes the first that is allowed: the rest would belong to another life.
    if (JSON.stringify(before) !== JSON.stringify(file)) return;
    days.push(on);
    events.push(result.ok ? { event, state: result.file.state } : { event, refused: { code: result.code, detail: result.detail } });
    if (result.ok) file = result.file;
  });
  return { name, events, file, asked: file === undefined ? [] : days.map((on) => ({ on, state: file === undefined ? '' : stateOn(file, on) })) };
};

const inFolder = (lives: object, work: (file: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'lives-'));
  try {
    const file = join(folder, 'lives.json');
    writeFileSync(file, JSON.stringify(lives));
    work(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('the life of a permit, by its page and without any code of the product', () => {
  it('agrees on every vector', () => {
    expect(execFileSync(python, [script, vectors], { encoding: 'utf8' })).toMatch(/^\d{2,} steps, \d{2,} answers\n$/);
  });

  it('agrees on random lives', () => {
    const random = fc.sample(fc.tuple(day, plans), 600).map(([start, plan], i) => tell(start, plan, `life ${i} from ${start}`));
    const lives = random.filter(({ file }) => file !== undefined);
    inFolder({ transitions: rowsOfCode(), lives }, (file) => {
      const { stdout, stderr } = spawnSync(python, [script, file], { encoding: 'utf8' });
      expect(stderr.slice(0, 4_000)).toBe('');
      expect(Number(/^(\d+) steps, \d+ answers\n$/.exec(stdout)?.[1])).toBeGreaterThan(2_000);
    });
  }, 60_000);

  it('would see one wrong state', () => {
    const event = { type: 'registration', on: '2024-01-15' };
    const lives = [{ name: 'wrong', events: [{ event, state: 'accepted' }], file: { state: 'registered', missingPapers: [], registeredOn: '2024-01-15' }, asked: [] }];
    inFolder({ transitions: rowsOfCode(), lives }, (file) => {
      const { status, stdout } = spawnSync(python, [script, file], { encoding: 'utf8' });
      expect([status, stdout]).toEqual([1, '1 disagreements\n']);
    });
  });
});
