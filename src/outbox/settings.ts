import type { Boxes } from './boxes.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** Named values, boxed at rest: trust list, status list, clock state, ETags, code tables. Values are what CBOR can hold (maps come back as Map). */
export interface SettingsView {
  get(key: string): unknown;
  keys(): string[];
}
export interface Settings extends SettingsView {
  /** All of them in one transaction, durable on return; `undefined` deletes. @throws CodedError DISK_FULL, STORAGE_* */
  put(values: Readonly<Record<string, unknown>>): void;
}

export function settingsView(store: ReadStore, boxes: Boxes): SettingsView {
  const select = store.query<{ boxed: Uint8Array } & Row>('SELECT boxed FROM setting WHERE key = ?');
  const list = store.query<{ key: string } & Row>('SELECT key FROM setting ORDER BY key');
  return {
    get: (key) => {
      const row = store.read(() => select.get(key));
      return row === undefined ? undefined : boxes.open(`setting/${key}`, row.boxed);
    },
    keys: () => store.read(() => list.all().map((row) => row.key)),
  };
}

/** A setting written inside a transaction that the caller holds. */
export type PutInside = (key: string, value: unknown) => void;

export function settings(store: WriteStore, boxes: Boxes): { readonly settings: Settings; readonly putInside: PutInside } {
  const upsert = store.command('INSERT INTO setting (key, boxed) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET boxed = excluded.boxed');
  const remove = store.command('DELETE FROM setting WHERE key = ?');
  const putInside: PutInside = (key, value) => {
    if (value === undefined) remove(key);
    else upsert(key, boxes.close(`setting/${key}`, value));
  };
  return {
    settings: {
      ...settingsView(store, boxes),
      put: (values) => {
        store.write(() => {
          for (const [key, value] of Object.entries(values)) putInside(key, value);
        });
      },
    },
    putInside,
  };
}
