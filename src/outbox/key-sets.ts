import { CodedError, keySet, type KeySet } from '../contract/index.js';
import type { Boxes } from './boxes.js';
import type { ReadStore, Row, WriteStore } from './store.js';

export interface KeySetsView {
  /** The key set of an allotted blank by its serial, 20 hex digits; undefined: not allotted here, or used and erased. */
  find(serial: string): KeySet | undefined;
  serials(): string[];
}
export interface KeySets extends KeySetsView {
  /**
   * What the platform allots now replaces what was there, in one transaction. A set that was used and erased here does not come back while the
   * platform still lists it (its record has not arrived there yet); a set whose card is half written stays.
   */
  replace(sets: readonly KeySet[]): void;
}

export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export function keySetsView(store: ReadStore, boxes: Boxes): KeySetsView {
  const select = store.query<{ boxed: Uint8Array } & Row>('SELECT boxed FROM key_set WHERE serial = ?');
  const list = store.query<{ serial: string } & Row>('SELECT serial FROM key_set ORDER BY serial');
  return {
    find: (serial) => {
      const row = store.read(() => select.get(serial));
      if (row === undefined) return undefined;
      const content = boxes.open(`key-set/${serial}`, row.boxed);
      const parsed = keySet.safeParse(content instanceof Map ? Object.fromEntries(content) : undefined);
      if (!parsed.success) throw new CodedError('STORAGE_CORRUPT', 'key set');
      return parsed.data;
    },
    serials: () => store.read(() => list.all().map((row) => row.serial)),
  };
}

/** Erases a key set for good, inside a transaction that the caller holds (secure_delete overwrites its bytes). */
export type EraseKeySet = (serial: string) => void;

export function keySets(store: WriteStore, boxes: Boxes): { readonly keySets: KeySets; readonly erase: EraseKeySet } {
  const insert = store.command('INSERT INTO key_set (serial, boxed) VALUES (?, ?) ON CONFLICT (serial) DO UPDATE SET boxed = excluded.boxed');
  const remove = store.command('DELETE FROM key_set WHERE serial = ?');
  const used = store.query<{ serial: string } & Row>('SELECT serial FROM used_blank');
  const open = store.query<{ serial: string } & Row>('SELECT serial FROM journal');
  const markUsed = store.command('INSERT INTO used_blank (serial) VALUES (?) ON CONFLICT DO NOTHING');
  const forgetUsed = store.command('DELETE FROM used_blank WHERE serial = ?');
  const view = keySetsView(store, boxes);
  return {
    keySets: {
      ...view,
      replace: (sets) => {
        const allotted = new Map(sets.map((set) => [hexOf(set.serial), set]));
        store.write(() => {
          const usedHere = new Set(used.all().map((row) => row.serial));
          const halfWritten = new Set(open.all().map((row) => row.serial));
          for (const serial of view.serials()) if (!allotted.has(serial) && !halfWritten.has(serial)) remove(serial);
          for (const [serial, set] of allotted) if (!usedHere.has(serial)) insert(serial, boxes.close(`key-set/${serial}`, { ...set }));
          for (const serial of usedHere) if (!allotted.has(serial)) forgetUsed(serial);
        });
      },
    },
    erase: (serial) => {
      remove(serial);
      markUsed(serial);
    },
  };
}
