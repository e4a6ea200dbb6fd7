import type { Kysely, Transaction } from 'kysely';
import type { Gate } from '../gate.js';
import type { Tables } from './schema.js';

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** What a store built on kysely needs; the same on every database. */
export interface KyselyAccess {
  readonly db: Db;
  readonly writes: Gate;
}

/**
 * One write transaction. Its first statement takes the write lock (SQLite) or one row's lock (PostgreSQL): what is read after it cannot be changed by
 * another process before this transaction ends, and an upgrade from reader to writer can never be refused half-way.
 */
export const write = <T>({ db, writes }: KyselyAccess, work: (tx: Tx) => Promise<T>): Promise<T> =>
  writes.run(() =>
    db.transaction().execute(async (tx) => {
      await tx.insertInto('meta').values({ key: 'write-lock', value: '' }).onConflict((c) => c.column('key').doUpdateSet({ value: '' })).execute();
      return work(tx);
    }),
  );

const statusVersion = 'status-version';

export const readStatusVersion = async (db: Db): Promise<number> => {
  const row = await db.selectFrom('meta').select('value').where('key', '=', statusVersion).executeTakeFirst();
  return row === undefined ? 0 : Number(row.value);
};

/** Every change of the status list counts its version up: a list held in memory is known to be current by one small read. */
export const bumpStatusVersion = async (tx: Tx): Promise<void> => {
  const value = String((await readStatusVersion(tx)) + 1);
  await tx.insertInto('meta').values({ key: statusVersion, value }).onConflict((c) => c.column('key').doUpdateSet({ value })).execute();
};
