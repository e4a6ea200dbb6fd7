import type { ConfigStore, OperatorStore, StoredOperator } from './ports.js';
import { write, type KyselyAccess, type Tx } from './write.js';

/** What stands before anybody set anything has version 1 and is not stored. */
const unsetVersion = 1;

const newestOf = (tx: Tx | KyselyAccess['db'], name: string) => tx.selectFrom('config').selectAll().where('name', '=', name).orderBy('version', 'desc').limit(1).executeTakeFirst();

const putNext = async (tx: Tx, name: string, contents: Uint8Array, issuedAt: number): Promise<number> => {
  const version = ((await newestOf(tx, name))?.version ?? unsetVersion) + 1;
  await tx.insertInto('config').values({ name, version, contents, issued_at: issuedAt }).execute();
  return version;
};

/** Named settings with their versions; older versions stay, so that it can be told what held on a day. */
export const configStore = (access: KyselyAccess): ConfigStore => ({
  newest: async (name) => {
    const row = await newestOf(access.db, name);
    return row === undefined ? { version: unsetVersion } : { version: row.version, contents: new Uint8Array(row.contents), issuedAt: row.issued_at };
  },
  change: (name, change, issuedAt) =>
    write(access, async (tx) => {
      const held = await newestOf(tx, name);
      const changed = change(held === undefined ? undefined : new Uint8Array(held.contents));
      if (!changed.ok) return changed;
      return { ok: true, value: await putNext(tx, name, changed.value, issuedAt) };
    }),
});

/** Who may sign in at terminals. Every change counts the version of the config `operators` up: terminals learn of it by that. */
export const operatorStore = (access: KyselyAccess): OperatorStore => {
  const changed = (tx: Tx, now: number): Promise<number> => putNext(tx, 'operators', new Uint8Array(0), now);
  return {
    add: ({ id, role, prefixes, box, disabled }, now) =>
      write(access, async (tx) => {
        const known = await tx.selectFrom('operators').select('id').where('id', '=', id).executeTakeFirst();
        if (known !== undefined) return false;
        await tx.insertInto('operators').values({ id, role, disabled: disabled ? 1 : 0, box }).execute();
        await tx.insertInto('operator_divisions').values(prefixes.map((prefix) => ({ operator_id: id, prefix }))).execute();
        await changed(tx, now);
        return true;
      }),
    list: async () => {
      const divisions = await access.db.selectFrom('operator_divisions').selectAll().orderBy('prefix').execute();
      const rows = await access.db.selectFrom('operators').selectAll().orderBy('id').execute();
      return rows.map(
        (row): StoredOperator => ({
          id: row.id,
          role: row.role,
          disabled: row.disabled === 1,
          box: new Uint8Array(row.box),
          prefixes: divisions.filter((d) => d.operator_id === row.id).map((d) => d.prefix),
        }),
      );
    },
    update: (id, { disabled, box }, now) =>
      write(access, async (tx) => {
        const known = await tx.selectFrom('operators').selectAll().where('id', '=', id).executeTakeFirst();
        if (known === undefined) return false;
        await tx.updateTable('operators').set({ disabled: disabled === undefined ? known.disabled : disabled ? 1 : 0, box: box ?? known.box }).where('id', '=', id).execute();
        await changed(tx, now);
        return true;
      }),
  };
};
