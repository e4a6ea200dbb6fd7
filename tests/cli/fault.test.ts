import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const fault = (...args: string[]): { code: number | null; told: unknown } => {
  const { status, stdout } = spawnSync(process.execPath, ['dist/src/cli/main.js', 'fault', '--json', ...args], { encoding: 'utf8', timeout: 100_000 });
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return { code: status, told: JSON.parse(stdout) };
};

describe('the command fault', () => {
  it('breaks as often as it is told and prints what came of it', { timeout: 120_000 }, () => {
    const { code, told } = fault('--n', '5', '--seed', '3');
    expect({ code, told }).toMatchObject({ code: 0, told: { ok: true, seed: 3, lost: 0, duplicated: 0 } });
    expect((told as { total: number }).total).toBeGreaterThanOrEqual(5);
  });

  it('refuses what is no number', () => {
    expect(fault('--n', 'many')).toMatchObject({ code: 2, told: { ok: false, code: 'INPUT_INVALID' } });
  });
});
