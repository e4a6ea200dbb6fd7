import { cvStore } from './cv-store.js';
import { configStore, operatorStore } from './config-store.js';
import { lookupStore } from './lookup-store.js';
import { permitStore } from './permit-store.js';
import { personStore } from './person-store.js';
import type { Reopening, Storage } from './ports.js';
import { openSqlite } from './sqlite-database.js';
import { SqliteRecordStore } from './sqlite-record-store.js';
import { stockStore } from './stock-store.js';
import { terminalStore } from './terminal-store.js';
import { trustStore } from './trust-store.js';

/** The embedded storage: one SQLite file. Throws CodedError STORAGE_* and DISK_FULL. */
export const openSqliteStorage = async (path: string, reopening: Reopening): Promise<Storage> => {
  const database = await openSqlite(path);
  const access = { db: database.kysely, writes: database.writes };
  return {
    terminals: terminalStore(access),
    trust: trustStore(access),
    certificates: cvStore(access),
    stock: stockStore(access),
    permits: permitStore(access),
    persons: personStore(access),
    records: new SqliteRecordStore(database, reopening),
    config: configStore(access),
    operators: operatorStore(access),
    lookups: lookupStore(access),
    close: () => database.close(),
  };
};
