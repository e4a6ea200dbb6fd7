import type { TrustStore } from './ports.js';
import { write, type KyselyAccess } from './write.js';

/** Trust lists and delegations as they were signed. Nothing is ever deleted: a card issued under an old certificate is verified for years. */
export const trustStore = (access: KyselyAccess): TrustStore => {
  const { db } = access;
  return {
    newestTrustList: async () => {
      const row = await db.selectFrom('trust_lists').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst();
      return row === undefined ? undefined : { number: row.number, issuedAt: row.issued_at, validUntil: row.valid_until, token: new Uint8Array(row.token) };
    },
    addTrustList: (list) =>
      write(access, async (tx) => {
        await tx.insertInto('trust_lists').values({ number: list.number, issued_at: list.issuedAt, valid_until: list.validUntil, token: list.token }).execute();
      }),
    blockedDelegations: async () => {
      const rows = await db
        .selectFrom('delegations')
        .innerJoin('terminals', 'terminals.id', 'delegations.terminal_id')
        .select(['terminals.id', 'delegations.cti', 'terminals.blocked_at'])
        .where('terminals.state', '=', 'blocked')
        .orderBy('delegations.cti')
        .execute();
      return rows.map((row) => ({ terminal: row.id, cti: new Uint8Array(row.cti), since: row.blocked_at ?? 0 }));
    },
    newestDelegation: async (terminal) => {
      const row = await db.selectFrom('delegations').selectAll().where('terminal_id', '=', terminal).orderBy('valid_until', 'desc').orderBy('valid_from', 'desc').limit(1).executeTakeFirst();
      return row === undefined
        ? undefined
        : {
            cti: new Uint8Array(row.cti),
            terminal: row.terminal_id,
            validFrom: row.valid_from,
            validUntil: row.valid_until,
            firstIndex: row.first_index,
            lastIndex: row.last_index,
            token: new Uint8Array(row.token),
          };
    },
    addDelegation: (d) =>
      write(access, async (tx) => {
        await tx
          .insertInto('delegations')
          .values({
            cti: d.cti,
            terminal_id: d.terminal,
            valid_from: d.validFrom,
            valid_until: d.validUntil,
            first_index: d.firstIndex,
            last_index: d.lastIndex,
            token: d.token,
          })
          .execute();
      }),
  };
};
