import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capturedRecord, type CapturedRecord } from '../../src/contract/index.js';
import { decodeCbor, openSealed, sealingKeyPair } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { chainHash, chainStart, openOutboxReader } from '../../src/outbox/index.js';
import { clock, codeOf, localKey, open, options, platformBox, platformKeys, receiptMap, signReceipt, start, temporaryFolder, terminalId, verification } from './fixture.js';

const { sha256 } = nodeCrypto;
const plainOf = (sealed: Uint8Array): unknown => {
  const map = decodeCbor(openSealed(platformBox.secretKey, sealed) ?? new Uint8Array());
  return map instanceof Map ? Object.fromEntries(map) : map;
};
/** Changes the database behind the outbox's back. */
const tamper = (path: string, sql: string): void => {
  const db = new Database(path);
  db.exec(sql);
  db.close();
};

describe('sync.md 3: records and chain', () => {
  it('numbers from 1 without a gap and links each record to the one before', () => {
    const outbox = open();
    expect([1, 2, 3].map((n) => outbox.enqueue(verification(n)))).toEqual([1, 2, 3]);
    let head = chainStart(sha256, terminalId, 1);
    for (const record of outbox.pending(10)) {
      head = chainHash(sha256, head, record);
      expect(record.hash).toEqual(head);
    }
    expect(outbox.counts()).toMatchObject({ pending: 3, captured: 3, acknowledged: 0, head });
    expect(outbox.check()).toEqual({ ok: true, value: { epoch: 1, first: 1, last: 3, pending: 3, head } });
  });

  it('seals the record of the contract, absent options left out', () => {
    const outbox = open();
    const record = { ...verification(1), permitNumber: undefined } as unknown as CapturedRecord;
    outbox.enqueue(record);
    const plain = plainOf(outbox.pending(1)[0]?.sealed ?? new Uint8Array());
    expect(capturedRecord.parse(plain)).toEqual({ type: 'verification', result: 'valid', reason: 'signature', mode: 'police', at: start });
    expect(Object.keys(plain as object)).not.toContain('permitNumber');
  });

  it('leaves nothing readable of a record in any file', () => {
    const folder = temporaryFolder();
    const outbox = open(join(folder, 'terminal.db'));
    const record = verification(42, 'REASON-王小明-33030219900307');
    for (let i = 0; i < 20; i++) outbox.enqueue(record);
    outbox.journal.put({ serial: '00'.repeat(10), state: 'reserved', permitNumber: '330302202610000429', statusIndex: 7, sodHash: '', payload: new TextEncoder().encode('张三丰'), startedAt: start });
    outbox.settings.put({ secret: '李四光' });
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    for (const text of ['王小明', '33030219900307', String('permitNumber' in record ? record.permitNumber : ''), '330302202610000429', '张三丰', '李四光', 'REASON']) {
      expect(files.some((file) => file.includes(text)), text).toBe(false);
    }
    expect(files.some((file) => file.includes('verification'))).toBe(true);
  });

  it('uses one ephemeral key for an hour at most', () => {
    const outbox = open();
    const epk = (seq: number): string => outbox.pending(1, seq - 1)[0]?.sealed.slice(0, 32).join() ?? '';
    outbox.enqueue(verification(1));
    clock.at = start + 3_599;
    outbox.enqueue(verification(2));
    clock.at = start + 3_600;
    outbox.enqueue(verification(3));
    clock.at = start;
    outbox.enqueue(verification(4));
    expect(epk(2)).toBe(epk(1));
    expect(epk(3)).not.toBe(epk(1));
    expect(epk(4)).not.toBe(epk(3));
  });

  it('does not let a clock that was set back date a capture before the last signed time', () => {
    const outbox = open();
    outbox.boundTime(start + 1_000);
    outbox.boundTime(start + 10);
    outbox.enqueue(verification(1));
    expect(outbox.pending(1)[0]?.capturedAt).toBe(start + 1_000);
  });

  it('pages by number over a shrinking set', () => {
    const outbox = open();
    for (let i = 1; i <= 7; i++) outbox.enqueue(verification(i));
    expect(outbox.pending(3).map((r) => r.seq)).toEqual([1, 2, 3]);
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 2)), platformKeys);
    expect(outbox.pending(3, 3).map((r) => r.seq)).toEqual([4, 5, 6]);
    expect(outbox.pending(3, 6).map((r) => r.seq)).toEqual([7]);
  });

  it.each([
    ['a changed byte', 'UPDATE record SET sealed = zeroblob(100) WHERE seq = 2', 'number 2'],
    ['a changed time', 'UPDATE record SET captured_at = 1 WHERE seq = 3', 'number 3'],
    ['a record taken out', 'DELETE FROM record WHERE seq = 2', 'number 2'],
    ['the newest taken out', 'DELETE FROM record WHERE seq = 4', 'number 4'],
    ['another head', 'UPDATE chain SET head = zeroblob(32)', 'head'],
    ['another start', 'UPDATE chain SET acknowledged_hash = zeroblob(32)', 'start'],
  ])('check finds %s', (_, sql, detail) => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    for (let i = 1; i <= 4; i++) outbox.enqueue(verification(i));
    tamper(path, sql);
    expect(outbox.check()).toEqual({ ok: false, code: 'SEQUENCE_BROKEN', detail });
  });

  it('refuses a file of another terminal, and an epoch behind its own', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    open(path, { epoch: 3 }).enqueue(verification(1));
    expect(codeOf(() => open(path, { terminalId: 'T1' }))).toBe('TERMINAL_ALREADY_ENROLLED');
    expect(codeOf(() => open(path, { epoch: 2 }))).toBe('SYNC_EPOCH');
  });

  it('numbers and chains anew in a new epoch, and keeps what waited', () => {
    const outbox = open();
    for (let i = 1; i <= 250; i++) outbox.enqueue(verification(i));
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 20)), platformKeys);
    const sealed = outbox.pending(500).map((r) => r.sealed);
    expect(outbox.beginEpoch(2)).toEqual({ ok: true, value: { epoch: 2, pending: 230 } });
    expect(outbox.pending(500).map((r) => r.sealed)).toEqual(sealed);
    expect(outbox.check()).toMatchObject({ ok: true, value: { epoch: 2, first: 1, last: 230 } });
    expect(outbox.enqueue(verification(9))).toBe(231);
    expect(outbox.beginEpoch(2)).toMatchObject({ ok: false, code: 'SYNC_EPOCH' });
  });

  it('two openings of one file append to one chain', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const [one, two] = [open(path), open(path)];
    expect([one, two, one, two].map((outbox, i) => outbox.enqueue(verification(i)))).toEqual([1, 2, 3, 4]);
    expect(one.check()).toMatchObject({ ok: true, value: { pending: 4 } });
  });

  it('a reader looks and cannot write', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    expect(codeOf(() => openOutboxReader(path, { localKey, crypto: nodeCrypto }))).toBe('NOT_INITIALISED');
    const outbox = open(path);
    outbox.enqueue(verification(1));
    const reader = openOutboxReader(path, { localKey, crypto: nodeCrypto });
    expect(reader.counts().pending).toBe(1);
    expect(reader.check().ok).toBe(true);
    expect('enqueue' in reader || 'put' in reader.journal || 'put' in reader.settings).toBe(false);
    reader.close();
  });
});

describe('sync.md 4: receipts', () => {
  const filled = () => {
    const outbox = open();
    for (let i = 1; i <= 5; i++) outbox.enqueue(verification(i));
    return outbox;
  };

  it('deletes what a receipt covers, once, and keeps the chain', () => {
    const outbox = filled();
    const receipt = signReceipt(receiptMap(outbox, 1, 3, [[7, [[2, 'RECORD_UNREADABLE']]]]));
    expect(outbox.acknowledge(receipt, platformKeys)).toEqual({ ok: true, value: { deleted: 3, last: 3, quarantined: [[2, 'RECORD_UNREADABLE']] } });
    expect(outbox.acknowledge(receipt, platformKeys)).toMatchObject({ ok: true, value: { deleted: 0 } });
    expect(outbox.quarantined()).toEqual([{ epoch: 1, seq: 2, type: 'verification', code: 'RECORD_UNREADABLE', reportedAt: clock.now() }]);
    expect(outbox.check()).toMatchObject({ ok: true, value: { first: 4, last: 5 } });
    expect(outbox.enqueue(verification(6))).toBe(6);
  });

  it('an older receipt that arrives late changes nothing', () => {
    const outbox = filled();
    const [early, late] = [signReceipt(receiptMap(outbox, 1, 2)), signReceipt(receiptMap(outbox, 1, 4))];
    outbox.acknowledge(late, platformKeys);
    expect(outbox.acknowledge(early, platformKeys)).toMatchObject({ ok: true, value: { deleted: 0, last: 4 } });
  });

  it('seals to the key that a receipt names from then on, also after a restart', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const next = sealingKeyPair();
    const outbox = open(path);
    outbox.enqueue(verification(1));
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 1, [[8, next.publicKey]])), platformKeys);
    outbox.enqueue(verification(2));
    open(path).enqueue(verification(3));
    for (const { sealed } of outbox.pending(9)) expect(openSealed(next.secretKey, sealed)).toBeDefined();
  });

  const bad: readonly (readonly [string, (outbox: ReturnType<typeof open>) => Uint8Array])[] = [
    ['garbage', () => Uint8Array.of(1, 2, 3)],
    ['nothing', () => new Uint8Array()],
    ['another signer', (o) => signReceipt(receiptMap(o, 1, 5), new Uint8Array(32).fill(1))],
    ['another typ', (o) => signReceipt(receiptMap(o, 1, 5), undefined, 'wz-time')],
    ['another terminal', (o) => signReceipt(receiptMap(o, 1, 5, [[1, 'T9']]))],
    ['another epoch', (o) => signReceipt(receiptMap(o, 1, 5, [[2, 2]]))],
    ['a range beyond the newest', (o) => signReceipt(receiptMap(o, 1, 6))],
    ['a range that leaves records out', (o) => signReceipt(receiptMap(o, 2, 5))],
    ['an empty range', (o) => signReceipt(receiptMap(o, 3, 2))],
    ['another hash', (o) => signReceipt(receiptMap(o, 1, 5, [[5, new Uint8Array(32)]]))],
    ['the hash of another number', (o) => signReceipt(receiptMap(o, 1, 5, [[5, o.hash(4)]]))],
    ['a short hash', (o) => signReceipt(receiptMap(o, 1, 5, [[5, new Uint8Array(31)]]))],
    ['a time after the key ended', (o) => signReceipt(receiptMap(o, 1, 5, [[6, 4_000_000_001]]))],
    ['a quarantined number outside the range', (o) => signReceipt(receiptMap(o, 1, 5, [[7, [[6, 'RECORD_REFUSED']]]]))],
    ['a quarantine code that is none', (o) => signReceipt(receiptMap(o, 1, 5, [[7, [[1, 'drop table']]]]))],
    ['one label too many', (o) => signReceipt(receiptMap(o, 1, 5, [[9, 1]]))],
    ['no map', () => signReceipt([1, 2])],
  ];
  it.each(bad)('%s: RECEIPT_INVALID, and nothing is deleted', (_, make) => {
    const outbox = filled();
    expect(outbox.acknowledge(make(outbox), platformKeys)).toMatchObject({ ok: false, code: 'RECEIPT_INVALID' });
    expect(outbox.counts()).toMatchObject({ pending: 5, acknowledged: 0, quarantined: 0 });
  });

  it('no flipped bit of a receipt passes', () => {
    const outbox = filled();
    const receipt = signReceipt(receiptMap(outbox, 1, 5));
    for (let bit = 0; bit < receipt.length * 8; bit += 3) {
      const flipped = receipt.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(outbox.acknowledge(flipped, platformKeys).ok).toBe(false);
    }
    expect(outbox.counts().pending).toBe(5);
  });
});

it('property: enqueue, push, lost and repeated receipts in any order apply each record once, in order', () => {
  const step = fc.constantFrom('enqueue', 'enqueue', 'push', 'push-lost', 'repeat', 'restart');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const path = join(temporaryFolder(), 'terminal.db');
      let outbox = open(path);
      // A platform in five lines: keyed by number, it applies what it has not seen.
      const applied = new Map<number, unknown>();
      const effects: number[] = [];
      let lastReceipt: Uint8Array | undefined;
      let captured = 0;
      const receive = (): Uint8Array | undefined => {
        const batch = outbox.pending(3);
        for (const { seq, sealed } of batch) {
          if (!applied.has(seq)) effects.push(seq);
          applied.set(seq, plainOf(sealed));
        }
        const [first, last] = [batch[0], batch.at(-1)];
        return first === undefined || last === undefined ? undefined : signReceipt(receiptMap(outbox, first.seq, last.seq));
      };
      for (const what of [...steps, ...Array.from({ length: 20 }, () => 'push' as const)]) {
        if (what === 'enqueue') expect(outbox.enqueue(verification(++captured))).toBe(captured);
        else if (what === 'push-lost') receive();
        else if (what === 'restart') outbox = open(path, options());
        else if (what === 'repeat') {
          if (lastReceipt !== undefined) expect(outbox.acknowledge(lastReceipt, platformKeys)).toMatchObject({ ok: true, value: { deleted: 0 } });
        } else {
          lastReceipt = receive() ?? lastReceipt;
          if (lastReceipt !== undefined) expect(outbox.acknowledge(lastReceipt, platformKeys).ok).toBe(true);
        }
        expect(outbox.check().ok).toBe(true);
      }
      expect(outbox.counts().pending).toBe(0);
      expect(effects).toEqual(Array.from({ length: captured }, (_, i) => i + 1));
      for (let n = 1; n <= captured; n++) expect(applied.get(n)).toEqual(verification(n));
    }),
    { numRuns: 25 },
  );
});
