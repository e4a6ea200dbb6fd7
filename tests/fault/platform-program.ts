import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openPlatform, serve, type Platform } from '../../src/platform/index.js';
import { mistakes } from './protocol.js';

/** The platform as a process of its own, without the command line around it: folder, port (0: any), flags. Says its port when it listens. */
const [folder = '', port = '0', ...flags] = process.argv.slice(2);

/** Every table whose key is the origin of a record, without that key. */
const dropKeys = (db: Database.Database): void => {
  const keyed = db.prepare<[], string>("select m.name from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table' and c.name = 'origin_seq' and c.pk > 0").pluck();
  for (const table of keyed.all()) db.exec(`create table keyless as select * from ${table}; drop table ${table}; alter table keyless rename to ${table}`);
};

/**
 * Takes the idempotence key away: numbers and contents that the platform remembers are forgotten before a batch is looked at, and the registries
 * have no key of (terminal, epoch, seq) that would stop the second effect.
 */
const forgetReceived = (platform: Platform): void => {
  const db = new Database(join(folder, 'platform.db'), { timeout: 5_000 });
  dropKeys(db);
  const forget = ['intake_ledger', 'advances'].map((table) => db.prepare(`delete from ${table} where terminal = ? and epoch = ? and seq >= ?`));
  const { records } = platform.storage;
  const check = records.check.bind(records);
  records.check = (batch) => {
    for (const each of forget) each.run(batch.terminal, batch.epoch, batch.first);
    return check(batch);
  };
};

const platform = await openPlatform(folder);
if (flags.includes(mistakes.noIdempotenceKey)) forgetReceived(platform);
// Whoever started it is gone: nobody will ask it anything more.
process.stdin.resume().on('end', () => process.exit(0));
const serving = await serve(platform, { port: Number(port), onSignals: true });
process.stdout.write(`${JSON.stringify({ port: serving.port, pid: process.pid })}\n`);
