import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openPlatform, serve, type Platform } from '../../src/platform/index.js';
import { mistakes } from './protocol.js';

/** The platform as a process of its own, without the command line around it: folder, port (0: any), flags. Says its port when it listens. */
const [folder = '', port = '0', ...flags] = process.argv.slice(2);

/**
 * Takes the idempotence key away: what the platform remembers of the numbers of a batch is forgotten before the batch is looked at, and the registries
 * have no key of (terminal, epoch, seq) that would stop the second effect.
 */
const forgetNumbers = (platform: Platform): void => {
  const db = new Database(join(folder, 'platform.db'), { timeout: 5_000 });
  db.exec('create table keyless as select * from verifications; drop table verifications; alter table keyless rename to verifications');
  const forget = db.prepare('delete from intake_ledger where terminal = ? and epoch = ? and seq >= ?');
  const { records } = platform.storage;
  const check = records.check.bind(records);
  records.check = (batch) => {
    forget.run(batch.terminal, batch.epoch, batch.first);
    return check(batch);
  };
};

const platform = await openPlatform(folder);
if (flags.includes(mistakes.noIdempotenceKey)) forgetNumbers(platform);
const serving = await serve(platform, { port: Number(port), onSignals: true });
process.stdout.write(`${JSON.stringify({ port: serving.port, pid: process.pid })}\n`);
