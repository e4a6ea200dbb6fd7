import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { CodedError } from '../contract/index.js';
import { translated } from './errors.js';
import { applicationId, migrations } from './migrations.js';

/** Rows of one query, with the columns the caller names. The schema (STRICT tables) is what keeps the cast honest. */
export type Row = Record<string, string | number | null | Uint8Array>;

/** A prepared statement that reads. */
export interface Query<R extends Row> {
  get(...bind: readonly Bindable[]): R | undefined;
  all(...bind: readonly Bindable[]): R[];
  iterate(...bind: readonly Bindable[]): IterableIterator<R>;
}
/** A prepared statement that writes; answers the number of changed rows. */
export type Command = (...bind: readonly Bindable[]) => number;
export type Bindable = string | number | null | Uint8Array;

/** What a reader may do: prepare queries and run them in one snapshot. */
export interface ReadStore {
  query<R extends Row>(sql: string): Query<R>;
  /** One consistent snapshot over several queries. @throws CodedError STORAGE_* */
  read<T>(work: () => T): T;
  close(): void;
}

/** What a writer may do besides. */
export interface WriteStore extends ReadStore {
  command(sql: string): Command;
  /** One transaction, one commit, one fsync: durable on return, or thrown and nothing changed. Not re-entrant. @throws CodedError DISK_FULL, STORAGE_* */
  write<T>(work: () => T): T;
  /** Moves the write-ahead log into the database and empties it, so that erased bytes (secure_delete) are gone from both files. */
  truncateLog(): void;
}

export interface StoreOptions {
  /** milliseconds to wait for another program's lock; default 2,000 */
  readonly busyTimeout?: number;
  /** for tests: the size in pages at which the database counts as a full disk */
  readonly maxPages?: number;
}

/**
 * How values are handed to a statement: in order, or, where the SQL numbers its places (?1 … used more than once), under their numbers, which the binding
 * takes for names.
 */
const binder = (sql: string): ((bind: readonly Bindable[]) => readonly Bindable[]) => {
  const numbered = /\?\d/.test(sql);
  // better-sqlite3 types named values as one more parameter.
  return (bind) => (numbered ? [Object.fromEntries(bind.map((value, i) => [String(i + 1), value])) as unknown as Bindable] : bind);
};

const plainBytes = <R extends Row>(row: R): R => {
  for (const [name, value] of Object.entries(row)) {
    // A Buffer is a Uint8Array that prints, encodes and compares differently; it stops here.
    if (value instanceof Uint8Array) (row as Row)[name] = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return row;
};

class SqliteStore implements WriteStore {
  readonly #db: Database.Database;
  readonly #begin: Database.Statement;
  readonly #snapshot: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #rollback: Database.Statement;
  /** Set by the first sign of corruption: from then on nothing is written, so that what is left can be rescued. */
  #damage: CodedError | undefined;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#snapshot = db.prepare('BEGIN');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  query<R extends Row>(sql: string): Query<R> {
    const statement = translated(() => this.#db.prepare<Bindable[], R>(sql));
    const bound = binder(sql);
    return {
      get: (...bind) => {
        const row = statement.get(...bound(bind));
        return row === undefined ? undefined : plainBytes(row);
      },
      all: (...bind) => statement.all(...bound(bind)).map(plainBytes),
      *iterate(...bind) {
        for (const row of statement.iterate(...bound(bind))) yield plainBytes(row);
      },
    };
  }

  command(sql: string): Command {
    const statement = translated(() => this.#db.prepare<Bindable[]>(sql));
    const bound = binder(sql);
    return (...bind) => statement.run(...bound(bind)).changes;
  }

  read<T>(work: () => T): T {
    // Inside a transaction of this connection its snapshot already holds.
    return this.#db.inTransaction ? work() : this.#transaction(this.#snapshot, work);
  }

  write<T>(work: () => T): T {
    if (this.#damage !== undefined) throw this.#damage;
    return this.#transaction(this.#begin, work);
  }

  truncateLog(): void {
    translated(() => this.#db.pragma('wal_checkpoint(TRUNCATE)'));
  }

  close(): void {
    this.#db.close();
  }

  #transaction<T>(begin: Database.Statement, work: () => T): T {
    try {
      return translated(() => {
        begin.run();
        try {
          const result = work();
          this.#commit.run();
          return result;
        } catch (error) {
          // SQLite rolls some errors back by itself (FULL, IOERR); a second ROLLBACK would hide the first error.
          if (this.#db.inTransaction) this.#rollback.run();
          throw error;
        }
      });
    } catch (error) {
      if (error instanceof CodedError && error.code === 'STORAGE_CORRUPT') this.#damage ??= error;
      throw error;
    }
  }
}

/** Looks at an existing file without changing a byte of it. @throws CodedError STORAGE_CORRUPT: not a database, not ours, or damaged; STORAGE_READ_ONLY: newer than this program */
function inspect(path: string, busyTimeout: number): void {
  translated(() => {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: busyTimeout });
    try {
      const version = db.pragma('user_version', { simple: true }) as number;
      const id = db.pragma('application_id', { simple: true }) as number;
      const tables = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0;
      // A file without tables is one whose creation never committed.
      if (tables === 0 && id === 0) return;
      if (id !== applicationId) throw new CodedError('STORAGE_CORRUPT', 'another application_id');
      if (version > migrations.length) throw new CodedError('STORAGE_READ_ONLY', `schema ${version} is newer than this program`);
      if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new CodedError('STORAGE_CORRUPT', 'quick_check');
    } finally {
      db.close();
    }
  });
}

function migrate(db: Database.Database): void {
  db.transaction(() => {
    const from = db.pragma('user_version', { simple: true }) as number;
    if (from === migrations.length) return;
    for (const sql of migrations.slice(from)) db.exec(sql);
    db.pragma(`user_version = ${migrations.length}`);
    db.pragma(`application_id = ${applicationId}`);
  }).immediate();
}

/** Opens or creates the database for writing. A damaged file is refused before anything touches it. @throws CodedError DISK_FULL, STORAGE_* */
export function openStore(path: string, options: StoreOptions = {}): WriteStore {
  const busyTimeout = options.busyTimeout ?? 2_000;
  if (!existsSync(dirname(path))) throw new CodedError('STORAGE_READ_ONLY', 'the data folder does not exist');
  const present = statSync(path, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) throw new CodedError('STORAGE_READ_ONLY', 'the outbox is no file');
  if (present !== undefined && present.size > 0) inspect(path, busyTimeout);
  return translated(() => {
    const db = new Database(path, { timeout: busyTimeout });
    try {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      db.pragma('secure_delete = ON');
      db.pragma('trusted_schema = OFF');
      if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`);
      migrate(db);
      return new SqliteStore(db);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Opens an existing database for reading only. @throws CodedError NOT_INITIALISED: no such file; STORAGE_* */
export function openReadStore(path: string, options: StoreOptions = {}): ReadStore {
  const busyTimeout = options.busyTimeout ?? 2_000;
  if (!existsSync(path)) throw new CodedError('NOT_INITIALISED', 'no outbox');
  inspect(path, busyTimeout);
  return translated(() => {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: busyTimeout });
    if (db.pragma('application_id', { simple: true }) !== applicationId) {
      db.close();
      throw new CodedError('NOT_INITIALISED', 'an empty outbox');
    }
    // Whoever only looks cannot migrate: the terminal does when it opens its outbox for the first time after an update.
    if ((db.pragma('user_version', { simple: true }) as number) < migrations.length) {
      db.close();
      throw new CodedError('NOT_INITIALISED', 'an outbox of an older program');
    }
    return new SqliteStore(db);
  });
}
