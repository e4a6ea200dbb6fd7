import Database from 'better-sqlite3';
import { CodedError, type FailureCode } from '../contract/index.js';

/**
 * The failure code of an SQLite result code (https://www.sqlite.org/rescode.html), or undefined when the error is a bug of ours
 * (a constraint, a misuse) and must stay an exception. Result codes are compared, never message texts.
 */
export function failureOfSqlite(resultCode: string): FailureCode | undefined {
  // Storage that cannot give back what it stored is damaged; every other I/O error here means that a write found no room or no medium.
  if (/^SQLITE_IOERR_(READ|SHORT_READ|CORRUPTFS|DATA)/.test(resultCode)) return 'STORAGE_CORRUPT';
  if (/^SQLITE_(FULL|IOERR|NOMEM)/.test(resultCode)) return 'DISK_FULL';
  // PROTOCOL is the WAL index being locked by somebody for longer than SQLite cares to retry.
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(resultCode)) return 'STORAGE_LOCKED';
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(resultCode)) return 'STORAGE_CORRUPT';
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(resultCode)) return 'STORAGE_READ_ONLY';
  return undefined;
}

/** Runs `work`; an error of SQLite leaves it as a CodedError with its cause, anything else as it is. The only place that knows SqliteError. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Database.SqliteError) {
      const code = failureOfSqlite(error.code);
      if (code !== undefined) throw new CodedError(code, error.code, { cause: error });
    }
    throw error;
  }
}
