import { CodedError, type NumberBlock } from '../contract/index.js';
import type { Boxes } from './boxes.js';
import type { ReadStore, Row, WriteStore } from './store.js';

/** The certificate for this terminal's key with its block of status list indexes. Times in seconds since 1970 UTC, ends inclusive. */
export interface StoredDelegation {
  readonly kcwt: Uint8Array;
  readonly first: number;
  readonly last: number;
  readonly notBefore: number;
  readonly expires: number;
}
/** A block of permit numbers with what is left of it. */
export type BlockState = NumberBlock & { readonly left: number };

export interface NumbersView {
  /** Newest first; those that still cover an index given in the past stay until they expire. */
  delegations(): StoredDelegation[];
  blocks(): BlockState[];
  /** status indexes left under the newest delegation */
  indexesLeft(): number;
}
export interface Numbers extends NumbersView {
  /** Durable on return, never given twice; undefined when permit numbers or status indexes have run out. `year` as in the permit number. */
  reserve(division6: string, year: number, kind: 1 | 2): { sequence: number; statusIndex: number } | undefined;
  /** A status index alone, for another card of a permit that has its number: durable on return, never given twice; undefined when there is none left. */
  reserveIndex(): number | undefined;
  /** Adds a block; one already held goes on where it was. @throws CodedError PLATFORM_ANSWER_INVALID: it cuts into another block */
  addBlock(block: NumberBlock): void;
  /** Adds or renews the delegation; counting goes on where it was. @throws CodedError PLATFORM_ANSWER_INVALID: its block cuts into another one's */
  addDelegation(delegation: StoredDelegation): void;
}

interface BlockRow extends Row {
  division: string;
  year: number;
  kind: number;
  first: number;
  last: number;
  next: number;
}
interface DelegationRow extends Row {
  first: number;
  last: number;
  next: number;
  not_before: number;
  expires: number;
  boxed: Uint8Array;
}

const newestFirst = 'ORDER BY not_before DESC, first DESC';

export function numbersView(store: ReadStore, boxes: Boxes): NumbersView {
  const blocks = store.query<BlockRow>('SELECT * FROM number_block ORDER BY division, year, kind, first');
  const delegations = store.query<DelegationRow>(`SELECT * FROM delegation ${newestFirst}`);
  return {
    blocks: () => store.read(() => blocks.all().map(({ next, ...block }) => ({ ...block, left: block.last - next + 1 }))),
    indexesLeft: () => {
      const newest = store.read(() => delegations.all()[0]);
      return newest === undefined ? 0 : newest.last - newest.next + 1;
    },
    delegations: () =>
      store
        .read(() => delegations.all())
        .map(({ first, last, not_before: notBefore, expires, boxed }) => {
          const kcwt = boxes.open(`delegation/${first}`, boxed);
          if (!(kcwt instanceof Uint8Array)) throw new CodedError('STORAGE_CORRUPT', 'delegation');
          return { kcwt, first, last, notBefore, expires };
        }),
  };
}

export function numbers(store: WriteStore, boxes: Boxes): Numbers {
  const block = store.query<BlockRow>('SELECT * FROM number_block WHERE division = ? AND year = ? AND kind = ? AND next <= last ORDER BY first LIMIT 1');
  const takeNumber = store.command('UPDATE number_block SET next = next + 1 WHERE division = ? AND year = ? AND kind = ? AND first = ?');
  const index = store.query<DelegationRow>(`SELECT * FROM delegation ${newestFirst} LIMIT 1`);
  const takeIndex = store.command('UPDATE delegation SET next = next + 1 WHERE first = ?');
  const blocksAcross = store.query<BlockRow>(
    'SELECT * FROM number_block WHERE division = ?1 AND year = ?2 AND kind = ?3 AND first <= ?5 AND last >= ?4 AND first <> ?4',
  );
  const insertBlock = store.command(
    'INSERT INTO number_block (division, year, kind, first, last, next) VALUES (?1, ?2, ?3, ?4, ?5, ?4) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)',
  );
  const delegationsAcross = store.query<DelegationRow>('SELECT * FROM delegation WHERE first <= ?2 AND last >= ?1 AND first <> ?1');
  const insertDelegation = store.command(
    `INSERT INTO delegation (first, last, next, not_before, expires, boxed) VALUES (?1, ?2, ?1, ?3, ?4, ?5) ON CONFLICT (first)
     DO UPDATE SET last = max(last, excluded.last), not_before = excluded.not_before, expires = excluded.expires, boxed = excluded.boxed`,
  );
  const range = (first: number, last: number): void => {
    if (last < first) throw new CodedError('PLATFORM_ANSWER_INVALID', 'an empty block');
  };

  return {
    ...numbersView(store, boxes),
    reserve: (division6, year, kind) =>
      store.write(() => {
        const numbersLeft = block.get(division6, year, kind);
        const indexesLeft = index.get();
        if (numbersLeft === undefined || indexesLeft === undefined || indexesLeft.next > indexesLeft.last) return undefined;
        takeNumber(division6, year, kind, numbersLeft.first);
        takeIndex(indexesLeft.first);
        return { sequence: numbersLeft.next, statusIndex: indexesLeft.next };
      }),
    reserveIndex: () =>
      store.write(() => {
        const left = index.get();
        if (left === undefined || left.next > left.last) return undefined;
        takeIndex(left.first);
        return left.next;
      }),
    addBlock: ({ division, year, kind, first, last }) => {
      range(first, last);
      store.write(() => {
        // A number given twice is a permit number on two cards: a block that cuts into another is refused whole.
        if (blocksAcross.get(division, year, kind, first, last) !== undefined) throw new CodedError('PLATFORM_ANSWER_INVALID', 'overlapping number block');
        insertBlock(division, year, kind, first, last);
      });
    },
    addDelegation: ({ kcwt, first, last, notBefore, expires }) => {
      range(first, last);
      const boxed = boxes.close(`delegation/${first}`, kcwt);
      store.write(() => {
        if (delegationsAcross.get(first, last) !== undefined) throw new CodedError('PLATFORM_ANSWER_INVALID', 'overlapping index block');
        insertDelegation(first, last, notBefore, expires, boxed);
      });
    },
  };
}
