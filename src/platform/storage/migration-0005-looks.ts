import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './migrations.js';

type Db = Kysely<unknown>;

/** A counter asked for the permits of a person: which terminal, when, why and how many it was told of; who asked is in the box. Whether there was anything to tell or not. */
export const migration0005 = ({ bytes }: ColumnTypes): Migration => ({
  async up(db: Db) {
    await db.schema
      .createTable('person_looks')
      .addColumn('person_key', bytes, (c) => c.notNull())
      .addColumn('look_id', bytes, (c) => c.notNull())
      .addColumn('terminal_id', 'text', (c) => c.notNull())
      .addColumn('purpose', 'text', (c) => c.notNull())
      .addColumn('permits', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('box', bytes, (c) => c.notNull())
      .addPrimaryKeyConstraint('person_looks_key', ['person_key', 'look_id', 'terminal_id'])
      .execute();
    await db.schema.createIndex('captures_permit').on('captures').columns(['permit_number', 'captured_at']).execute();
  },
});
