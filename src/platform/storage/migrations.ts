import type { ColumnDataType, Migration, MigrationProvider } from 'kysely';
import { migration0001 } from './migration-0001-first.js';
import { migration0002 } from './migration-0002-life.js';
import { migration0003 } from './migration-0003-access.js';
import { migration0004 } from './migration-0004-checks.js';
import { migration0005 } from './migration-0005-looks.js';

/** What differs between the databases: the name of the byte string type and of a number that counts itself up. */
export interface ColumnTypes {
  readonly bytes: ColumnDataType;
  readonly serial: ColumnDataType;
  readonly autoIncrement: boolean;
}
export const sqliteTypes: ColumnTypes = { bytes: 'blob', serial: 'integer', autoIncrement: true };
export const postgresTypes: ColumnTypes = { bytes: 'bytea', serial: 'bigserial', autoIncrement: false };

/** Numbered, applied in order, and never edited once released: a change of a table is a new number. */
export const migrations = (types: ColumnTypes): MigrationProvider => ({
  getMigrations: (): Promise<Record<string, Migration>> => 
    Promise.resolve({ '0001-first': migration0001(types), '0002-life': migration0002(types), '0003-access': migration0003(types), '0004-checks': migration0004(types), '0005-looks': migration0005(types) }),
});
