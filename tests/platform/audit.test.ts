import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { World } from './fixture.js';
import { person } from './terminal.js';

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

it.each(['permits', 'verifications', 'status_changes', 'intake_ledger'])('finds what is lost from %s', (table) => {
  const { exit, result } = audit(captured, (db) => db.exec(`delete from ${table}`));
  expect(exit).toBe(1);
  expect((result as { lost: number }).lost).toBeGreaterThan(0);
});

it('finds an effect twice, and one of no captured record', () => {
  const double = 'insert into status_changes (permit_number, status_index, from_status, to_status, reason, box, at, origin_terminal, origin_epoch, origin_seq) select permit_number, status_index, from_status, to_status, reason, box, at, origin_terminal, origin_epoch, origin_seq from status_changes';
  expect(audit(captured, (db) => db.exec(double))).toMatchObject({ exit: 1, result: { lost: 0, duplicated: 1 } });
  expect(audit(captured.slice(0, 2))).toMatchObject({ exit: 1, result: { lost: 0 } });
});

it('says so when there is nothing to read', () => {
  expect(() => execFileSync('/usr/bin/python3', [join(import.meta.dirname, '../peers/audit.py'), join(dir, 'none')], { stdio: 'pipe' })).toThrow();
});
