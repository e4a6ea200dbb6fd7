import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Debian's Python, which has the two packages; another `python3` may come first on the path. */
const python = '/usr/bin/python3';
const script = 'tests/peers/verify_vectors.py';

describe('vectors, recomputed without any code of the product', () => {
  it('agrees on every value, and refuses every flipped bit', () => {
    const output = execFileSync(python, [script, 'firmware-specs/vectors'], { encoding: 'utf8' });
    const [, checked, flips] = /^(\d+) checked, (\d+) flips refused\n$/.exec(output) ?? [];
    expect(Number(checked)).toBeGreaterThan(200);
    expect(Number(flips)).toBeGreaterThan(20_000);
  }, 120_000);

  it('would see one wrong digit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
    try {
      cpSync('firmware-specs/vectors', folder, { recursive: true });
      const file = join(folder, 'scp03.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(/"rmac": "./, (found) => found.slice(0, -1) + (found.endsWith('0') ? '1' : '0')));
      const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
      expect([status, stdout.includes('1 disagreements'), stderr.includes('scp03 session rmac')]).toEqual([1, true, true]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
