import { done, failed } from '../../contract/index.js';
import { blockUsed } from '../intake/decide.js';
import type { StockStore } from './ports.js';
import { bumpStatusVersion, write, type KyselyAccess } from './write.js';

/** The last of the six-digit sequence numbers (payload.md 3). */
const lastSequence = 999_999;

/** What terminals are allotted: blocks of status indexes and permit numbers, blank cards. A block belongs to one terminal for ever. */
export const stockStore = (access: KyselyAccess): StockStore => ({
  indexBlock: (terminal, size) =>
    write(access, async (tx) => {
      const held = await tx.selectFrom('index_blocks').selectAll().where('terminal_id', '=', terminal).orderBy('first', 'desc').limit(1).executeTakeFirst();
      if (held !== undefined && !blockUsed(held)) return { first: held.first, last: held.last };
      const end = await tx.selectFrom('index_blocks').select((e) => e.fn.max<number | null>('last').as('last')).executeTakeFirst();
      const first = (end?.last ?? -1) + 1;
      const block = { first, last: first + size - 1 };
      await tx.insertInto('index_blocks').values({ ...block, terminal_id: terminal, highest: null }).execute();
      await bumpStatusVersion(tx);
      return block;
    }),

  numberBlock: (terminal, of, size) =>
    write(access, async (tx) => {
      const blocks = tx.selectFrom('number_blocks').where('division', '=', of.division).where('year', '=', of.year).where('kind', '=', of.kind);
      const held = await blocks.selectAll().where('terminal_id', '=', terminal).orderBy('first', 'desc').limit(1).executeTakeFirst();
      if (held !== undefined && !blockUsed(held)) return { first: held.first, last: held.last };
      const end = await blocks.select((e) => e.fn.max<number | null>('last').as('last')).executeTakeFirst();
      const first = (end?.last ?? 0) + 1;
      if (first > lastSequence) return undefined;
      const block = { first, last: Math.min(first + size - 1, lastSequence) };
      await tx.insertInto('number_blocks').values({ ...of, ...block, terminal_id: terminal, highest: null }).execute();
      return block;
    }),

  registerBlanks: (serials, terminal) =>
    write(access, async (tx) => {
      for (const serial of serials) {
        const known = await tx.selectFrom('blanks').select('state').where('serial', '=', serial).executeTakeFirst();
        if (known?.state === 'used' || known?.state === 'spoiled') return failed('CARD_ALREADY_ISSUED', `blank ${serial} is ${known.state}`);
      }
      const state = terminal === undefined ? ('stock' as const) : ('allotted' as const);
      for (const serial of serials) {
        await tx
          .insertInto('blanks')
          .values({ serial, terminal_id: terminal ?? null, state, reason: null, origin_terminal: null, origin_epoch: null, origin_seq: null })
          .onConflict((c) => c.column('serial').doUpdateSet({ terminal_id: terminal ?? null, state }))
          .execute();
      }
      return done(serials.length);
    }),

  allottedBlanks: async (terminal) =>
    (await access.db.selectFrom('blanks').select('serial').where('terminal_id', '=', terminal).where('state', '=', 'allotted').orderBy('serial').execute()).map((r) => r.serial),
});
