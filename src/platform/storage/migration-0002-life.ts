import { sql, type Kysely, type Migration } from 'kysely';
import { dateInChina } from '../../permit/index.js';
import type { ColumnTypes } from './migrations.js';

type Db = Kysely<unknown>;

/** A permit keeps its number for life and may have several cards; every card issued so far is the first of its permit. */
const cards = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('cards')
    .addColumn('serial', 'text', (c) => c.primaryKey())
    .addColumn('permit_number', 'text', (c) => c.notNull())
    .addColumn('status_index', 'bigint', (c) => c.notNull())
    .addColumn('status', 'integer', (c) => c.notNull())
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addColumn('replaced', 'text')
    .addColumn('thumbprint', bytes)
    .addColumn('origin_terminal', 'text', (c) => c.notNull())
    .addColumn('origin_epoch', 'integer', (c) => c.notNull())
    .addColumn('origin_seq', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('cards_permit').on('cards').columns(['permit_number', 'issued_at']).execute();
  await db.schema.createIndex('cards_index').on('cards').column('status_index').unique().execute();
  await sql`insert into cards (serial, permit_number, status_index, status, issued_at, replaced, thumbprint, origin_terminal, origin_epoch, origin_seq)
    select serial, permit_number, status_index, status, issued_at, null, null, origin_terminal, origin_epoch, origin_seq from permits`.execute(db);
  await db.schema.alterTable('permits').addColumn('state', 'text', (c) => c.notNull().defaultTo('made')).execute();
  for (const column of ['good_until', 'years_count_from', 'ended']) await db.schema.alterTable('permits').addColumn(column, 'text').execute();
};

const events = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('events')
    .addColumn('origin_terminal', 'text', (c) => c.notNull())
    .addColumn('origin_epoch', 'integer', (c) => c.notNull())
    .addColumn('origin_seq', 'bigint', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('permit_number', 'text')
    .addColumn('receipt', 'text')
    .addColumn('person_key', bytes)
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('applied', 'integer', (c) => c.notNull())
    .addColumn('code', 'text')
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('box', bytes)
    .addPrimaryKeyConstraint('events_key', ['origin_terminal', 'origin_epoch', 'origin_seq'])
    .execute();
  await db.schema.createIndex('events_permit').on('events').columns(['permit_number', 'at']).execute();
  await db.schema.createIndex('events_receipt').on('events').columns(['receipt', 'at']).execute();
  await db.schema
    .createTable('applications')
    .addColumn('receipt', 'text', (c) => c.primaryKey())
    .addColumn('person_key', bytes, (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('purpose', 'text')
    .addColumn('due_on', 'text')
    .addColumn('permit_number', 'text')
    .addColumn('missing_papers', 'integer', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('applications_due').on('applications').columns(['state', 'due_on']).execute();
};

const money = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  const withOrigin = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn('origin_terminal', 'text', (c) => c.notNull())
      .addColumn('origin_epoch', 'integer', (c) => c.notNull())
      .addColumn('origin_seq', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, ['origin_terminal', 'origin_epoch', 'origin_seq'])
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('box', bytes, (c) => c.notNull());
  await withOrigin('fees')
    .addColumn('receipt', 'text', (c) => c.notNull())
    .addColumn('permit_number', 'text', (c) => c.notNull())
    .addColumn('item', 'text', (c) => c.notNull())
    .addColumn('fen', 'integer', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('fees_day').on('fees').columns(['day', 'origin_terminal']).execute();
  let books = withOrigin('reconciliations');
  for (const column of ['fee_count', 'fee_fen', 'fee_counted', 'opening', 'received', 'issued', 'spoiled', 'counted']) books = books.addColumn(column, 'integer', (c) => c.notNull());
  await books.execute();
  await db.schema.createIndex('reconciliations_day').on('reconciliations').columns(['day', 'origin_terminal']).execute();
};

const settings = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('operators')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('box', bytes, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('operator_divisions')
    .addColumn('operator_id', 'text', (c) => c.notNull())
    .addColumn('prefix', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('operator_divisions_key', ['operator_id', 'prefix'])
    .execute();
  await db.schema
    .createTable('config')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('contents', bytes, (c) => c.notNull())
    .addColumn('issued_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('config_key', ['name', 'version'])
    .execute();
};

const intake = async (db: Db, { bytes }: ColumnTypes): Promise<void> => {
  await db.schema
    .createTable('advances')
    .addColumn('terminal', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('content', bytes, (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('code', 'text')
    .addPrimaryKeyConstraint('advances_key', ['terminal', 'epoch', 'seq'])
    .execute();
  await db.schema.createIndex('advances_content').on('advances').columns(['terminal', 'content']).execute();
  // Of records received before this migration only quarantined ones are still held; the content of the others cannot be known any more.
  await db.schema.alterTable('intake_ledger').addColumn('content', bytes).execute();
  await db.schema.createIndex('intake_ledger_content').on('intake_ledger').columns(['terminal', 'content']).execute();
  await db.schema.alterTable('quarantine').addColumn('serial', 'text').execute();
  await db.schema.alterTable('quarantine').addColumn('retry', 'integer', (c) => c.notNull().defaultTo(0)).execute();
  await sql`update quarantine set retry = 1 where code = 'PERMIT_UNKNOWN' and state = 'waiting'`.execute(db);
  await db.schema.createIndex('quarantine_serial').on('quarantine').columns(['serial', 'state']).execute();
};

/** Cards and revocations of before become events too, so that a permit's state can be told from its first day. A revocation made here has no terminal. */
const earlierEvents = async (db: Db): Promise<void> => {
  await sql`insert into events (origin_terminal, origin_epoch, origin_seq, type, permit_number, person_key, at, applied, facts)
    select origin_terminal, origin_epoch, origin_seq, 'issue', permit_number, person_key, issued_at, 1,
      '{"type":"issue","on":"' || issued_on || '","kind":' || kind || case when expires_on is null then '' else ',"expiresOn":"' || expires_on || '"' end || '}' from permits`.execute(db);
  const changes = await sql<{ id: number; permit_number: string; to_status: number; reason: string; at: number; origin_terminal: string | null; origin_epoch: number | null; origin_seq: number | null }>`
    select id, permit_number, to_status, reason, at, origin_terminal, origin_epoch, origin_seq from status_changes`.execute(db);
  for (const row of changes.rows) {
    const facts = JSON.stringify({ type: 'revocation', on: dateInChina(row.at), status: row.to_status, reason: row.reason });
    await sql`insert into events (origin_terminal, origin_epoch, origin_seq, type, permit_number, at, applied, facts)
      values (${row.origin_terminal ?? ''}, ${row.origin_epoch ?? 0}, ${row.origin_seq ?? row.id}, 'revocation', ${row.permit_number}, ${row.at}, 1, ${facts})`.execute(db);
  }
};

export const migration0002 = (types: ColumnTypes): Migration => ({
  async up(db: Db) {
    await cards(db, types);
    await events(db, types);
    await earlierEvents(db);
    await money(db, types);
    await settings(db, types);
    await intake(db, types);
  },
});
