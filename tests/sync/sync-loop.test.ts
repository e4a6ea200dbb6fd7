import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncLoop, type LoopOutcome, type SyncLoopOptions } from '../../src/sync/index.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await Promise.all(loops.splice(0).map((loop) => loop.stop()));
  vi.useRealTimers();
});

const loops: SyncLoop[] = [];
/** A loop that notes when it synced, in milliseconds since it began; `answers` in turn, then success. */
const looping = (answers: readonly (LoopOutcome | Error)[] = [], more: Partial<SyncLoopOptions> = {}) => {
  const began = Date.now();
  const at: number[] = [];
  const state = { waiting: 0 };
  const loop = new SyncLoop({
    sync: () => {
      at.push(Date.now() - began);
      const answer = answers[at.length - 1] ?? { ok: true };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    waiting: () => state.waiting,
    random: () => 0.5,
    everyMs: 60_000,
    lookMs: 1_000,
    ...more,
  });
  loops.push(loop);
  loop.start();
  return { loop, at, state };
};
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('SyncLoop', () => {
  it('syncs at once, then every N minutes while nothing waits', async () => {
    const { at } = looping();
    await pass(130_000);
    expect(at).toEqual([0, 60_000, 120_000]);
  });

  it('syncs when something waits, and does not spin when it stays', async () => {
    const { at, state } = looping();
    await pass(10_500);
    state.waiting = 1;
    await pass(2_700);
    state.waiting = 0;
    await pass(10_000);
    expect(at).toEqual([0, 11_000, 12_000, 13_000]);
  });

  it('backs off with full jitter, and begins anew after a success', async () => {
    const no = { ok: false };
    const { at } = looping([no, no, no, { ok: true }, no]);
    await pass(64_000);
    expect(at).toEqual([0, 500, 1_500, 3_500, 63_500, 64_000]);
  });

  it('waits as long as the platform asks', async () => {
    const { at } = looping([{ ok: false, retryAfterMs: 30_000 }]);
    await pass(30_000);
    expect(at).toEqual([0, 30_000]);
  });

  it('goes on after an exception, and hands it on', async () => {
    const errors: unknown[] = [];
    const bug = new Error('a bug');
    const { at } = looping([bug], { onError: (error) => errors.push(error) });
    await pass(600);
    expect([at, errors]).toEqual([[0, 500], [bug]]);
  });

  it('stop waits for the sync under way, and no other begins', async () => {
    let finish = (): void => undefined;
    let calls = 0;
    const { loop } = looping([], { sync: () => new Promise((resolve) => ((calls += 1), (finish = () => { resolve({ ok: true }); }))) });
    await pass(0);
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await pass(100_000);
    expect([calls, stopped]).toEqual([1, false]);
    finish();
    await stopping;
    await pass(100_000);
    expect([calls, stopped]).toEqual([1, true]);
  });

  it('one loop however often it is started, and it can be started again', async () => {
    const { loop, at } = looping();
    loop.start();
    await pass(10);
    expect(at).toEqual([0]);
    await loop.stop();
    loop.start();
    await pass(10);
    expect(at).toEqual([0, 10]);
  });
});
