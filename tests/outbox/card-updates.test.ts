import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { CapturedRecord } from '../../src/contract/index.js';
import type { CardUpdate } from '../../src/outbox/index.js';
import { migrations } from '../../src/outbox/migrations.js';
import { codeOf, localKey, open, start, temporaryFolder, toFirstVersion } from './fixture.js';

const chip = '00112233445566aa';
const object = new Uint8Array(500).map((_, i) => (i * 7) % 251);
const record: CapturedRecord = { type: 'residence-change', permitNumber: '330302202610000429', object, changedOn: '2026-11-20', late: false, by: 'op-1', at: start };
const update = (more: Partial<CardUpdate> = {}): CardUpdate => ({ chip, permitNumber: '330302202610000429', target: 'residence', counter: 2, object, record, startedAt: start, ...more });
const delegation = { kcwt: Uint8Array.of(1), first: 10, last: 12, notBefore: start, expires: start + 600_000 };

describe('updates of issued cards', () => {
  it('are kept over a restart, by chip', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const first = open(path);
    const { record: _, ...bare } = update({ chip: 'ff'.repeat(8), target: 'services' });
    first.journal.putUpdate(update());
    first.journal.putUpdate(bare);
    const { journal } = open(path);
    expect(journal.findUpdate(chip)).toEqual(update());
    expect(journal.findUpdate('ff'.repeat(8))).toEqual(bare);
    expect(journal.findUpdate('00'.repeat(8))).toBeUndefined();
    expect(journal.listUpdates()).toEqual([update(), bare]);
    // Cards that are being made are another list.
    expect(journal.list()).toEqual([]);
  });

  it('commit: the record is queued and the intent gone, in one step, once', () => {
    const outbox = open();
    outbox.journal.putUpdate(update());
    expect(outbox.journal.commitUpdate(chip)).toBe(1);
    expect([outbox.journal.listUpdates(), outbox.counts().pending, outbox.pending(9)[0]?.type]).toEqual([[], 1, 'residence-change']);
    expect(() => outbox.journal.commitUpdate(chip)).toThrow('no update');
    expect(() => outbox.journal.dropUpdate(chip)).toThrow('no update');
    expect(outbox.counts().pending).toBe(1);
  });

  it('commit of an update without a record, and giving one up, capture nothing', () => {
    const outbox = open();
    const { record: _, ...bare } = update();
    outbox.journal.putUpdate(bare);
    expect(outbox.journal.commitUpdate(chip)).toBeUndefined();
    outbox.journal.putUpdate(update());
    outbox.journal.dropUpdate(chip);
    expect([outbox.journal.listUpdates(), outbox.counts().captured]).toEqual([[], 0]);
  });

  it('one at a time for a chip: a second intent is a bug, the first stands', () => {
    const outbox = open();
    outbox.journal.putUpdate(update());
    expect(() => outbox.journal.putUpdate(update({ counter: 3 }))).toThrow();
    expect(outbox.journal.findUpdate(chip)?.counter).toBe(2);
  });

  it('a full disk at the intent or at the commit: nothing is half done', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const roomy = open(path);
    roomy.journal.putUpdate(update());
    roomy.close();
    const db = new Database(path, { readonly: true });
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.close();
    const full = open(path, { maxPages: pages });
    let intents = 0;
    const fill = (): void => {
      for (; intents < 100; intents += 1) full.journal.putUpdate(update({ chip: intents.toString(16).padStart(16, '0'), object: new Uint8Array(1_000) }));
    };
    expect(codeOf(fill)).toBe('DISK_FULL');
    expect(full.journal.findUpdate(intents.toString(16).padStart(16, '0'))).toBeUndefined();
    expect([full.journal.findUpdate(chip), full.counts().captured]).toEqual([update(), 0]);
  });

  it('are boxed: neither number nor object lies in the files, and a box moved to another chip does not open', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    outbox.journal.putUpdate(update());
    const folder = dirname(path);
    const all = Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))));
    for (const secret of ['330302202610000429', Buffer.from(object.slice(0, 24)), Buffer.from(localKey)]) expect(all.includes(secret)).toBe(false);
    outbox.close();
    const db = new Database(path);
    db.prepare('UPDATE card_update SET chip = ?').run('00'.repeat(8));
    db.close();
    const moved = open(path);
    expect(codeOf(() => moved.journal.findUpdate('00'.repeat(8)))).toBe('STORAGE_CORRUPT');
  });
});

describe('what is known of chips', () => {
  it('grows and never falls, over a restart', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    expect(outbox.knownCards.lastKnownCounters(chip)).toBeUndefined();
    outbox.knownCards.remember(chip, { residence: 1, endorsements: 0, services: 0 });
    expect(outbox.knownCards.lastKnownCounters(chip)).toBeUndefined();
    outbox.knownCards.remember(chip, { residence: 1, endorsements: 2, services: 0 });
    outbox.knownCards.remember(chip, { residence: 3, endorsements: 1, services: 0 });
    const { knownCards } = open(path);
    expect(knownCards.lastKnownCounters(chip)).toEqual({ residence: 3, endorsements: 2, services: 0 });
    expect(knownCards.lastKnownCounters('00'.repeat(8))).toBeUndefined();
  });
});

describe('a status index alone', () => {
  it('is given once, in one row with those of new permits, over a restart, until there is none', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    expect(outbox.numbers.reserveIndex()).toBeUndefined();
    outbox.numbers.addBlock({ division: '330302', year: 2026, kind: 1, first: 1, last: 9 });
    outbox.numbers.addDelegation(delegation);
    expect(outbox.numbers.reserveIndex()).toBe(10);
    expect(outbox.numbers.reserve('330302', 2026, 1)).toEqual({ sequence: 1, statusIndex: 11 });
    const again = open(path);
    expect([again.numbers.reserveIndex(), again.numbers.reserveIndex(), again.numbers.indexesLeft()]).toEqual([12, undefined, 0]);
    expect(again.numbers.blocks()[0]?.left).toBe(8);
  });
});

describe('a card that replaces another', () => {
  it('is captured with the return of the old one, in one step', () => {
    const outbox = open();
    const serial = '0102030405060708090a';
    outbox.journal.put({ serial, state: 'prepared', permitNumber: '330302202610000429', statusIndex: 7, sodHash: 'ab'.repeat(32), payload: Uint8Array.of(1), startedAt: start });
    const returned: CapturedRecord = { type: 'card-return', permitNumber: '330302202610000429', reason: 'replaced', by: 'op-1', at: start };
    expect(outbox.journal.complete(serial, { type: 'spoiled', serial, reason: 'x', at: start }, returned)).toBe(1);
    expect(outbox.pending(9).map(({ seq, type }) => [seq, type])).toEqual([[1, 'spoiled'], [2, 'card-return']]);
    expect(outbox.check()).toMatchObject({ ok: true });
  });
});

describe('a database of the first version', () => {
  it('is taken over with what it holds', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const made = open(path);
    made.enqueue(record);
    made.close();
    toFirstVersion(path);
    const outbox = open(path);
    outbox.journal.putUpdate(update());
    expect([outbox.journal.commitUpdate(chip), outbox.counts().pending, migrations.length > 1]).toEqual([2, 2, true]);
  });
});
