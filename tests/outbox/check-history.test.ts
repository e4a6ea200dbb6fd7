import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/outbox/index.js';
import { checked, checkedNumber } from './check-history.js';
import { codeOf, localKey, open, start, temporaryFolder } from './fixture.js';

const hour = 3_600;
const timesOf = ({ history }: Outbox, by = 'p1'): number[] => history.list(by).map(({ at }) => at - start);

/** Whether the boxes of the lines, as they were, still stand in the file or its log: what they hold is random to anybody without the key. */
const tracer = (at: string): (() => boolean[]) => {
  const db = new Database(at, { readonly: true });
  const boxes = db.prepare<[], { boxed: Buffer }>('SELECT boxed FROM check_history ORDER BY at').all();
  db.close();
  return () => boxes.map(({ boxed }) => [at, `${at}-wal`].some((file) => readFileSync(file).includes(boxed.subarray(24, 56))));
};

describe('the history of checks', () => {
  it('lists each person’s own, newest first, and opens one whole', () => {
    const outbox = open();
    const id = outbox.history.add(checked(start));
    outbox.history.add(checked(start + 5));
    outbox.history.add(checked(start + 3, 'p2'));
    expect([timesOf(outbox), timesOf(outbox, 'p2'), timesOf(outbox, 'p3')]).toEqual([[5, 0], [3], []]);
    expect(outbox.history.get(id, 'p1')).toEqual({ id, ...checked(start) });
    expect([outbox.history.get(id, 'p2'), outbox.history.get('none', 'p1')]).toEqual([undefined, undefined]);
  });

  it('keeps the order of checks within one second', () => {
    const outbox = open();
    const ids = Array.from({ length: 8 }, () => outbox.history.add(checked(start)));
    expect(outbox.history.list('p1').map(({ id }) => id)).toEqual(ids.reverse());
  });

  it('lies boxed: neither number, place nor operator shows in the files', () => {
    const at = join(temporaryFolder(), 'terminal.db');
    open(at).history.add(checked(start, 'officer-07'));
    for (const file of [at, `${at}-wal`]) for (const text of [checkedNumber, '火车站', 'officer-07', 'station']) expect([file, text, readFileSync(file).includes(text)]).toEqual([file, text, false]);
  });

  it('is purged by age, without the key and from every file; so is what a clock that was ahead kept', () => {
    const at = join(temporaryFolder(), 'terminal.db');
    const outbox = open(at);
    for (const time of [start, start + 6 * hour, start + 40 * hour]) outbox.history.add(checked(time));
    const traces = tracer(at);
    outbox.local.lock();
    expect(outbox.history.purge(start + 12 * hour - 1, 12 * hour)).toBe(1);
    expect(traces()).toEqual([true, true, false]);
    expect(outbox.history.purge(start + 12 * hour, 12 * hour)).toBe(1);
    expect(traces()).toEqual([false, true, false]);
    expect(outbox.history.purge(start + 12 * hour, 12 * hour)).toBe(0);
    outbox.local.unlock(localKey);
    expect(timesOf(outbox)).toEqual([6 * hour]);
  });

  it('of everybody else goes with the next person, and all of it with the end of a shift', () => {
    const at = join(temporaryFolder(), 'terminal.db');
    const outbox = open(at);
    for (const [time, by] of [[start, 'p1'], [start + 1, 'p2']] as const) outbox.history.add(checked(time, by));
    const traces = tracer(at);
    expect([outbox.history.keepOnly('p2'), traces()]).toEqual([1, [false, true]]);
    outbox.local.lock();
    expect([outbox.history.clear(), traces()]).toEqual([1, [false, false]]);
  });

  it('moves with the local key, and is given up with the local data', () => {
    const outbox = open();
    outbox.history.add(checked(start));
    expect(outbox.local.rows()).toBe(1);
    outbox.local.rekey(new Uint8Array(32).fill(0x77), {});
    expect(timesOf(outbox)).toEqual([0]);
    outbox.local.lock();
    expect(codeOf(() => outbox.local.unlock(localKey))).toBe('STORAGE_CORRUPT');
    outbox.local.beginAnew(new Uint8Array(32).fill(0x78), {});
    expect([timesOf(outbox), outbox.local.rows()]).toEqual([[], 0]);
  });
});
