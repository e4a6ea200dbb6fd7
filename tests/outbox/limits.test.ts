import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CapturedRecord } from '../../src/contract/index.js';
import { open, platformKeys, receiptMap, signReceipt, start, temporaryFolder, codeOf, verification, toFirstVersion } from './fixture.js';

const loss: CapturedRecord = { type: 'revocation', permitNumber: '330302202610000429', status: 1, reason: 'lost', approvedBy: 'b', requestedBy: 'a', at: start };
const returned: CapturedRecord = { type: 'card-return', serial: '00'.repeat(10), reason: 'found', by: 'a', at: start };

describe('sync.md 4.3: a full outbox', () => {
  it('refuses new work by the number of records, takes losses and returned cards, and new work again after a push', () => {
    const outbox = open();
    outbox.setLimit({ records: 2, bytes: 1_000_000 });
    outbox.enqueue(verification(1));
    expect(outbox.admits('issue')).toEqual({ ok: true, value: undefined });
    outbox.enqueue(verification(2));
    expect(codeOf(() => outbox.enqueue(verification(3)))).toBe('OUTBOX_FULL');
    expect(outbox.admits('issue')).toMatchObject({ ok: false, code: 'OUTBOX_FULL' });
    expect([outbox.admits('revocation').ok, outbox.admits('card-return').ok]).toEqual([true, true]);
    expect([outbox.enqueue(loss), outbox.enqueue(returned)]).toEqual([3, 4]);
    expect(outbox.check()).toMatchObject({ ok: true, value: { pending: 4 } });
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 3)), platformKeys);
    expect(outbox.enqueue(verification(3))).toBe(5);
  });

  it('refuses by bytes, counted over restarts, receipts and other openings', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    for (let n = 1; n <= 3; n++) outbox.enqueue(verification(n, 'x'.repeat(1_000 * n)));
    const bytes = (): number => outbox.pending(9).reduce((sum, { sealed }) => sum + sealed.length, 0);
    expect(outbox.counts().pendingBytes).toBe(bytes());
    const again = open(path);
    again.setLimit({ records: 9, bytes: bytes() });
    expect(codeOf(() => again.enqueue(verification(4)))).toBe('OUTBOX_FULL');
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 1)), platformKeys);
    expect(again.counts().pendingBytes).toBe(bytes());
    expect(again.enqueue(verification(4))).toBe(4);
    expect(again.beginEpoch(2).ok).toBe(true);
    expect(again.counts()).toMatchObject({ pending: 3, pendingBytes: bytes() });
  });

  it('a card that is written already gets its record into a full outbox', () => {
    const outbox = open();
    outbox.setLimit({ records: 1, bytes: 1_000_000 });
    outbox.enqueue(verification(1));
    outbox.journal.put({ serial: '00'.repeat(10), state: 'prepared', permitNumber: '330302202610000429', statusIndex: 7, sodHash: '', payload: new Uint8Array(), startedAt: start });
    expect(outbox.journal.spoil('00'.repeat(10), { type: 'spoiled', serial: '00'.repeat(10), reason: 'x', at: start })).toBe(2);
  });

  it('an outbox of the first version keeps its records and knows their size', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    for (let n = 1; n <= 3; n++) outbox.enqueue(verification(n));
    const { pendingBytes, head } = outbox.counts();
    outbox.close();
    toFirstVersion(path);
    const migrated = open(path);
    expect(migrated.counts()).toMatchObject({ pending: 3, pendingBytes, head });
    expect(migrated.check().ok).toBe(true);
  });
});

describe('sync.md 4.1: what goes ahead', () => {
  it('lists priority 0 behind a number until it is noted as applied, also after a restart and in a new epoch', () => {
    const path = join(temporaryFolder(), 'terminal.db');
    const outbox = open(path);
    for (const record of [loss, verification(1), loss, returned, loss]) outbox.enqueue(record);
    const seqs = (after = 0): number[] => outbox.urgent(50, after).map(({ seq }) => seq);
    expect([seqs(), seqs(1), seqs(5)]).toEqual([[1, 3, 5], [3, 5], []]);
    expect(outbox.urgent(1, 1)).toEqual([outbox.pending(9)[2]]);
    outbox.noteAdvanced([3, 2]);
    expect(open(path).urgent(50).map(({ seq }) => seq)).toEqual([1, 5]);
    expect(outbox.counts().pending).toBe(5);
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 2)), platformKeys);
    outbox.beginEpoch(2);
    expect(seqs()).toEqual([3]);
    expect(outbox.check().ok).toBe(true);
  });
});

describe('sync.md 5: what became of a record', () => {
  it('is told by the receipt, then by the platform; what is applied after all leaves the quarantine', () => {
    const outbox = open();
    for (let n = 1; n <= 3; n++) outbox.enqueue(verification(n));
    outbox.enqueue(loss);
    outbox.acknowledge(signReceipt(receiptMap(outbox, 1, 4, [[7, [[2, 'RECORD_REFUSED'], [4, 'PERMIT_UNKNOWN']]]])), platformKeys);
    const told = (): unknown[] => outbox.statuses().map(({ seq, outcome, code }) => [seq, outcome, code]);
    expect(told()).toEqual([[4, 'quarantined', 'PERMIT_UNKNOWN'], [3, 'applied', undefined], [2, 'quarantined', 'RECORD_REFUSED'], [1, 'applied', undefined]]);
    expect(outbox.statuses(1)).toEqual([{ epoch: 1, seq: 4, type: 'revocation', capturedAt: start, outcome: 'quarantined', code: 'PERMIT_UNKNOWN', heardAt: start }]);
    outbox.noteStatuses(1, [{ seq: 1, outcome: 'repeated' }, { seq: 2, outcome: 'quarantined', code: 'RECORD_REFUSED' }, { seq: 4, outcome: 'resolved' }, { seq: 9, outcome: 'applied' }], start + 9);
    expect(told()).toEqual([[4, 'resolved', undefined], [3, 'applied', undefined], [2, 'quarantined', 'RECORD_REFUSED'], [1, 'repeated', undefined]]);
    expect(outbox.quarantined().map(({ seq }) => seq)).toEqual([2]);
    expect(outbox.counts().quarantined).toBe(1);
  });

  it('remembers a thousand, and all that is in quarantine', () => {
    const outbox = open();
    for (let n = 1; n <= 1_300; n++) outbox.enqueue(verification(n));
    for (const [first, last] of [[1, 500], [501, 1_000], [1_001, 1_300]] as const) {
      outbox.acknowledge(signReceipt(receiptMap(outbox, first, last, [[7, first === 1 ? [[7, 'RECORD_REFUSED']] : []]])), platformKeys);
    }
    const seqs = outbox.statuses(2_000).map(({ seq }) => seq);
    expect([seqs.length, seqs.at(0), seqs.at(-2), seqs.at(-1)]).toEqual([1_001, 1_300, 301, 7]);
  });
});
