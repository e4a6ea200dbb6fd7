import { joinShards } from './status-shards.js';
import type { Counts, PermitStore } from './ports.js';
import type { Tables } from './schema.js';
import { readStatusVersion, type Db, type KyselyAccess } from './write.js';

const count = async (db: Db, table: keyof Tables): Promise<number> =>
  (await db.selectFrom(table).select((e) => e.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n;

const counts = async (db: Db): Promise<Counts> => {
  const outcomes = await db.selectFrom('intake_ledger').select((e) => ['outcome', e.fn.countAll<number>().as('n')]).groupBy('outcome').execute();
  const blanks = await db.selectFrom('blanks').select((e) => ['state', e.fn.countAll<number>().as('n')]).groupBy('state').execute();
  const outcome = (name: string): number => outcomes.find((o) => o.outcome === name)?.n ?? 0;
  const blank = (name: string): number => blanks.find((b) => b.state === name)?.n ?? 0;
  const duplicates = await db.selectFrom('permits').select((e) => e.fn.countAll<number>().as('n')).where('duplicate', '=', 1).executeTakeFirstOrThrow();
  const events = await db.selectFrom('events').select((e) => ['applied', e.fn.countAll<number>().as('n')]).groupBy('applied').execute();
  const fees = await db.selectFrom('fees').select((e) => [e.fn.countAll<number>().as('n'), e.fn.sum<number | null>('fen').as('fen')]).executeTakeFirstOrThrow();
  return {
    terminals: await count(db, 'terminals'),
    residents: await count(db, 'residents'),
    permits: await count(db, 'permits'),
    duplicates: duplicates.n,
    verifications: await count(db, 'verifications'),
    statusChanges: await count(db, 'status_changes'),
    records: outcome('applied') + outcome('quarantined') + outcome('repeated'),
    applied: outcome('applied'),
    quarantined: outcome('quarantined'),
    blanks: { stock: blank('stock'), allotted: blank('allotted'), used: blank('used'), spoiled: blank('spoiled'), returned: blank('returned') },
    cards: await count(db, 'cards'),
    applications: await count(db, 'applications'),
    events: { applied: events.find((e) => e.applied === 1)?.n ?? 0, refused: events.find((e) => e.applied === 0)?.n ?? 0 },
    fees: { count: fees.n, fen: fees.fen ?? 0 },
    reconciliations: await count(db, 'reconciliations'),
    pinEvents: await count(db, 'pin_events'),
    repeated: outcome('repeated'),
    operators: await count(db, 'operators'),
  };
};

/** What may be read of the registries without anybody's personal data: status of a permit, counts, the list of statuses. */
export const permitStore = ({ db, writes }: KyselyAccess): PermitStore => ({
  find: async (permitNumber) => {
    const row = await db.selectFrom('permits').selectAll().where('permit_number', '=', permitNumber).executeTakeFirst();
    return row === undefined
      ? undefined
      : {
          permitNumber: row.permit_number,
          kind: row.kind,
          status: row.status,
          state: row.state,
          goodUntil: row.good_until ?? undefined,
          yearsCountFrom: row.years_count_from ?? undefined,
          ended: row.ended ?? undefined,
          statusIndex: row.status_index,
          issuedOn: row.issued_on,
          expiresOn: row.expires_on ?? undefined,
          duplicate: row.duplicate === 1,
        };
  },
  counts: () => counts(db),
  statusVersion: () => readStatusVersion(db),
  statusSnapshot: () =>
    // One transaction behind the gate: version, size and shards belong together.
    writes.run(() =>
      db.transaction().execute(async (tx) => {
        const version = await readStatusVersion(tx);
        const end = await tx.selectFrom('index_blocks').select((e) => e.fn.max<number | null>('last').as('last')).executeTakeFirst();
        const size = (end?.last ?? -1) + 1;
        const shards = await tx.selectFrom('status_shards').selectAll().orderBy('shard').execute();
        return { version, size, packed: joinShards(shards, size) };
      }),
    ),
});
