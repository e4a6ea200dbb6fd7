import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginEpoch } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { lifeStory } from './life-story.js';
import { person, type TestTerminal } from './terminal.js';

/** tests/peers/audit.py recounts without product code: it must agree with an honest platform and find each dishonesty. */
let world: World;
let dir: string;
let captured: Record<string, unknown>[];

beforeEach(async () => {
  world = await World.make();
  dir = mkdtempSync(join(tmpdir(), 'audit-'));
  const { terminal, serials } = await world.terminal();
  const issue = terminal.issueRecord(person(1), serials[0] ?? '');
  terminal.capture(issue);
  terminal.capture({ type: 'verification', permitNumber: issue.permitNumber, result: 'valid', reason: 'ok', mode: 'police', at: 1 });
  terminal.capture({ type: 'revocation', permitNumber: issue.permitNumber, status: 1, reason: 'lost', requestedBy: 'a', approvedBy: 'b', at: 2 });
  await terminal.push(1, 3);
  const origin = { terminal: terminal.id, epoch: 1, permitNumber: issue.permitNumber };
  captured = ['issue', 'verification', 'revocation'].map((type, i) => ({ type, seq: i + 1, ...origin }));
});
afterEach(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

const audit = (records = captured, tamper?: (db: Database.Database) => void): { exit: number | null; result: unknown } => {
  const platform = join(dir, 'platform');
  rmSync(platform, { recursive: true, force: true });
  mkdirSync(platform);
  new Database(join(world.dir, 'platform.db')).pragma('wal_checkpoint(TRUNCATE)');
  cpSync(join(world.dir, 'platform.db'), join(platform, 'platform.db'));
  if (tamper !== undefined) {
    const db = new Database(join(platform, 'platform.db'));
    tamper(db);
    db.close();
  }
  writeFileSync(join(dir, 'captured.jsonl'), records.map((r) => `${JSON.stringify(r)}\n`).join(''));
  const run = spawnSync('/usr/bin/python3', [join(import.meta.dirname, '../peers/audit.py'), dir], { encoding: 'utf8' });
  return { exit: run.status, result: run.stdout === '' ? run.stderr : JSON.parse(run.stdout) };
};

it('agrees with an honest platform', () => {
  expect(audit()).toEqual({ exit: 0, result: { captured: 3, applied: 3, quarantined: 0, lost: 0, duplicated: 0 } });
});

it.each(['permits', 'cards', 'verifications', 'status_changes', 'intake_ledger'])('finds what is lost from %s', (table) => {
  const { exit, result } = audit(captured, (db) => db.exec(`delete from ${table}`));
  expect(exit).toBe(1);
  expect((result as { lost: number }).lost).toBeGreaterThan(0);
});

it('finds an effect twice, and one of no captured record', () => {
  const double = 'insert into status_changes (permit_number, status_index, from_status, to_status, reason, box, at, origin_terminal, origin_epoch, origin_seq) select permit_number, status_index, from_status, to_status, reason, box, at, origin_terminal, origin_epoch, origin_seq from status_changes';
  expect(audit(captured, (db) => db.exec(double))).toMatchObject({ exit: 1, result: { lost: 0, duplicated: 1 } });
  expect(audit(captured.slice(0, 2))).toMatchObject({ exit: 1, result: { lost: 0 } });
});

describe('with every type of record', () => {
  const story = async (): Promise<{ terminal: TestTerminal; lines: Record<string, unknown>[] }> => {
    await world.close();
    world = await World.make();
    const { terminal, serials } = await world.terminal(5);
    const { records } = await lifeStory(world, terminal, serials);
    const lines = records.map((record) => {
      const seq = terminal.capture(record);
      return { type: record.type, terminal: terminal.id, epoch: 1, seq, ...('permitNumber' in record ? { permitNumber: record.permitNumber } : {}) };
    });
    await terminal.push(1, records.length);
    return { terminal, lines };
  };

  it('counts each, and misses each that is gone', async () => {
    const { lines } = await story();
    expect(audit(lines)).toEqual({ exit: 0, result: { captured: lines.length, applied: lines.length, quarantined: 0, lost: 0, duplicated: 0 } });
    const types = [...new Set(lines.map(({ type }) => String(type)))];
    for (const type of types.filter((each) => !['verification', 'spoiled', 'fee', 'reconciliation', 'pin', 'check-viewed'].includes(each))) {
      const gone = lines.filter((line) => line['type'] === type).length;
      expect([type, audit(lines, (db) => db.prepare('delete from events where type = ?').run(type))]).toMatchObject([type, { exit: 1, result: { lost: gone, duplicated: 0 } }]);
    }
    for (const [table, gone] of [['cards', 3], ['fees', 1], ['reconciliations', 1], ['pin_events', 1], ['check_views', 1], ['permits', 3]] as const) {
      expect([table, audit(lines, (db) => db.exec(`delete from ${table}`))]).toMatchObject([table, { exit: 1, result: { lost: gone } }]);
    }
    const extra = "insert into fees select origin_terminal, 7, origin_seq, day, at, box, receipt, permit_number, item, fen from fees";
    expect(audit(lines, (db) => db.exec(extra))).toMatchObject({ exit: 1, result: { lost: 0, duplicated: 1 } });
  });

  it('finds a record under another number by its content, and a second effect of it', async () => {
    const { terminal, lines } = await story();
    const copy = [...terminal.queue];
    const withContent = lines.map((line, i) => ({ ...line, content: createHash('sha256').update(copy[i]?.[4] ?? new Uint8Array(0)).digest('hex') }));
    await beginEpoch(world.platform, terminal.id);
    terminal.beginEpoch(2);
    for (const [, type, priority, , sealed] of copy) terminal.queueSealed(type, sealed, priority);
    await terminal.push(1, copy.length);
    const honest = { captured: lines.length, applied: lines.length, quarantined: 0, lost: 0, duplicated: 0 };
    expect(audit(withContent)).toEqual({ exit: 0, result: honest });
    const again = "insert into fees select origin_terminal, 2, origin_seq, day, at, box, receipt, permit_number, item, fen from fees";
    expect(audit(withContent, (db) => db.exec(again))).toMatchObject({ exit: 1, result: { lost: 0, duplicated: 1 } });
  });
});

it('says so when there is nothing to read', () => {
  expect(() => execFileSync('/usr/bin/python3', [join(import.meta.dirname, '../peers/audit.py'), join(dir, 'none')], { stdio: 'pipe' })).toThrow();
});
