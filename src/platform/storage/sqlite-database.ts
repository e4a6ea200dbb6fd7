import Database from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { CodedError } from '../../contract/index.js';
import { Gate } from '../gate.js';
import { migrations, sqliteTypes } from './migrations.js';
import type { Tables } from './schema.js';

/**
 * One SQLite file: WAL, `synchronous=FULL` (an acknowledgement follows the fsync). kysely speaks over the same connection as the raw statements of the
 * hot path; `writes` lets one writer through at a time, so that no raw transaction can begin inside one of kysely's.
 */
export interface SqliteDatabase {
  readonly raw: Database.Database;
  readonly kysely: Kysely<Tables>;
  readonly writes: Gate;
  close(): Promise<void>;
}

/** Foreign errors of SQLite become coded ones here and nowhere else. */
export const codedStorageError = (error: unknown): unknown => {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_FULL')) return new CodedError('DISK_FULL', error.code, { cause: error });
  if (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED')) return new CodedError('STORAGE_LOCKED', error.code, { cause: error });
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') return new CodedError('STORAGE_CORRUPT', error.code, { cause: error });
  if (error.code.startsWith('SQLITE_READONLY') || error.code.startsWith('SQLITE_CANTOPEN')) return new CodedError('STORAGE_READ_ONLY', error.code, { cause: error });
  return error;
};

/** Opens the file, brings its tables up to the newest migration. Throws CodedError STORAGE_*. */
export const openSqlite = async (path: string): Promise<SqliteDatabase> => {
  try {
    const raw = new Database(path, { timeout: 5_000 });
    raw.pragma('journal_mode = WAL');
    raw.pragma('synchronous = FULL');
    raw.pragma('foreign_keys = ON');
    const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: raw }) });
    const { error } = await new Migrator({ db: kysely, provider: migrations(sqliteTypes) }).migrateToLatest();
    if (error instanceof Error) throw error;
    if (error !== undefined) throw new Error('migration failed', { cause: error });
    return {
      raw,
      kysely,
      writes: new Gate(),
      close: async () => {
        if (raw.open) raw.pragma('wal_checkpoint(TRUNCATE)');
        await kysely.destroy();
      },
    };
  } catch (error) {
    throw codedStorageError(error);
  }
};
