import { describe, expect, it } from 'vitest';
import type { CapturedRecord } from '../../src/contract/index.js';
import { open, start, verification } from '../outbox/fixture.js';
import { batchOf, failureOf, json, platformThat, pushTo, receiptFor, type Play } from './fixture.js';
import { advancedFor, advanceOf } from './spec-platform.js';

const loss: CapturedRecord = { type: 'revocation', permitNumber: '330302202610000429', status: 1, reason: 'lost', approvedBy: 'b', requestedBy: 'a', at: start };
/** An outbox with losses at the given numbers. */
const backlog = (count: number, ...losses: number[]) => {
  const outbox = open();
  for (let n = 1; n <= count; n++) outbox.enqueue(losses.includes(n) ? loss : verification(n));
  return outbox;
};
const paths = (asked: readonly { path: string }[]): string[] => asked.map(({ path }) => path.replace('/v1/', ''));

describe('sync.md 4.1: ahead of the queue', () => {
  it('what has priority 0 goes ahead when some of it waits behind the first batch, all of it from the oldest on: it deletes nothing, and comes again in its turn', async () => {
    const outbox = backlog(1_200, 3, 700, 1_200);
    let waiting = 0;
    const { baseUrl, asked } = await platformThat(({ path, body }) => {
      if (path !== '/v1/advance') return receiptFor(body);
      waiting = outbox.counts().pending;
      return advancedFor(body);
    });
    expect(await pushTo(baseUrl, outbox)).toEqual({ ok: true, value: { records: 1_200, batches: 3, quarantined: 0, ahead: 3 } });
    expect(paths(asked)).toEqual(['advance', 'records', 'records', 'records']);
    expect(waiting).toBe(1_200);
    expect(advanceOf(asked[0]?.body ?? new Uint8Array()).seqs).toEqual([3, 700, 1_200]);
    const ahead = advanceOf(asked[0]?.body ?? new Uint8Array()).records[1];
    expect(batchOf(asked[2]?.body ?? new Uint8Array()).records.find(([seq]) => seq === 700)).toEqual(ahead);
  });

  it('is not sent ahead twice once applied; what was refused is tried again by the next push', async () => {
    const outbox = backlog(600, 550, 560);
    const { baseUrl, asked } = await platformThat(({ path, body }) => (path === '/v1/advance' ? advancedFor(body, { 560: 'PERMIT_UNKNOWN' }) : json(500, { code: 'PLATFORM_FAULT', message: '' })));
    for (let i = 0; i < 3; i++) expect(await failureOf(pushTo(baseUrl, outbox))).toBe('PLATFORM_FAULT');
    expect(asked.filter(({ path }) => path === '/v1/advance').map(({ body }) => advanceOf(body).seqs)).toEqual([[550, 560], [560], [560]]);
    expect(outbox.counts().pending).toBe(600);
  });

  it('sends 50 at most in one call', async () => {
    const losses = Array.from({ length: 120 }, (_, i) => 501 + i);
    const outbox = backlog(620, ...losses);
    const { baseUrl, asked } = await platformThat(({ path, body }) => (path === '/v1/advance' ? advancedFor(body) : receiptFor(body)));
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: true, value: { ahead: 120, records: 620 } });
    expect(asked.filter(({ path }) => path === '/v1/advance').map(({ body }) => advanceOf(body).seqs.length)).toEqual([50, 50, 20]);
  });

  it('a loss captured while a long queue drains goes ahead of what is left of it', async () => {
    const outbox = backlog(1_600);
    let batches = 0;
    const { baseUrl, asked } = await platformThat(({ path, body }) => {
      if (path === '/v1/advance') return advancedFor(body);
      batches += 1;
      if (batches === 1) outbox.enqueue(loss);
      return receiptFor(body);
    });
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: true, value: { ahead: 1, records: 1_601 } });
    expect(paths(asked).indexOf('advance')).toBe(1);
  });

  it('a batch that must be made smaller lets losses in it go ahead after all', async () => {
    const outbox = backlog(40, 35);
    const { baseUrl, asked } = await platformThat(({ path, body }) => {
      if (path === '/v1/advance') return advancedFor(body);
      return batchOf(body).records.length > 10 ? { status: 413 } : receiptFor(body);
    });
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: true, value: { ahead: 1, records: 40 } });
    expect(paths(asked).slice(0, 3)).toEqual(['records', 'advance', 'records']);
  });

  const bad: readonly (readonly [string, Play, string])[] = [
    ['garbage', () => ({ status: 200, body: 'hello' }), 'PLATFORM_ANSWER_INVALID'],
    ['an answer of somebody else', ({ body }) => advancedFor(body, {}, [], new Uint8Array(32).fill(1)), 'PLATFORM_ANSWER_INVALID'],
    ['an answer for another terminal', ({ body }) => advancedFor(body, {}, [[1, 'T9']]), 'PLATFORM_ANSWER_INVALID'],
    ['an answer for another epoch', ({ body }) => advancedFor(body, {}, [[2, 7]]), 'PLATFORM_ANSWER_INVALID'],
    ['an answer about another number', ({ body }) => advancedFor(body, {}, [[4, [[1, null]]]]), 'PLATFORM_ANSWER_INVALID'],
    ['an answer about nothing', ({ body }) => advancedFor(body, {}, [[4, []]]), 'PLATFORM_ANSWER_INVALID'],
    ['one label too many', ({ body }) => advancedFor(body, {}, [[5, 1]]), 'PLATFORM_ANSWER_INVALID'],
    ['a platform that does not know the call', () => ({ status: 404 }), 'PLATFORM_ANSWER_INVALID'],
    ['a fault', () => json(500, { code: 'PLATFORM_FAULT', message: '' }), 'PLATFORM_FAULT'],
  ];
  it.each(bad)('%s: nothing counts as applied, and the queue goes on in its order', async (_, play, code) => {
    const outbox = backlog(501, 501);
    let before: number[] = [];
    const { baseUrl } = await platformThat((asked) => {
      if (asked.path === '/v1/advance') return play(asked);
      before = before.length > 0 ? before : outbox.urgent(50).map(({ seq }) => seq);
      return receiptFor(asked.body);
    });
    expect(await pushTo(baseUrl, outbox)).toEqual({ ok: true, value: { records: 501, batches: 2, quarantined: 0, ahead: 0, aheadFailed: code } });
    expect(before).toEqual([501]);
  });

  it.each([
    [json(409, { code: 'SYNC_FORK', message: '' }), 'SYNC_FORK'],
    [json(409, { code: 'SYNC_EPOCH', message: '', epoch: 2 }), 'SYNC_EPOCH'],
    [json(403, { code: 'TERMINAL_BLOCKED', message: '' }), 'TERMINAL_BLOCKED'],
    [json(503, { code: 'PLATFORM_BUSY', message: '' }, { 'retry-after': '9' }), 'PLATFORM_BUSY'],
  ])('a refusal that the push would meet as well stops here: %#', async (said, code) => {
    const outbox = backlog(501, 501);
    const { baseUrl, asked } = await platformThat(() => said);
    expect(await pushTo(baseUrl, outbox)).toMatchObject({ ok: false, code, ...(code === 'PLATFORM_BUSY' ? { retryAfterMs: 9_000 } : {}) });
    expect(paths(asked)).toEqual(['advance']);
    expect(outbox.counts().pending).toBe(501);
  });
});
