import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { chainHash } from '../../src/outbox/index.js';
import { nextDelay } from '../../src/sync/index.js';
import { open, signReceipt, terminalId, verification } from '../outbox/fixture.js';
import { batchOf, clientOf, failureOf, json, platformThat, pushTo, receiptFor, serverTime, type Play } from './fixture.js';

const filled = (count: number, bytes = 10) => {
  const outbox = open();
  for (let i = 1; i <= count; i++) outbox.enqueue(verification(i, 'x'.repeat(bytes)));
  return outbox;
};

describe('sync.md 4: push', () => {
  it('sends everything in order, in batches of 500 whose chain holds, and is empty afterwards', async () => {
    const outbox = filled(1_203);
    const { baseUrl, asked } = await platformThat(({ body }) => receiptFor(body));
    expect(await pushTo(baseUrl, outbox)).toEqual({ ok: true, value: { records: 1_203, batches: 3, quarantined: 0, ahead: 0 } });
    expect(asked.map(({ body }) => [batchOf(body).first, batchOf(body).last])).toEqual([[1, 500], [501, 1_000], [1_001, 1_203]]);
    for (const { body } of asked) {
      const { head, records } = batchOf(body);
      let hash = head.get(5) as Uint8Array;
      for (const [seq, type, priority, capturedAt, sealed] of records as [number, string, number, number, Uint8Array][]) {
        hash = chainHash(nodeCrypto.sha256, hash, { seq, type, priority, capturedAt, sealed });
      }
      expect(hash).toEqual(head.get(6));
      expect([head.get(1), head.get(2)]).toEqual([terminalId, 1]);
    }
    expect(outbox.counts().pending).toBe(0);
  });

  it('with nothing to push asks nothing', async () => {
    const { baseUrl, asked } = await platformThat(() => ({ status: 500 }));
    expect(await pushTo(baseUrl, filled(0))).toEqual({ ok: true, value: { records: 0, batches: 0, quarantined: 0, ahead: 0 } });
    expect(asked).toEqual([]);
  });

  it('keeps a batch under 4 MiB', async () => {
    const outbox = filled(60, 100_000);
    const { baseUrl, asked } = await platformThat(({ body }) => receiptFor(body));
    expect((await pushTo(baseUrl, outbox)).ok).toBe(true);
    expect(asked.length).toBe(2);
    expect(Math.max(...asked.map(({ body }) => body.length))).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it('halves a batch that is too large until it passes', async () => {
    const outbox = filled(40);
    const { baseUrl, asked } = await platformThat(({ body }) => (batchOf(body).records.length > 6 ? { status: 413 } : receiptFor(body)));
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: true, value: { records: 40 } });
    expect(asked.slice(0, 4).map(({ body }) => batchOf(body).records.length)).toEqual([40, 20, 10, 5]);
  });

  it('one record that is too large stops with its name', async () => {
    const outbox = filled(3);
    const { baseUrl } = await platformThat(() => ({ status: 413 }));
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: false, code: 'BATCH_TOO_LARGE' });
    expect(outbox.counts().pending).toBe(3);
  });

  it('a quarantined record delays no other', async () => {
    const outbox = filled(5);
    const { baseUrl } = await platformThat(({ body }) => receiptFor(body, [[3, 'RECORD_UNREADABLE']]));
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: true, value: { records: 5, quarantined: 1 } });
    expect(outbox.quarantined()).toMatchObject([{ seq: 3, code: 'RECORD_UNREADABLE' }]);
  });

  it('goes on after an interruption where the last receipt left it, and sends nothing twice', async () => {
    const outbox = filled(1_700);
    let answers = 2;
    const { baseUrl, asked } = await platformThat(({ body }) => (answers-- > 0 ? receiptFor(body) : json(500, { code: 'PLATFORM_FAULT', message: '' })));
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: false, code: 'PLATFORM_FAULT' });
    expect(outbox.counts()).toMatchObject({ pending: 700, acknowledged: 1_000 });
    answers = 9;
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: true, value: { records: 700, batches: 2 } });
    expect(asked.map(({ body }) => batchOf(body).first)).toEqual([1, 501, 1_001, 1_001, 1_501]);
  });

  it('an acknowledgement lost after commit: the same records come again, and have no second effect', async () => {
    const outbox = filled(700);
    const applied = new Map<number, number>();
    // Twice: a broken connection is tried once more by itself.
    let cut = 2;
    const { baseUrl } = await platformThat(({ body }) => {
      for (const [seq] of batchOf(body).records) applied.set(seq as number, (applied.get(seq as number) ?? 0) + 1);
      return cut-- > 0 ? 'cut' : receiptFor(body);
    });
    expect(await failureOf(pushTo(baseUrl, outbox))).toBe('PLATFORM_UNREACHABLE');
    expect(outbox.counts().pending).toBe(700);
    expect((await pushTo(baseUrl, outbox)).ok).toBe(true);
    expect([...applied.keys()]).toEqual(Array.from({ length: 700 }, (_, i) => i + 1));
  });
});

describe('a platform that does not answer as it should: a code, and nothing deleted', () => {
  const cases: readonly (readonly [string, Play, string])[] = [
    ['401 TERMINAL_UNKNOWN', () => json(401, { code: 'TERMINAL_UNKNOWN', message: '' }), 'TERMINAL_UNKNOWN'],
    ['401 REQUEST_SIGNATURE', () => json(401, { code: 'REQUEST_SIGNATURE', message: '' }), 'REQUEST_SIGNATURE'],
    ['401 of a proxy', () => ({ status: 401, body: '<html>' }), 'PLATFORM_ANSWER_INVALID'],
    ['403 TERMINAL_BLOCKED', () => json(403, { code: 'TERMINAL_BLOCKED', message: '' }), 'TERMINAL_BLOCKED'],
    ['a code that does not belong to the status', () => json(403, { code: 'SYNC_FORK', message: '' }), 'PLATFORM_ANSWER_INVALID'],
    ['409 SYNC_FORK', () => json(409, { code: 'SYNC_FORK', message: '' }), 'SYNC_FORK'],
    ['409 SYNC_EPOCH', () => json(409, { code: 'SYNC_EPOCH', message: '', epoch: 2 }), 'SYNC_EPOCH'],
    ['409 SYNC_GAP below what is held', () => json(409, { code: 'SYNC_GAP', message: '', expected: 0 }), 'SYNC_GAP'],
    ['409 SYNC_GAP again and again', () => json(409, { code: 'SYNC_GAP', message: '', expected: 1 }), 'SYNC_GAP'],
    ['409 SYNC_GAP without a number', () => json(409, { code: 'SYNC_GAP', message: '' }), 'SYNC_GAP'],
    ['429', () => ({ status: 429, body: 'slow down' }), 'PLATFORM_BUSY'],
    ['503 PLATFORM_BUSY', () => json(503, { code: 'PLATFORM_BUSY', message: '' }, { 'retry-after': '3' }), 'PLATFORM_BUSY'],
    ['503 of a proxy that is broken', () => ({ status: 503, body: '<html>' }), 'PLATFORM_FAULT'],
    ['500', () => json(500, { code: 'PLATFORM_FAULT', message: '' }), 'PLATFORM_FAULT'],
    ['502 of a proxy', () => ({ status: 502, body: '<html>' }), 'PLATFORM_FAULT'],
    ['200 with garbage', () => ({ status: 200, body: 'hello' }), 'RECEIPT_INVALID'],
    ['200 with nothing', () => ({ status: 200 }), 'RECEIPT_INVALID'],
    ['a receipt of somebody else', ({ body }) => ({ status: 200, body: signReceipt(batchOf(body).head, new Uint8Array(32).fill(5)) }), 'RECEIPT_INVALID'],
    ['a redirect', () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }), 'PLATFORM_ANSWER_INVALID'],
    ['a page', () => ({ status: 404, body: 'not here' }), 'PLATFORM_ANSWER_INVALID'],
    ['a cut connection', () => 'cut', 'PLATFORM_UNREACHABLE'],
    ['silence', () => 'never', 'PLATFORM_TIMEOUT'],
    ['slowness', () => new Promise((resolve) => setTimeout(() => { resolve({ status: 200 }); }, 900)), 'PLATFORM_TIMEOUT'],
  ];
  it.each(cases)('%s', async (_, play, code) => {
    const outbox = filled(4);
    const { baseUrl } = await platformThat(play);
    expect(await failureOf(pushTo(baseUrl, outbox, 400))).toBe(code);
    expect(outbox.counts()).toMatchObject({ pending: 4, acknowledged: 0 });
    expect(outbox.check().ok).toBe(true);
  });

  it('SYNC_EPOCH names the epoch that the platform takes', async () => {
    const { baseUrl } = await platformThat(() => json(409, { code: 'SYNC_EPOCH', message: '', epoch: 2 }));
    expect(await pushTo(baseUrl, filled(1))).toEqual({ ok: false, code: 'SYNC_EPOCH', epoch: 2 });
  });

  it('nobody listening is PLATFORM_UNREACHABLE', async () => {
    const outbox = filled(1);
    expect(await failureOf(pushTo('http://127.0.0.1:9', outbox))).toBe('PLATFORM_UNREACHABLE');
    expect(outbox.counts().pending).toBe(1);
  });

  it('Retry-After is handed on, in seconds and as a date, an hour at most', async () => {
    const ask = async (header: string): Promise<number | undefined> => {
      const { baseUrl } = await platformThat(() => ({ status: 503, headers: { 'retry-after': header } }));
      const outcome = await pushTo(baseUrl, filled(1));
      return outcome.ok ? undefined : outcome.retryAfterMs;
    };
    expect(await ask('7')).toBe(7_000);
    expect(await ask('999999')).toBe(3_600_000);
    expect(await ask('soon')).toBeUndefined();
    const dated = (await ask(new Date(Date.now() + 60_000).toUTCString())) ?? 0;
    expect(dated).toBeGreaterThan(50_000);
    expect(dated).toBeLessThanOrEqual(60_000);
  });
});

describe('sync.md 2: the signed time', () => {
  it.each([
    ['signed for our nonce', (nonce: Uint8Array) => serverTime(1_795_000_900, nonce), [1_795_000_900]],
    ['signed for another nonce', () => serverTime(1_795_000_900, new Uint8Array(8)), []],
    ['signed by somebody else', (nonce: Uint8Array) => serverTime(1, nonce, new Uint8Array(32).fill(1)), []],
    ['garbage', () => ({ 'server-time': 'AAAA' }), []],
    ['absent', () => ({}), []],
  ] as const)('%s', async (_, headers, told) => {
    const times: number[] = [];
    const { baseUrl } = await platformThat(({ nonce }) => ({ status: 200, headers: headers(nonce) }));
    expect((await clientOf(baseUrl, { onServerTime: (time) => times.push(time) }).call('GET', '/v1/trust')).ok).toBe(true);
    expect(times).toEqual(told);
  });
});

describe('nextDelay', () => {
  it('doubles under full jitter, stops at five minutes, and honours the platform', () => {
    expect([1, 2, 3, 4].map((n) => nextDelay(n, () => 0.999_999))).toEqual([999, 1_999, 3_999, 7_999]);
    expect(nextDelay(1_000, () => 0.999_999)).toBe(299_999);
    expect(nextDelay(5, () => 0)).toBe(0);
    expect(nextDelay(1, () => 0.5, 60_000)).toBe(60_000);
  });
});
