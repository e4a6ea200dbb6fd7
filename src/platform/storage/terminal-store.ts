import type { Selectable } from 'kysely';
import type { AccessRight } from '../../contract/index.js';
import type { Terminal, TerminalAccess, TerminalStore } from './ports.js';
import type { Tables } from './schema.js';
import { write, type KyselyAccess } from './write.js';

const wordsOf = (text: string): string[] => (text === '' ? [] : text.split(' '));
const accessColumns = ({ rights, departments }: TerminalAccess): { rights: string; departments: string } => ({ rights: rights.join(' '), departments: departments.join(' ') });

const terminalOf = (row: Selectable<Tables['terminals']>): Terminal => ({
  id: row.id,
  name: row.name,
  ed25519: new Uint8Array(row.ed25519),
  x25519: new Uint8Array(row.x25519),
  prefixes: row.prefixes.split(' '),
  epoch: row.epoch,
  state: row.state,
  // Written from the same types below.
  rights: wordsOf(row.rights) as AccessRight[],
  departments: wordsOf(row.departments).map(Number),
});

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Terminals and their one-time codes. Of a code only the hash of its secret is kept. */
export const terminalStore = (access: KyselyAccess): TerminalStore => {
  const { db } = access;
  const find = async (id: string, on = db): Promise<Terminal | undefined> => {
    const row = await on.selectFrom('terminals').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : terminalOf(row);
  };
  return {
    addCode: (code) =>
      write(access, async (tx) => {
        await tx
          .insertInto('enrolment_codes')
          .values({
            hash: code.hash,
            name: code.name,
            prefixes: code.prefixes.join(' '),
            ...accessColumns(code),
            created_at: code.createdAt,
            expires_at: code.expiresAt,
            terminal_id: null,
            used_at: null,
          })
          .execute();
      }),

    enrol: (hash, now, { id, name, ed25519, x25519 }) =>
      write(access, async (tx) => {
        const code = await tx.selectFrom('enrolment_codes').selectAll().where('hash', '=', hash).executeTakeFirst();
        if (code === undefined || code.expires_at <= now) return undefined;
        if (code.terminal_id !== null) {
          const first = await find(code.terminal_id, tx);
          return first !== undefined && same(first.ed25519, ed25519) && same(first.x25519, x25519) ? first : undefined;
        }
        const known = await tx.selectFrom('terminals').select('id').where('ed25519', '=', ed25519).executeTakeFirst();
        // A key that already stands for a terminal cannot stand for a second one: a blocked terminal may not come back under a new name.
        if (known !== undefined) return undefined;
        const { prefixes, rights, departments } = code;
        const given = { id, name: name === '' ? code.name : name, ed25519, x25519, prefixes, rights, departments };
        const row = { ...given, epoch: 1, state: 'active' as const, enrolled_at: now, blocked_at: null };
        await tx.insertInto('terminals').values(row).execute();
        await tx.updateTable('enrolment_codes').set({ terminal_id: id, used_at: now }).where('hash', '=', hash).execute();
        return terminalOf(row);
      }),

    find: (id) => find(id),
    list: async () => (await db.selectFrom('terminals').selectAll().orderBy('enrolled_at').orderBy('id').execute()).map(terminalOf),

    block: (id, now) =>
      write(access, async (tx) => {
        const known = await find(id, tx);
        if (known?.state === 'active') await tx.updateTable('terminals').set({ state: 'blocked', blocked_at: now }).where('id', '=', id).execute();
        return known !== undefined;
      }),

    setAccess: (id, given) =>
      write(access, async (tx) => {
        if ((await find(id, tx)) === undefined) return false;
        await tx.updateTable('terminals').set(accessColumns(given)).where('id', '=', id).execute();
        return true;
      }),

    beginEpoch: (id) =>
      write(access, async (tx) => {
        const known = await find(id, tx);
        if (known === undefined) return undefined;
        await tx.updateTable('terminals').set({ epoch: known.epoch + 1 }).where('id', '=', id).execute();
        // A restored copy does not know which numbers it gave since it was made: what it holds counts as used, and new blocks are given (sync.md 4.2).
        await tx.updateTable('index_blocks').set((e) => ({ highest: e.ref('last') })).where('terminal_id', '=', id).execute();
        await tx.updateTable('number_blocks').set((e) => ({ highest: e.ref('last') })).where('terminal_id', '=', id).execute();
        return known.epoch + 1;
      }),
  };
};
