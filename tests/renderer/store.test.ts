import { describe, expect, test, vi } from 'vitest';
import { failed, type Call } from '../../src/contract/index.js';
import { checkedLink } from '../../src/renderer/link/checked-link.js';
import type { Link, LinkListener } from '../../src/renderer/link/link.js';
import * as schemas from '../../src/renderer/link/schemas.js';
import { createService } from '../../src/renderer/service/store.js';
import { state } from './service-state.js';

const ids = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);

const page = async () => {
  const sent: Call[] = [];
  let listener: LinkListener<unknown> | undefined;
  let next = 0;
  const link: Link<unknown> = {
    open: (given) => {
      listener = given;
    },
    send: (call) => sent.push(call),
    close: () => undefined,
  };
  const service = createService({
    link: checkedLink(link, { load: () => Promise.resolve(schemas), byHost: false }),
    uuid: () => ids[next++]!,
  });
  // The schemas are there.
  await Promise.resolve();
  return { service, sent, told: listener! };
};

const starts = (sent: readonly Call[]): readonly string[] => sent.flatMap((call) => (call.verb === 'start' ? [call.run] : []));

describe('a run', () => {
  test('steps, question, answer and outcome', async () => {
    const { service, sent, told } = await page();
    told.link('up');
    const run = service.start({ workflow: 'watch' });
    told.event({ event: 'started', run: run.id, workflow: 'watch' });
    told.event({ event: 'step', run: run.id, step: 'chip', done: 1, of: 3 });
    expect(run.step.value).toEqual({ step: 'chip', done: 1, of: 3 });
    told.event({ event: 'question', run: run.id, question: 'next' });
    expect(run.question.value).toBe('next');
    run.answer('next');
    expect(run.question.value).toBeNull();
    expect(sent.at(-1)).toEqual({ verb: 'answer', run: run.id, question: 'next', answer: null });
    told.event({ event: 'check', run: run.id, check: { phase: 'waiting' } });
    expect(run.check.value).toEqual({ phase: 'waiting' });
    told.event({ event: 'question', run: run.id, question: 'next' });
    told.event({ event: 'check', run: run.id, check: { phase: 'reading', reader: 'r', since: 1 } });
    expect([run.step.value, run.question.value]).toEqual([null, null]);
    expect(service.running('watch')).toBe(run);
    told.event({ event: 'done', run: run.id, value: {} });
    expect(await run.outcome).toEqual({ ok: true, value: {} });
    expect(service.running('watch')).toBeUndefined();
  });

  test('ends in a failure as a value', async () => {
    const { service, told } = await page();
    told.link('up');
    const run = service.start({ workflow: 'sign-in', operator: '1', password: 'x' });
    told.event({ event: 'failed', run: run.id, code: 'OPERATOR_LOCKED', detail: '900 s' });
    expect(await run.outcome).toEqual(failed('OPERATOR_LOCKED', '900 s'));
  });

  test('an outcome of another shape is INTERNAL, not a value', async () => {
    const { service, told } = await page();
    told.link('up');
    const run = service.start({ workflow: 'restart-readers' });
    told.event({ event: 'started', run: run.id, workflow: 'restart-readers' });
    told.event({ event: 'done', run: run.id, value: { readers: 'two' } });
    expect(await run.outcome).toEqual(failed('INTERNAL', 'outcome'));
  });

  test('of another page is shown as well', async () => {
    const { service, told } = await page();
    told.link('up');
    told.event({ event: 'started', run: ids[3], workflow: 'watch' });
    told.event({ event: 'check', run: ids[3], check: { phase: 'waiting' } });
    expect(service.running('watch')?.check.value).toEqual({ phase: 'waiting' });
  });
});

describe('a link that is lost', () => {
  test('a start that nobody heard, and one that goes on, are sent again with their ids', async () => {
    const { service, sent, told } = await page();
    const early = service.start({ workflow: 'sync' });
    expect(sent).toEqual([]);
    told.link('up');
    const late = service.start({ workflow: 'watch' });
    told.link('down');
    told.link('up');
    expect(starts(sent)).toEqual([early.id, late.id, early.id, late.id]);
  });

  test('what has ended is not sent again', async () => {
    const { service, sent, told } = await page();
    told.link('up');
    const run = service.start({ workflow: 'sync' });
    told.event({ event: 'started', run: run.id, workflow: 'sync' });
    told.event({ event: 'done', run: run.id, value: { pushed: 0, pullsFailed: [] } });
    told.link('down');
    told.link('up');
    expect(starts(sent)).toEqual([run.id]);
  });

  test('a run of another page is not started by this one', async () => {
    const { sent, told } = await page();
    told.link('up');
    told.event({ event: 'started', run: ids[3], workflow: 'watch' });
    told.link('down');
    told.link('up');
    expect(sent).toEqual([]);
  });

  test('cancelled meanwhile: ends here at once, the service hears of it later, and it is not started again', async () => {
    const { service, sent, told } = await page();
    told.link('up');
    const run = service.start({ workflow: 'watch' });
    told.link('down');
    run.cancel();
    expect(await run.outcome).toEqual(failed('CANCELLED'));
    told.link('up');
    expect(sent.slice(1)).toEqual([{ verb: 'cancel', run: run.id }]);
  });

  test('a verdict and its holder are not kept: what the service does not tell again is over', async () => {
    const { service, told } = await page();
    told.link('up');
    const run = service.start({ workflow: 'watch' });
    const check = { phase: 'verdict', reader: 'r', at: 1, cardPresent: true, verdict: { result: 'valid', lines: [] }, holder: { name: '某人', sex: 1, birth: '1990-01-01', photo: '' } };
    const tell = (): void => told.event({ event: 'check', run: run.id, check });
    tell();
    expect(run.check.value).toEqual(check);
    told.link('down');
    expect(run.check.value).toBeNull();
    told.link('up');
    tell();
    told.event({ event: 'question', run: run.id, question: 'next' });
    told.event({ event: 'failed', run: run.id, code: 'SIGN_IN_REQUIRED' });
    expect([run.check.value, run.question.value]).toEqual([null, null]);
  });

  test('the state stays, the connection says what is', async () => {
    const { service, told } = await page();
    expect(service.connection.value).toBe('connecting');
    told.link('up');
    told.event({ event: 'state', state: state() });
    told.link('down');
    expect(service.connection.value).toBe('down');
    expect(service.state.value).toEqual(state());
  });
});

test('events that this page does not know, and states of another shape, are skipped', async () => {
  const { service, told } = await page();
  told.link('up');
  told.event({ event: 'state', state: state() });
  told.event({ event: 'state', state: { ...state(), mode: 'console' } });
  told.event({ event: 'weather' });
  told.event('hello');
  expect(service.state.value?.mode).toBe('police');
});

test('what the host tells reaches those who listen, until they end it', async () => {
  const { service, told } = await page();
  const heard: string[] = [];
  const end = service.onHost((notice) => heard.push(notice));
  told.host('leave-requested');
  end();
  told.host('leave-requested');
  expect(heard).toEqual(['leave-requested']);
});

test('leave: the window may close', async () => {
  const { service, told } = await page();
  told.link('up');
  expect(service.left.value).toBe(false);
  told.event({ event: 'leave' });
  expect(service.left.value).toBe(true);
});

describe('a password', () => {
  test('is sent again after a short outage, and let go of after a long one', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const { service, sent, told } = await page();
      told.link('up');
      const signIn = service.start({ workflow: 'sign-in', operator: 'P-101', password: 'x' });
      const looked = service.start({ workflow: 'diagnose' });
      told.link('down');
      vi.advanceTimersByTime(29_000);
      told.link('up');
      expect(starts(sent)).toEqual([signIn.id, looked.id, signIn.id, looked.id]);
      told.link('down');
      vi.advanceTimersByTime(31_000);
      told.link('up');
      expect(starts(sent).slice(4)).toEqual([looked.id]);
      expect(await signIn.outcome).toEqual(failed('CANCELLED'));
    } finally {
      vi.useRealTimers();
    }
  });
});

test('in Electron an end waits for its schema, and what follows waits behind it', async () => {
  const heard: unknown[] = [];
  let listener: LinkListener<unknown> | undefined;
  let arrive: (loaded: typeof schemas) => void = () => undefined;
  const load = vi.fn(() => new Promise<typeof schemas>((resolve) => (arrive = resolve)));
  const raw: Link<unknown> = { open: (given) => (listener = given), send: () => undefined, close: () => undefined };
  checkedLink(raw, { load, byHost: true }).open({ link: (now) => heard.push(now), event: (event) => heard.push(event.event), host: () => undefined });
  const run = ids[0];
  listener?.link('up');
  listener?.event({ event: 'state', state: state() });
  expect([heard, load.mock.calls.length]).toEqual([['up', 'state'], 0]);
  listener?.event({ event: 'started', run, workflow: 'restart-readers' });
  listener?.event({ event: 'done', run, value: { readers: 'two' } });
  listener?.link('down');
  listener?.link('up');
  expect([heard, load.mock.calls.length]).toEqual([['up', 'state', 'started'], 1]);
  arrive(schemas);
  await vi.waitFor(() => expect(heard).toEqual(['up', 'state', 'started', 'failed', 'down', 'up']));
});
