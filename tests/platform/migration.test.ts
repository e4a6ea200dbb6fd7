import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildServer, openPlatform, permitHistory } from '../../src/platform/index.js';
import { migration0001 } from '../../src/platform/storage/migration-0001-first.js';
import { sqliteTypes } from '../../src/platform/storage/migrations.js';
import { World } from './fixture.js';
import { secondsOf } from './life-story.js';
import { person } from './terminal.js';

/** A database as the first version left it must give the same answers, and its permits must live on. */
let world: World;
let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'migration-'));
  world = await World.make();
  world.clock.now = secondsOf('2026-11-24');
});
afterEach(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

it('moves the cards and decisions of the first version, and endorses on a card that it issued', async () => {
  const { terminal, serials } = await world.terminal(3);
  const kept = terminal.issueRecord(person(1), serials[0] ?? '', { chip: 10 });
  const gone = terminal.issueRecord(person(2), serials[1] ?? '', { chip: 11 });
  terminal.capture(kept);
  terminal.capture(gone);
  terminal.capture({ type: 'revocation', permitNumber: gone.permitNumber, status: 1, reason: 'left', requestedBy: 'a', approvedBy: 'b', at: world.clock.now + 1 });
  await terminal.push(1, 3);
  await world.app.close();
  await world.platform.close();

  // The tables of the first version with what they held: copied column by column, so that nothing of the second comes along.
  const path = join(dir, 'first.db');
  const raw = new Database(path);
  const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: raw }) });
  const { error } = await new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve({ '0001-first': migration0001(sqliteTypes) }) } }).migrateToLatest();
  expect(error).toBeUndefined();
  raw.prepare('attach ? as newer').run(join(world.dir, 'platform.db'));
  const tables = raw.prepare("select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%'").pluck().all() as string[];
  for (const table of tables) {
    const columns = (raw.prepare(`select name from pragma_table_info('${table}', 'main')`).pluck().all() as string[]).join(', ');
    raw.exec(`insert into main.${table} (${columns}) select ${columns} from newer.${table}`);
  }
  raw.exec('detach newer');
  await kysely.destroy();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(world.dir, `platform.db${suffix}`), { force: true });
  const old = new Database(path);
  old.exec(`vacuum into '${join(world.dir, 'platform.db')}'`);
  old.close();

  const platform = await openPlatform(world.dir, { clock: () => world.clock.now });
  world.platform = platform;
  world.app = await buildServer(platform);
  terminal.app = world.app;
  expect(world.rows('select permit_number as n, status, thumbprint from cards order by n')).toEqual([
    { n: kept.permitNumber, status: 0, thumbprint: null },
    { n: gone.permitNumber, status: 1, thumbprint: null },
  ]);
  expect(await permitHistory(platform, gone.permitNumber)).toMatchObject({ ok: true, value: { facts: { state: 'ended' }, events: [{ type: 'issue' }, { type: 'revocation' }] } });
  world.clock.now += 60;
  terminal.capture({ type: 'hand-over', permitNumber: kept.permitNumber, serial: serials[0] ?? '', receivedBy: 'holder', oldCard: 'none', by: 'a', at: world.clock.now });
  const moved = terminal.residence(kept.permitNumber, '虚构新路1号', '2026-11-24', 10);
  terminal.capture({ type: 'residence-change', permitNumber: kept.permitNumber, object: moved, changedOn: '2026-11-24', late: false, by: 'a', at: world.clock.now + 1 });
  const foreign = terminal.residence(kept.permitNumber, '虚构新路1号', '2026-11-24', 11);
  terminal.capture({ type: 'residence-change', permitNumber: kept.permitNumber, object: foreign, changedOn: '2026-11-24', late: false, by: 'a', at: world.clock.now + 2 });
  expect(terminal.receipt(await terminal.push(1, 6), platform.keys.platform.publicKey)).toEqual([[6, 'RECORD_REFUSED']]);
  expect(await permitHistory(platform, kept.permitNumber)).toMatchObject({ value: { facts: { state: 'active' }, events: [{}, { applied: true }, { type: 'residence-change', applied: true }] } });
});
