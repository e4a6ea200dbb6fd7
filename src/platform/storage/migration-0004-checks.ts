import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './migrations.js';

type Db = Kysely<unknown>;

/** Why a card was checked, and by whom and where in a box; who opened a line of a shift's history. Checks from before told none of it. */
export const migration0004 = ({ bytes }: ColumnTypes): Migration => ({
  async up(db: Db) {
    await db.schema.alterTable('verifications').addColumn('purpose', 'text').execute();
    await db.schema.alterTable('verifications').addColumn('box', bytes).execute();
    await db.schema
      .createTable('check_views')
      .addColumn('origin_terminal', 'text', (c) => c.notNull())
      .addColumn('origin_epoch', 'integer', (c) => c.notNull())
      .addColumn('origin_seq', 'bigint', (c) => c.notNull())
      .addColumn('permit_number', 'text')
      .addColumn('checked_at', 'bigint', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('box', bytes, (c) => c.notNull())
      .addPrimaryKeyConstraint('check_views_key', ['origin_terminal', 'origin_epoch', 'origin_seq'])
      .execute();
  },
});
