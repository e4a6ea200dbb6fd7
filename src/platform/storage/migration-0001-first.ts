import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './migrations.js';

type Db = Kysely<unknown>;

const terminals = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema.createTable('meta').addColumn('key', 'text', (c) => c.primaryKey()).addColumn('value', 'text', (c) => c.notNull()).execute();
  await db.schema
    .createTable('terminals')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('ed25519', bytes, (c) => c.notNull().unique())
    .addColumn('x25519', bytes, (c) => c.notNull())
    .addColumn('prefixes', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('enrolled_at', 'bigint', (c) => c.notNull())
    .addColumn('blocked_at', 'bigint')
    .execute();
  await db.schema
    .createTable('enrolment_codes')
    .addColumn('hash', bytes, (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('prefixes', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('terminal_id', 'text')
    .addColumn('used_at', 'bigint')
    .execute();
};

const trust = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('delegations')
    .addColumn('cti', bytes, (c) => c.primaryKey())
    .addColumn('terminal_id', 'text', (c) => c.notNull())
    .addColumn('valid_from', 'bigint', (c) => c.notNull())
    .addColumn('valid_until', 'bigint', (c) => c.notNull())
    .addColumn('first_index', 'bigint', (c) => c.notNull())
    .addColumn('last_index', 'bigint', (c) => c.notNull())
    .addColumn('token', bytes, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('delegations_terminal').on('delegations').columns(['terminal_id', 'valid_until']).execute();
  await db.schema
    .createTable('trust_lists')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('valid_until', 'bigint', (c) => c.notNull())
    .addColumn('token', bytes, (c) => c.notNull())
    .execute();
  await db.schema.createTable('status_shards').addColumn('shard', 'integer', (c) => c.primaryKey()).addColumn('packed', bytes, (c) => c.notNull()).execute();
};

const stock = async (db: Db): Promise<void> => {
  await db.schema
    .createTable('index_blocks')
    .addColumn('first', 'bigint', (c) => c.primaryKey())
    .addColumn('last', 'bigint', (c) => c.notNull())
    .addColumn('terminal_id', 'text', (c) => c.notNull())
    .addColumn('highest', 'bigint')
    .execute();
  await db.schema
    .createTable('number_blocks')
    .addColumn('division', 'text', (c) => c.notNull())
    .addColumn('year', 'integer', (c) => c.notNull())
    .addColumn('kind', 'integer', (c) => c.notNull())
    .addColumn('first', 'integer', (c) => c.notNull())
    .addColumn('last', 'integer', (c) => c.notNull())
    .addColumn('terminal_id', 'text', (c) => c.notNull())
    .addColumn('highest', 'integer')
    .addPrimaryKeyConstraint('number_blocks_key', ['division', 'year', 'kind', 'first'])
    .execute();
  await db.schema
    .createTable('blanks')
    .addColumn('serial', 'text', (c) => c.primaryKey())
    .addColumn('terminal_id', 'text')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('origin_terminal', 'text')
    .addColumn('origin_epoch', 'integer')
    .addColumn('origin_seq', 'bigint')
    .execute();
  await db.schema.createIndex('blanks_terminal').on('blanks').columns(['terminal_id', 'state']).execute();
};

const people = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('residents')
    .addColumn('person_key', bytes, (c) => c.primaryKey())
    .addColumn('current_terminal', 'text', (c) => c.notNull())
    .addColumn('current_epoch', 'integer', (c) => c.notNull())
    .addColumn('current_seq', 'bigint', (c) => c.notNull())
    .addColumn('captured_at', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('captures')
    .addColumn('person_key', bytes, (c) => c.notNull())
    .addColumn('origin_terminal', 'text', (c) => c.notNull())
    .addColumn('origin_epoch', 'integer', (c) => c.notNull())
    .addColumn('origin_seq', 'bigint', (c) => c.notNull())
    .addColumn('permit_number', 'text', (c) => c.notNull())
    .addColumn('captured_at', 'bigint', (c) => c.notNull())
    .addColumn('box', bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint('captures_key', ['person_key', 'origin_terminal', 'origin_epoch', 'origin_seq'])
    .execute();
  await db.schema
    .createTable('permits')
    .addColumn('person_key', bytes, (c) => c.notNull())
    .addColumn('permit_number', 'text', (c) => c.notNull())
    .addColumn('kind', 'integer', (c) => c.notNull())
    .addColumn('serial', 'text', (c) => c.notNull())
    .addColumn('status_index', 'bigint', (c) => c.notNull())
    .addColumn('issued_on', 'text', (c) => c.notNull())
    .addColumn('expires_on', 'text')
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('duplicate', 'integer', (c) => c.notNull())
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('origin_terminal', 'text', (c) => c.notNull())
    .addColumn('origin_epoch', 'integer', (c) => c.notNull())
    .addColumn('origin_seq', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('permits_key', ['person_key', 'permit_number'])
    .execute();
  await db.schema.createIndex('permits_number').on('permits').column('permit_number').unique().execute();
  await db.schema.createIndex('permits_index').on('permits').column('status_index').unique().execute();
  await db.schema.createIndex('permits_duplicate').on('permits').columns(['duplicate', 'person_key']).execute();
};

const history = async (db: Db, { bytes, serial, autoIncrement }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('status_changes')
    .addColumn('id', serial, (c) => (autoIncrement ? c.primaryKey().autoIncrement() : c.primaryKey()))
    .addColumn('permit_number', 'text', (c) => c.notNull())
    .addColumn('status_index', 'bigint', (c) => c.notNull())
    .addColumn('from_status', 'integer', (c) => c.notNull())
    .addColumn('to_status', 'integer', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('box', bytes, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('origin_terminal', 'text')
    .addColumn('origin_epoch', 'integer')
    .addColumn('origin_seq', 'bigint')
    .execute();
  await db.schema.createIndex('status_changes_permit').on('status_changes').column('permit_number').execute();
  await db.schema
    .createTable('verifications')
    .addColumn('origin_terminal', 'text', (c) => c.notNull())
    .addColumn('origin_epoch', 'integer', (c) => c.notNull())
    .addColumn('origin_seq', 'bigint', (c) => c.notNull())
    .addColumn('permit_number', 'text')
    .addColumn('result', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('mode', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('verifications_key', ['origin_terminal', 'origin_epoch', 'origin_seq'])
    .execute();
};

const intake = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('intake_ledger')
    .addColumn('terminal', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('hash', bytes, (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('code', 'text')
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('intake_ledger_key', ['terminal', 'epoch', 'seq'])
    .execute();
  await db.schema
    .createTable('quarantine')
    .addColumn('terminal', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('permit_number', 'text')
    .addColumn('captured_at', 'bigint', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('quarantine_key', ['terminal', 'epoch', 'seq'])
    .execute();
  await db.schema.createIndex('quarantine_waiting').on('quarantine').columns(['permit_number', 'state']).execute();
};

export const migration0001 = (types: ColumnTypes): Migration => ({
  async up(db: Db) {
    await terminals(db, types);
    await trust(db, types);
    await stock(db);
    await people(db, types);
    await history(db, types);
    await intake(db, types);
  },
});
