import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { CapturedRecord, KeySet } from '../../src/contract/index.js';
import type { JournalEntry } from '../../src/outbox/index.js';
import { codeOf, open, start, temporaryFolder } from './fixture.js';

const serial = '0102030405060708090a';
const entry = (more: Partial<JournalEntry> = {}): JournalEntry => ({
  serial,
  state: 'reserved',
  permitNumber: '330302202610000429',
  statusIndex: 7,
  sodHash: '',
  payload: Uint8Array.of(1, 2, 3),
  startedAt: start,
  ...more,
});
const set = (n: number): KeySet => ({
  serial: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, n),
  keyVersion: 30,
  enc: new Uint8Array(16).fill(0xe0 + n),
  mac: new Uint8Array(16).fill(0x30 + n),
  dek: new Uint8Array(16).fill(0x50 + n),
});
const spoiled = (of = serial): CapturedRecord => ({ type: 'spoiled', serial: of, reason: 'torn', at: start });
const delegation = (first: number, last: number, notBefore = start) => ({ kcwt: Uint8Array.of(first), first, last, notBefore, expires: notBefore + 600_000 });

describe('journal', () => {
  it('keeps an entry over a restart and finds it by serial and by SOD', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const first = open(path);
    first.journal.put(entry());
    first.journal.put(entry({ state: 'prepared', sodHash: 'ab'.repeat(32) }));
    const { journal } = open(path);
    const stored = entry({ state: 'prepared', sodHash: 'ab'.repeat(32) });
    expect(journal.find(serial)).toEqual(stored);
    expect(journal.findBySodHash('ab'.repeat(32))).toEqual(stored);
    expect(journal.findBySodHash('')).toBeUndefined();
    expect(journal.list()).toEqual([stored]);
  });

  it('complete: record queued, entry gone, key set erased, in one step', () => {
    const outbox = open();
    outbox.keySets.replace([set(10), set(11)]);
    outbox.journal.put(entry());
    expect(outbox.journal.complete(serial, spoiled())).toBe(1);
    expect(outbox.journal.list()).toEqual([]);
    expect(outbox.keySets.find(serial)).toBeUndefined();
    expect(outbox.keySets.serials()).toEqual(['0102030405060708090b']);
    expect(outbox.counts().pending).toBe(1);
  });

  it('a card is not closed twice', () => {
    const outbox = open();
    outbox.journal.put(entry());
    outbox.journal.spoil(serial, spoiled());
    expect(() => outbox.journal.complete(serial, spoiled())).toThrow('no journal entry');
    expect(outbox.counts().pending).toBe(1);
  });

  it('an erased key set leaves no trace in the files', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'terminal.db');
    const outbox = open(path);
    outbox.keySets.replace([set(10)]);
    outbox.journal.put(entry());
    const db = new Database(path, { readonly: true });
    const boxed = db.prepare<[], { boxed: Buffer }>('SELECT boxed FROM key_set').get()?.boxed ?? Buffer.alloc(0);
    db.close();
    const holds = (): boolean => [path, `${path}-wal`].some((file) => readFileSync(file).includes(boxed.subarray(24, 56)));
    expect(holds()).toBe(true);
    outbox.journal.complete(serial, spoiled());
    expect(holds()).toBe(false);
  });

  it('a box moved to another row does not open there', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    outbox.settings.put({ a: 1, b: 2 });
    const db = new Database(path);
    db.exec("UPDATE setting SET boxed = (SELECT boxed FROM setting WHERE key = 'a') WHERE key = 'b'");
    db.close();
    expect(outbox.settings.get('a')).toBe(1);
    expect(codeOf(() => outbox.settings.get('b'))).toBe('STORAGE_CORRUPT');
    expect(codeOf(() => open(path, { localKey: new Uint8Array(32) }).settings.get('a'))).toBe('STORAGE_CORRUPT');
  });
});

describe('key sets', () => {
  it('gives copies, so that a caller can wipe them', () => {
    const outbox = open();
    outbox.keySets.replace([set(10)]);
    outbox.keySets.find(serial)?.enc.fill(0);
    expect(outbox.keySets.find(serial)).toEqual(set(10));
  });

  it('does not take back a used set while the platform still lists it, and keeps one whose card is half written', () => {
    const outbox = open();
    outbox.keySets.replace([set(10), set(11)]);
    outbox.journal.put(entry());
    outbox.journal.complete(serial, spoiled());
    outbox.keySets.replace([set(10), set(11)]);
    expect(outbox.keySets.find(serial)).toBeUndefined();
    outbox.journal.put(entry({ serial: '0102030405060708090b' }));
    outbox.keySets.replace([set(12)]);
    expect(outbox.keySets.serials()).toEqual(['0102030405060708090b', '0102030405060708090c']);
  });
});

describe('numbers', () => {
  it('gives each number once, across restarts and blocks, then none', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    outbox.numbers.addBlock({ division: '330302', year: 2026, kind: 1, first: 10, last: 11 });
    outbox.numbers.addBlock({ division: '330302', year: 2026, kind: 1, first: 40, last: 40 });
    expect(outbox.numbers.reserve('330302', 2026, 1)).toBeUndefined();
    outbox.numbers.addDelegation(delegation(100, 109));
    const taken = [outbox, open(path), outbox, outbox].map((o) => o.numbers.reserve('330302', 2026, 1));
    expect(taken).toEqual([{ sequence: 10, statusIndex: 100 }, { sequence: 11, statusIndex: 101 }, { sequence: 40, statusIndex: 102 }, undefined]);
    expect(outbox.numbers.reserve('330302', 2026, 2)).toBeUndefined();
    expect(outbox.numbers.indexesLeft()).toBe(7);
    expect(outbox.numbers.blocks().map((b) => b.left)).toEqual([0, 0]);
  });

  it('goes on counting when a block or a certificate comes again', () => {
    const outbox = open();
    const block = { division: '330302', year: 2026, kind: 1, first: 1, last: 9 };
    outbox.numbers.addBlock(block);
    outbox.numbers.addDelegation(delegation(100, 109));
    outbox.numbers.reserve('330302', 2026, 1);
    outbox.numbers.addBlock(block);
    outbox.numbers.addDelegation(delegation(100, 109, start + 50));
    expect(outbox.numbers.reserve('330302', 2026, 1)).toEqual({ sequence: 2, statusIndex: 101 });
    expect(outbox.numbers.delegations()).toEqual([delegation(100, 109, start + 50)]);
  });

  it('takes indexes of the newest certificate only', () => {
    const outbox = open();
    outbox.numbers.addBlock({ division: '330302', year: 2026, kind: 1, first: 1, last: 9 });
    outbox.numbers.addDelegation(delegation(100, 109));
    outbox.numbers.addDelegation(delegation(500, 509, start + 1));
    expect(outbox.numbers.reserve('330302', 2026, 1)?.statusIndex).toBe(500);
    expect(outbox.numbers.delegations().map((d) => d.first)).toEqual([500, 100]);
  });

  it('refuses a block that is empty or cuts into another', () => {
    const outbox = open();
    const block = { division: '330302', year: 2026, kind: 1 };
    outbox.numbers.addBlock({ ...block, first: 10, last: 19 });
    outbox.numbers.addDelegation(delegation(100, 109));
    expect(codeOf(() => outbox.numbers.addBlock({ ...block, first: 15, last: 30 }))).toBe('PLATFORM_ANSWER_INVALID');
    expect(codeOf(() => outbox.numbers.addBlock({ ...block, first: 5, last: 4 }))).toBe('PLATFORM_ANSWER_INVALID');
    expect(codeOf(() => outbox.numbers.addDelegation(delegation(105, 120)))).toBe('PLATFORM_ANSWER_INVALID');
    outbox.numbers.addBlock({ ...block, year: 2027, first: 15, last: 30 });
  });
});
