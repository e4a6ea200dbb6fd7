import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './migrations.js';

type Db = Kysely<unknown>;

/** What a terminal may do on cards. Those enrolled before were promised nothing: they have no rights until an administrator gives them some. */
const rights = async (db: Db): Promise<void> => {
  for (const table of ['terminals', 'enrolment_codes']) {
    for (const column of ['rights', 'departments']) await db.schema.alterTable(table).addColumn(column, 'text', (c) => c.notNull().defaultTo('')).execute();
  }
};

const certificates = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  const withDays = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn('holder_reference', 'text', (c) => c.notNull())
      .addColumn('authority_reference', 'text', (c) => c.notNull())
      .addColumn('effective', 'text', (c) => c.notNull())
      .addColumn('expires', 'text', (c) => c.notNull())
      .addColumn('certificate', bytes, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull());
  await withDays('cvca_certificates').addColumn('generation', 'integer', (c) => c.primaryKey()).execute();
  await withDays('document_verifier_certificates').addColumn('number', 'integer', (c) => c.primaryKey()).execute();
  await withDays('terminal_certificates')
    .addColumn('terminal_id', 'text', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('terminal_certificates_key', ['terminal_id', 'number'])
    .execute();
};

const records = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('pin_events')
    .addColumn('origin_terminal', 'text', (c) => c.notNull())
    .addColumn('origin_epoch', 'integer', (c) => c.notNull())
    .addColumn('origin_seq', 'bigint', (c) => c.notNull())
    .addColumn('permit_number', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('box', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('pin_events_key', ['origin_terminal', 'origin_epoch', 'origin_seq'])
    .execute();
  await db.schema.createIndex('pin_events_permit').on('pin_events').columns(['permit_number', 'at']).execute();
  await db.schema.alterTable('verifications').addColumn('access', 'text').execute();
  // Null for what is no card that came back; 0: it came back and was not said to be terminated.
  await db.schema.alterTable('events').addColumn('terminated', 'integer').execute();
};

export const migration0003 = (types: ColumnTypes): Migration => ({
  async up(db: Db) {
    await rights(db);
    await certificates(db, types);
    await records(db, types);
  },
});
