import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CodedError } from '../contract/index.js';
import { failureOfSqlite } from '../outbox/index.js';
import { systemFailure } from './system-failure.js';

/**
 * One service for each data folder. The lock is an open transaction of SQLite on a file of its own: the operating system takes it away with the process, however that ends, so a
 * file that was left behind locks nobody out. Commands that work beside the service do not take it. @throws CodedError STORAGE_LOCKED: another one runs; STORAGE_READ_ONLY, DISK_FULL
 */
export const takeFolder = (folder: string): { release(): void } => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = new Database(join(folder, 'service.lock'), { timeout: 0 });
    try {
      lock.pragma('journal_mode = MEMORY');
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return { release: () => lock.close() };
  } catch (error) {
    const code = error instanceof Database.SqliteError ? failureOfSqlite(error.code) : systemFailure(error);
    if (code === undefined) throw error;
    throw new CodedError(code, 'service.lock', { cause: error });
  }
};
