import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect, type Migration } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { accessOfMode, buildServer, openPlatform, permitHistory, setTerminalAccess, status } from '../../src/platform/index.js';
import { migration0001 } from '../../src/platform/storage/migration-0001-first.js';
import { migration0002 } from '../../src/platform/storage/migration-0002-life.js';
import { sqliteTypes } from '../../src/platform/storage/migrations.js';
import { AccessTerminal } from './access-terminal.js';
import { World } from './fixture.js';
import { secondsOf } from './life-story.js';
import { person, TestTerminal } from './terminal.js';

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

/** Leaves the tables as an earlier version had them, with what they held: copied column by column, so that nothing of a later one comes along. */
const goBack = async (migrations: Record<string, Migration>): Promise<void> => {
  await world.app.close();
  await world.platform.close();
  const path = join(dir, 'earlier.db');
  const raw = new Database(path);
  const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: raw }) });
  const { error } = await new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve(migrations) } }).migrateToLatest();
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
};

it('moves the cards and decisions of the first version, and endorses on a card that it issued', async () => {
  const { terminal, serials } = await world.terminal(3);
  const kept = terminal.issueRecord(person(1), serials[0] ?? '', { chip: 10 });
  const gone = terminal.issueRecord(person(2), serials[1] ?? '', { chip: 11 });
  terminal.capture(kept);
  terminal.capture(gone);
  terminal.capture({ type: 'revocation', permitNumber: gone.permitNumber, status: 1, reason: 'left', requestedBy: 'a', approvedBy: 'b', at: world.clock.now + 1 });
  await terminal.push(1, 3);

  await goBack({ '0001-first': migration0001(sqliteTypes) });

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

it('gives the terminals and codes of the second version no rights on cards until an administrator does, and keeps what they sent', async () => {
  const unused = await world.code();
  const early = await AccessTerminal.enrol(world);
  const { terminal, serials } = await world.terminal(1);
  terminal.capture(terminal.issueRecord(person(1), serials[0] ?? ''));
  terminal.capture({ type: 'verification', result: 'valid', reason: 'ok', mode: 'police', access: 'inspect', at: world.clock.now });
  terminal.capture({ type: 'card-return', serial: serials[0] ?? '', reason: 'found', terminated: true, by: 'a', at: world.clock.now + 1 });
  await terminal.push(1, 3);
  await goBack({ '0001-first': migration0001(sqliteTypes), '0002-life': migration0002(sqliteTypes) });
  world.platform = await openPlatform(world.dir, { clock: () => world.clock.now });
  world.app = await buildServer(world.platform);
  expect(await status(world.platform)).toMatchObject({ permits: 1, pinEvents: 0, cvca: [], terminalList: [{ rights: [], departments: [] }, { rights: [] }] });
  expect(world.rows('select access from verifications')).toEqual([{ access: null }]);
  expect(world.rows("select terminated from events where type = 'card-return'")).toEqual([{ terminated: null }]);
  early.reconnect(await world.app.listen({ host: '127.0.0.1', port: 0 }));
  expect(await early.pull()).toBe('ACCESS_RIGHT_MISSING');
  await setTerminalAccess(world.platform, early.terminal.id, accessOfMode.counter);
  expect((await early.pulled()).rights).toEqual(accessOfMode.counter.rights);
  early.close();
  await new TestTerminal(world.app, () => world.clock.now).enrol(unused);
  expect((await status(world.platform)).terminalList.map(({ rights }) => rights.length).sort()).toEqual([0, 0, 4]);
});
