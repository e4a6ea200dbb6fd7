import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { CapturedRecord } from '../../src/contract/index.js';
import { Boxes } from '../../src/outbox/boxes.js';
import { idNumberDigest } from '../../src/outbox/index.js';
import { applicationId, migrations } from '../../src/outbox/migrations.js';
import { openOutboxReader, type JournalEntry } from '../../src/outbox/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { applicant } from '../workflows/fixtures.js';
import { checked } from './check-history.js';
import { codeOf, open, platformKeys, receiptMap, signReceipt, start, temporaryFolder, verification } from './fixture.js';

const deviceKey = new Uint8Array(32).fill(0xd0);
const localKey = new Uint8Array(32).fill(0x10);
const serial = '0102030405060708090a';
const path = (): string => join(temporaryFolder(), 'terminal.db');
const locked = (at = path()) => open(at, { deviceKey, localKey: undefined });
const entry: JournalEntry = { serial, state: 'reserved', permitNumber: '330302202610000429', statusIndex: 7, sodHash: '', payload: Uint8Array.of(1, 2, 3), startedAt: start };
const update = { chip: '0102030405060708', permitNumber: '330302202610000429', target: 'residence', counter: 2, object: Uint8Array.of(9), startedAt: start } as const;
const registration = (n = 1): CapturedRecord => ({ type: 'registration', voucher: `DJ-${n}`, application: applicant(n), by: 'w1', at: start });
const spoiled: CapturedRecord = { type: 'spoiled', serial, reason: 'torn', at: start };

describe('an outbox whose local data is locked', () => {
  it('captures, pushes, counts and keeps settings, numbers and key sets', () => {
    const outbox = locked();
    expect(outbox.enqueue(registration())).toBe(1);
    outbox.settings.put({ trust: Uint8Array.of(1) });
    outbox.keySets.replace([{ serial: new Uint8Array(Buffer.from(serial, 'hex')), keyVersion: 1, enc: new Uint8Array(16), mac: new Uint8Array(16), dek: new Uint8Array(16) }]);
    expect(outbox.keySets.find(serial)).toBeDefined();
    expect(outbox.pending(10)).toHaveLength(1);
    expect(outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 1)), platformKeys)).toMatchObject({ ok: true, value: { deleted: 1 } });
    expect(outbox.settings.get('trust')).toEqual(Uint8Array.of(1));
    expect(outbox.counts().pending).toBe(0);
  });

  it.each<[string, (outbox: ReturnType<typeof open>) => unknown]>([
    ['journal.find', (o) => o.journal.find(serial)],
    ['journal.findBySodHash', (o) => o.journal.findBySodHash('ab'.repeat(32))],
    ['journal.list', (o) => o.journal.list()],
    ['journal.put', (o) => o.journal.put(entry)],
    ['journal.findUpdate', (o) => o.journal.findUpdate(update.chip)],
    ['journal.listUpdates', (o) => o.journal.listUpdates()],
    ['journal.putUpdate', (o) => o.journal.putUpdate(update)],
    ['drafts.get', (o) => o.drafts.get('a')],
    ['drafts.list', (o) => o.drafts.list()],
    ['drafts.put', (o) => o.drafts.put('a', { name: 'x' }, start)],
    ['drafts.delete', (o) => o.drafts.delete('a')],
    ['ownRecords.list', (o) => o.ownRecords.list()],
    ['history.add', (o) => o.history.add(checked(start))],
    ['history.list', (o) => o.history.list('p1')],
    ['history.get', (o) => o.history.get('a', 'p1')],
    ['history.keepOnly', (o) => o.history.keepOnly('p1')],
  ])('%s is SIGN_IN_REQUIRED', (_name, work) => {
    const outbox = locked();
    expect(codeOf(() => work(outbox))).toBe('SIGN_IN_REQUIRED');
    outbox.local.unlock(localKey);
    expect(codeOf(() => work(outbox))).toBe('nothing was thrown');
    outbox.local.lock();
    expect(codeOf(() => work(outbox))).toBe('SIGN_IN_REQUIRED');
  });

  it('a card that is being written is finished, or given up, without the key', () => {
    const outbox = locked();
    outbox.local.unlock(localKey);
    outbox.journal.put(entry);
    outbox.local.lock();
    expect(outbox.journal.serials()).toEqual([serial]);
    expect(outbox.journal.spoil(serial, spoiled)).toBe(1);
    expect(outbox.local.rows()).toBe(0);
  });

  it('does not unlock with another key, and takes no harm from the attempt', () => {
    const outbox = locked();
    outbox.local.unlock(localKey);
    outbox.drafts.put('a', 'content', start);
    outbox.local.lock();
    expect(codeOf(() => outbox.local.unlock(new Uint8Array(32)))).toBe('STORAGE_CORRUPT');
    expect(outbox.local.locked).toBe(true);
    outbox.local.unlock(localKey);
    expect(outbox.drafts.get('a')).toEqual({ id: 'a', content: 'content', savedAt: start });
  });

  it('needs one key at least', () => {
    expect(() => open(path(), { localKey: undefined })).toThrow(RangeError);
  });
});

describe('own records', () => {
  it('lists what was captured and not receipted, newest first, with the name masked; no verifications', () => {
    const outbox = open();
    outbox.enqueue(registration(1));
    outbox.enqueue(verification(1));
    outbox.enqueue({ type: 'revocation', permitNumber: '330302202610000429', status: 1, reason: 'left', approvedBy: 's1', requestedBy: 'w1', at: start });
    expect(outbox.ownRecords.list()).toEqual([
      { seq: 3, type: 'revocation', reference: '330302202610000429', maskedName: '', by: 'w1', at: start },
      { seq: 1, type: 'registration', reference: 'DJ-1', maskedName: '林**', by: 'w1', at: start },
    ]);
    outbox.journal.put(entry);
    outbox.journal.spoil(serial, spoiled);
    expect(outbox.ownRecords.list(1)).toEqual([{ seq: 4, type: 'spoiled', reference: serial, maskedName: '', by: '', at: start }]);
  });

  it('stay for their day when the platform has the records, and go from every file when it is over', () => {
    const at = path();
    const outbox = open(at, { localKey });
    for (const n of [1, 2, 3]) outbox.enqueue(registration(n));
    const db = new Database(at, { readonly: true });
    const boxes = db.prepare<[], { boxed: Buffer }>('SELECT boxed FROM own_record ORDER BY seq').all().map((row) => row.boxed);
    db.close();
    // What the box holds is random to anybody without the key: its own bytes are the trace to look for.
    const traces = () => boxes.map((boxed) => [at, `${at}-wal`].some((file) => readFileSync(file).includes(boxed.subarray(24, 56))));
    expect(traces()).toEqual([true, true, true]);
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 2)), platformKeys);
    expect(outbox.ownRecords.list().map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(outbox.ownRecords.purge(start)).toBe(0);
    // What waits stays, however old it is.
    outbox.local.lock();
    expect(outbox.ownRecords.purge(start + 86_400)).toBe(2);
    outbox.local.unlock(localKey);
    expect(outbox.ownRecords.list().map(({ seq }) => seq)).toEqual([3]);
    expect(traces()).toEqual([false, false, true]);
  });

  it('a receipt takes those of days before along', () => {
    const at = path();
    const outbox = open(at);
    for (const n of [1, 2]) outbox.enqueue(registration(n));
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 1, [[6, start + 86_400]])), platformKeys);
    expect(outbox.ownRecords.list().map(({ seq }) => seq)).toEqual([2]);
  });

  it('tell the search what they are found by, and the list of them nothing of it', () => {
    const outbox = open();
    const application = applicant(1);
    outbox.enqueue(registration(1));
    expect(outbox.ownRecords.searchable(0, 10)).toEqual([
      { seq: 1, type: 'registration', reference: 'DJ-1', maskedName: '林**', by: 'w1', at: start, receipt: '', name: application.name, idEnd: application.idNumber.slice(-4), idDigest: idNumberDigest(application.idNumber) },
    ]);
    expect(Object.keys(outbox.ownRecords.list()[0] ?? {})).toEqual(['seq', 'type', 'reference', 'maskedName', 'by', 'at']);
    expect(outbox.ownRecords.searchable(1, 10)).toEqual([]);
    expect(outbox.ownRecords.extent()).toEqual({ first: 1, last: 1 });
  });

  it('of a program before are still opened', () => {
    const at = path();
    const outbox = open(at, { localKey });
    outbox.enqueue(registration(1));
    const db = new Database(at);
    const { id } = db.prepare<[], { id: string }>('SELECT id FROM own_record').get()!;
    db.prepare('UPDATE own_record SET boxed = ?').run(new Boxes(localKey).close(`own/${id}`, ['registration', 'DJ-1', '林**', 'w1', start]));
    db.close();
    expect(outbox.ownRecords.list()).toEqual([{ seq: 1, type: 'registration', reference: 'DJ-1', maskedName: '林**', by: 'w1', at: start }]);
    expect(outbox.ownRecords.searchable(0, 1)).toMatchObject([{ name: '', idEnd: '', idDigest: '', receipt: '' }]);
  });

  it('a receipt that is refused wipes nothing', () => {
    const outbox = open();
    outbox.enqueue(registration());
    expect(outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 1, [[5, new Uint8Array(32)]])), platformKeys)).toMatchObject({ code: 'RECEIPT_INVALID' });
    expect(outbox.ownRecords.list()).toHaveLength(1);
  });

  it('follow their records into a new epoch, also while locked', () => {
    const outbox = locked();
    outbox.local.unlock(localKey);
    for (const n of [1, 2, 3]) outbox.enqueue(registration(n));
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 1)), platformKeys);
    outbox.local.lock();
    expect(outbox.beginEpoch(2)).toMatchObject({ ok: true });
    outbox.local.unlock(localKey);
    expect(outbox.ownRecords.list().map(({ seq, reference }) => [seq, reference])).toEqual([[2, 'DJ-3'], [1, 'DJ-2']]);
  });
});

describe('drafts', () => {
  it('keep, replace, list newest first and delete without a trace', () => {
    const at = path();
    const outbox = open(at);
    outbox.drafts.put('a', { name: '林某某' }, start);
    outbox.drafts.put('b', { name: '陈某某' }, start + 2);
    outbox.drafts.put('a', { name: '林某某', phone: '1' }, start + 5);
    expect(open(at).drafts.list()).toEqual([
      { id: 'a', content: new Map([['name', '林某某'], ['phone', '1']]), savedAt: start + 5 },
      { id: 'b', content: new Map([['name', '陈某某']]), savedAt: start + 2 },
    ]);
    const db = new Database(at, { readonly: true });
    const boxed = db.prepare<[], { boxed: Buffer }>("SELECT boxed FROM draft WHERE id = 'a'").get()!.boxed;
    db.close();
    expect(outbox.drafts.delete('a')).toBe(true);
    expect(outbox.drafts.delete('a')).toBe(false);
    expect(outbox.drafts.get('a')).toBeUndefined();
    for (const file of [at, `${at}-wal`]) expect(readFileSync(file).includes(boxed.subarray(24, 56))).toBe(false);
  });

  it('an id that could name somebody is a bug', () => {
    expect(() => open().drafts.put('林某某', {}, start)).toThrow(RangeError);
  });
});

describe('another local key', () => {
  const filled = (at: string) => {
    const outbox = locked(at);
    outbox.local.unlock(localKey);
    outbox.journal.put(entry);
    outbox.journal.putUpdate(update);
    outbox.drafts.put('a', 1, start);
    outbox.enqueue(registration());
    return outbox;
  };
  const next = new Uint8Array(32).fill(0x11);

  it('takes every row along, in one step with its settings', () => {
    const at = path();
    const outbox = filled(at);
    outbox.local.rekey(next, { copies: 7 });
    expect(outbox.settings.get('copies')).toBe(7);
    const other = locked(at);
    expect(codeOf(() => other.local.unlock(localKey))).toBe('STORAGE_CORRUPT');
    other.local.unlock(next);
    expect(other.journal.listUpdates()).toEqual([update]);
    expect([other.journal.list(), other.drafts.list().length, other.ownRecords.list().length]).toEqual([[entry], 1, 1]);
  });

  it('another program that holds the key before locks itself: it boxes nothing that nobody could open', () => {
    const at = path();
    const outbox = filled(at);
    const other = locked(at);
    other.local.unlock(localKey);
    outbox.local.rekey(next, {});
    expect(codeOf(() => other.journal.put({ ...entry, serial: '0102030405060708090b' }))).toBe('SIGN_IN_REQUIRED');
    expect(other.local.locked).toBe(true);
    expect(other.enqueue(registration(2))).toBe(2);
    expect(outbox.journal.serials()).toEqual([serial]);
    expect(outbox.ownRecords.list()).toHaveLength(1);
  });

  it('is not given to rows that are locked', () => {
    const outbox = filled(path());
    outbox.local.lock();
    expect(codeOf(() => outbox.local.rekey(next, {}))).toBe('SIGN_IN_REQUIRED');
    outbox.local.unlock(localKey);
    expect(outbox.journal.list()).toEqual([entry]);
  });

  it('beginning anew leaves no journal behind, and the records alone', () => {
    const outbox = filled(path());
    outbox.local.lock();
    expect(() => outbox.local.beginAnew(next, {})).toThrow('journal');
    outbox.journal.spoil(serial, spoiled);
    outbox.local.beginAnew(next, {});
    expect([outbox.local.rows(), outbox.counts().pending]).toEqual([0, 2]);
  });
});

describe('a reader', () => {
  it('looks at the queue with the device key alone', () => {
    const at = path();
    const outbox = locked(at);
    outbox.enqueue(registration());
    const reader = openOutboxReader(at, { deviceKey, crypto: nodeCrypto });
    expect(reader.counts().pending).toBe(1);
    expect(reader.journal.serials()).toEqual([]);
    expect(codeOf(() => reader.ownRecords.list())).toBe('SIGN_IN_REQUIRED');
    reader.close();
  });

  it('does not meet a file of an older version half way: the next opening for writing brings it up to date', () => {
    const at = path();
    const db = new Database(at);
    db.exec(migrations[0]!);
    db.pragma('user_version = 1');
    db.pragma(`application_id = ${applicationId}`);
    db.close();
    expect(codeOf(() => openOutboxReader(at, { deviceKey, crypto: nodeCrypto }))).toBe('NOT_INITIALISED');
    expect(locked(at).local.rows()).toBe(0);
  });
});
