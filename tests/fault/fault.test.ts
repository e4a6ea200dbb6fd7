import { describe, expect, it } from 'vitest';
import { namespaces } from './scenarios/storage.js';
import { runFaults } from './suite.js';

const kinds = [
  'terminal-killed', 'terminal-killed-at-write', 'platform-killed', 'platform-killed-at-write', 'partition', 'locked', 'locked-shortly', 'corrupt-page',
  'clock-set-back', 'clock-set-forward', 'poison-at-head', 'terminal-restored', 'platform-restored', 'platform-restored-unreceipted', 'answer-lost',
  ...(namespaces ? ['disk-full', 'read-only'] : []),
];

describe('faults of every kind', () => {
  it('200 of them lose no record and double none', { timeout: 300_000 }, async () => {
    const result = await runFaults({ n: 200, seed: 20_261_124 });
    const byKind = Object.entries(result.faults).map(([kind, count]) => `  ${kind} ${count}\n`);
    process.stdout.write(`${result.total} faults, ${result.captured} records captured, ${result.recordsPerSecond.toFixed(1)} records/s\n${byKind.join('')}`);
    expect(result).toMatchObject({ lost: [], duplicated: [], unexpected: [], findings: [], pending: 0, ok: true });
    expect(result.total).toBeGreaterThanOrEqual(200);
    expect(result.captured).toBeGreaterThan(200);
    expect(result.applied + result.quarantined).toBe(result.captured + result.unsaid);
    expect(Object.keys(result.faults)).toEqual(expect.arrayContaining(kinds));
  });
});
