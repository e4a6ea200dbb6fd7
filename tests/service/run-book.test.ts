import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChannelError } from '../../src/card/index.js';
import { CodedError, done, failed, type FailureCode, type ServiceEvent, type WorkflowInput } from '../../src/contract/index.js';
import type { RunHandle } from '../../src/service/flows/flow.js';
import { RunBook, type Flows } from '../../src/service/run-book.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let events: ServiceEvent[] = [];
let attached = true;
let bugs: unknown[] = [];
/** Handles of the runs that wait, and what lets them go on. */
let handles: RunHandle[] = [];

beforeEach(() => {
  [events, attached, bugs, handles] = [[], true, [], []];
});

const book = (flows: Partial<Flows> = {}): RunBook =>
  new RunBook({
    flows,
    tell: (event) => {
      if (attached) events.push(event);
      return attached;
    },
    ending: () => {
      if (attached) events.push({ event: 'leave' });
    },
    onBug: (error) => bugs.push(error),
  });

/** A run that goes on until it is answered or cancelled. */
const waiting: Partial<Flows> = {
  watch: async (handle) => {
    handles.push(handle);
    handle.check({ phase: 'waiting' });
    await handle.ask('operation');
    await handle.ask('next');
    return done({});
  },
};
const verify: WorkflowInput = { workflow: 'verify' };
const replayed = (runs: RunBook): ServiceEvent[] => {
  const told: ServiceEvent[] = [];
  runs.replay((event) => told.push(event));
  return told;
};
const names = (list: readonly ServiceEvent[]): string[] => list.map((each) => each.event);

describe('a run', () => {
  it('is told when it starts, at each step, and its end last, after what it changed', async () => {
    const run = randomUUID();
    book({
      sync: async (handle) => {
        handle.step({ step: 'write', done: 1, of: 3 });
        return done({ pushed: 1, pullsFailed: [] });
      },
    }).start(run, { workflow: 'sync' });
    await turn();
    expect(events).toEqual([
      { event: 'started', run, workflow: 'sync' },
      { event: 'step', run, step: 'write', done: 1, of: 3 },
      { event: 'leave' },
      { event: 'done', run, value: { pushed: 1, pullsFailed: [] } },
    ]);
  });

  const ends: readonly (readonly [string, () => Promise<never>, FailureCode, string | undefined])[] = [
    ['lost storage', () => Promise.reject(new CodedError('DISK_FULL', 'SQLITE_FULL')), 'DISK_FULL', 'SQLITE_FULL'],
    ['a lost reader, without its own words', () => Promise.reject(new ChannelError('READER_TIMEOUT', 'words of a driver')), 'READER_TIMEOUT', undefined],
    ['a bug, which is told to the log alone', () => Promise.reject(new TypeError('王某某 330302')), 'INTERNAL', undefined],
    ['no error at all', () => Promise.reject(Object.assign(new Error(), { name: 'x' })), 'INTERNAL', undefined],
  ];
  it.each(ends)('ends with the code of %s', async (_, fail, code, detail) => {
    book({ verify: fail }).start(randomUUID(), verify);
    await turn();
    expect(events.at(-1)).toMatchObject({ event: 'failed', code });
    expect((events.at(-1) as { detail?: string }).detail).toBe(detail);
    expect(bugs).toHaveLength(code === 'INTERNAL' ? 1 : 0);
  });

  it('never tells a value that the contract does not know', async () => {
    book({ 'sign-out': () => Promise.resolve(done({ password: 'x' } as unknown as Record<string, never>)) }).start(randomUUID(), { workflow: 'sign-out' });
    await turn();
    expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'INTERNAL' });
    expect(JSON.stringify(events)).not.toContain('password');
  });

  it('that nobody wrote a flow for is a bug', async () => {
    book().start(randomUUID(), verify);
    await turn();
    expect(events.at(-1)).toMatchObject({ event: 'failed', code: 'INTERNAL' });
  });

  it('starts once: its id again tells what was told last, while it goes on and when it is over', async () => {
    const run = randomUUID();
    const runs = book(waiting);
    runs.start(run, { workflow: 'watch' });
    await turn();
    events = [];
    runs.start(run, { workflow: 'watch' });
    expect(names(events)).toEqual(['started', 'question', 'check']);
    expect(handles).toHaveLength(1);
    runs.cancel(run);
    await turn();
    events = [];
    runs.start(run, { workflow: 'watch' });
    expect(events).toEqual([{ event: 'started', run, workflow: 'watch' }, { event: 'failed', run, code: 'CANCELLED' }]);
    expect(handles).toHaveLength(1);
  });
});

describe('a question', () => {
  it('takes the answer to itself alone, once', async () => {
    const run = randomUUID();
    const runs = book(waiting);
    runs.start(run, { workflow: 'watch' });
    await turn();
    expect([runs.answer(run, 'next', 0), runs.answer(randomUUID(), 'operation', 0), runs.answer(run, 'operation', 0), runs.answer(run, 'operation', 0)]).toEqual([false, false, true, false]);
    await turn();
    expect(events.at(-1)).toEqual({ event: 'question', run, question: 'next' });
    expect(runs.answer(run, 'next', undefined)).toBe(true);
    await turn();
    expect(events.at(-1)).toMatchObject({ event: 'done' });
  });

  it('ends with a cancelled run, also where it is asked after the cancel', async () => {
    const late = async (handle: RunHandle): Promise<ReturnType<typeof done<Record<string, never>>>> => {
      await turn();
      await handle.ask('next');
      return done({});
    };
    const runs = book({ ...waiting, tray: late });
    const [first, second] = [randomUUID(), randomUUID()];
    runs.start(first, { workflow: 'watch' });
    runs.start(second, { workflow: 'tray', card: null });
    await Promise.resolve();
    expect([runs.cancel(first), runs.cancel(second), runs.cancel(randomUUID())]).toEqual([true, true, false]);
    await turn();
    await turn();
    expect(events.filter((each) => each.event === 'failed')).toEqual([first, second].map((run) => ({ event: 'failed', run, code: 'CANCELLED' })));
  });

  it('that is asked anew replaces the one before', async () => {
    let answers: unknown[] = [];
    const runs = book({
      tray: async (handle) => {
        void handle.ask('operation').then((answer) => answers.push(answer));
        answers = [await handle.ask('next')];
        return done({});
      },
    });
    const run = randomUUID();
    runs.start(run, { workflow: 'tray', card: null });
    await turn();
    expect([runs.answer(run, 'operation', 1), runs.answer(run, 'next', 2)]).toEqual([false, true]);
    await turn();
    expect(answers).toEqual([2]);
  });
});

describe('a UI that comes back', () => {
  it('hears of what goes on: started, and the last of each kind', async () => {
    const run = randomUUID();
    const runs = book(waiting);
    runs.start(run, { workflow: 'watch' });
    await turn();
    handles[0]?.step({ step: 'chip', done: 0, of: 1 });
    handles[0]?.step({ step: 'verdict', done: 0, of: 1 });
    expect(replayed(runs)).toEqual([
      { event: 'started', run, workflow: 'watch' },
      { event: 'step', run, step: 'verdict', done: 0, of: 1 },
      { event: 'question', run, question: 'operation' },
      { event: 'check', run, check: { phase: 'waiting' } },
    ]);
  });

  it('hears once of what ended while nobody listened, and of nothing that was heard', async () => {
    const runs = book({ verify: () => Promise.resolve(failed('CARD_ABSENT')) });
    runs.start(randomUUID(), verify);
    await turn();
    const unheard = randomUUID();
    attached = false;
    runs.start(unheard, verify);
    await turn();
    expect(replayed(runs)).toEqual([{ event: 'started', run: unheard, workflow: 'verify' }, { event: 'failed', run: unheard, code: 'CARD_ABSENT' }]);
    expect(replayed(runs)).toEqual([]);
  });

  it('hears of the last ends, not of a day, and of none once somebody else works', async () => {
    const runs = book({ verify: () => Promise.resolve(failed('CARD_ABSENT')) });
    attached = false;
    for (let n = 0; n < 100; n += 1) runs.start(randomUUID(), verify);
    await turn();
    expect(replayed(runs)).toHaveLength(128);
    runs.start(randomUUID(), verify);
    await turn();
    runs.forget();
    expect(replayed(runs)).toEqual([]);
  });
});

describe('watches', () => {
  it('go on one at a time: the second begins when the first is over', async () => {
    const runs = book(waiting);
    const [first, second] = [randomUUID(), randomUUID()];
    runs.start(first, { workflow: 'watch' });
    await turn();
    runs.start(second, { workflow: 'watch' });
    await turn();
    expect(events.filter((each) => each.event === 'failed')).toEqual([{ event: 'failed', run: first, code: 'CANCELLED' }]);
    expect(handles.map(({ run }) => run)).toEqual([first, second]);
    expect(runs.going()).toEqual(['watch']);
    const over = runs.cancelAll(() => true, 'SIGN_IN_REQUIRED');
    await over;
    expect(events.at(-1)).toEqual({ event: 'failed', run: second, code: 'SIGN_IN_REQUIRED' });
    expect(runs.going()).toEqual([]);
  });

  it('that are over tell nothing more', async () => {
    const runs = book(waiting);
    runs.start(randomUUID(), { workflow: 'watch' });
    await turn();
    await runs.cancelAll();
    events = [];
    handles[0]?.check({ phase: 'waiting' });
    handles[0]?.step({ step: 'chip', done: 0, of: 1 });
    expect(events).toEqual([]);
  });
});
