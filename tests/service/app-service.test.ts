import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceEvent, ServiceState, TerminalMode, WorkflowInput } from '../../src/contract/index.js';
import { AppService, openTerminal, type AppServiceOptions, type ServiceLog } from '../../src/service/index.js';
import { StateSource } from '../../src/service/state-source.js';
import { enrolled, entry, passwordOf, place, pullOperators, type Place } from './fixture.js';

const silent: ServiceLog = { info: () => undefined, warn: () => undefined, error: () => undefined, close: () => undefined };
const started: App[] = [];
afterEach(async () => {
  for (const app of started.splice(0)) await app.service.stop();
});

/** A service in this process, with one UI; PC/SC does not run. */
class App {
  readonly events: ServiceEvent[] = [];
  readonly #ui;

  private constructor(readonly service: AppService) {
    this.#ui = service.attach((event) => this.events.push(event));
    started.push(this);
  }

  static async start({ data }: Place, mode: TerminalMode = 'counter', more: Partial<AppServiceOptions> = {}): Promise<App> {
    return new App(await AppService.start({ folder: data, mode, log: silent, pcsc: join(data, 'no-pcscd'), ...more }));
  }

  get state(): ServiceState {
    return this.service.state();
  }

  async until(holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(5)) if (holds()) return;
    throw new Error(`waited in vain for ${holds.toString()}`);
  }

  async run(input: WorkflowInput): Promise<string> {
    const run = randomUUID();
    this.#ui.call({ verb: 'start', run, input });
    let end: ServiceEvent | undefined;
    await this.until(() => (end = this.events.find((event) => (event.event === 'done' || event.event === 'failed') && event.run === run)) !== undefined);
    return end?.event === 'failed' ? end.code : 'done';
  }

  signIn(operator: string): Promise<string> {
    return this.run({ workflow: 'sign-in', operator, password: passwordOf(operator) });
  }
}

/** An enrolled folder to which operators were pulled just now: w1 operator, s1 supervisor, o1 and o2 officers, a1 administrator. */
const staffed = async (): Promise<Place> => {
  const made = enrolled();
  const terminal = openTerminal(made.data);
  const roles = [['w1', 'operator'], ['s1', 'supervisor'], ['o1', 'officer'], ['o2', 'officer'], ['a1', 'administrator']] as const;
  await pullOperators(terminal, await Promise.all(roles.map(([id, role]) => entry(id, role))), Math.floor(Date.now() / 1000));
  await terminal.close();
  return made;
};

describe('a folder that does not open', () => {
  it('is told as the fault, and every work ends with its code', async () => {
    const made = await staffed();
    writeFileSync(join(made.data, 'terminal.db'), 'no database, and longer than nothing at all');
    const app = await App.start(made);
    expect(app.state).toMatchObject({ terminal: null, fault: { code: 'STORAGE_CORRUPT' } });
    expect([await app.run({ workflow: 'verify' }), await app.run({ workflow: 'sync' }), await app.signIn('w1')]).toEqual(Array(3).fill('STORAGE_CORRUPT'));
    expect(await app.run({ workflow: 'enrol', url: 'http://127.0.0.1:1/', code: 'x' })).toBe('TERMINAL_ALREADY_ENROLLED');
  });

  it('is told also where the operating system refuses, not the storage', async () => {
    const made = await staffed();
    rmSync(join(made.data, 'terminal.json'));
    mkdirSync(join(made.data, 'terminal.json'));
    expect((await App.start(made)).state).toMatchObject({ terminal: null, fault: { code: 'STORAGE_CORRUPT' } });
  });

  it('is tried again: a key store that opens later opens the terminal', async () => {
    const made = await staffed();
    renameSync(made.keyStore, `${made.keyStore}-away`);
    const app = await App.start(made, 'counter', { retryMs: 20 });
    expect(app.state.fault).toMatchObject({ code: 'KEYSTORE_UNAVAILABLE' });
    renameSync(`${made.keyStore}-away`, made.keyStore);
    await app.until(() => app.state.terminal !== null);
    expect(app.state).toMatchObject({ fault: null, signInRequired: true });
    await app.until(() => app.events.findLast((event) => event.event === 'state')?.state.terminal !== null);
  });

  it('lets people out of the window of a desk, not of a kiosk; a machine that is not enrolled lets everybody out', async () => {
    const made = await staffed();
    writeFileSync(join(made.data, 'terminal.db'), 'no database, and longer than nothing at all');
    const leave = async (at: Place, mode: TerminalMode): Promise<string> => (await App.start(at, mode)).run({ workflow: 'leave' });
    expect([await leave(made, 'counter'), await leave(made, 'police'), await leave(made, 'kiosk'), await leave(place(), 'kiosk')]).toEqual(['done', 'done', 'STORAGE_CORRUPT', 'done']);
  });
});

describe('without PC/SC', () => {
  it('says that the card service is down', async () => {
    const app = await App.start(enrolled());
    await app.until(() => app.state.cardService === 'down');
    expect(await app.run({ workflow: 'restart-readers' })).toBe('READER_SERVICE_DOWN');
  });
});

describe('leaving the window', () => {
  const leave = (app: App, operator?: string, password = operator === undefined ? undefined : passwordOf(operator)): Promise<string> =>
    app.run({ workflow: 'leave', ...(operator === undefined ? {} : { operator }), ...(password === undefined ? {} : { password }) });
  const left = (app: App): number => app.events.filter(({ event }) => event === 'leave').length;

  it('is for whoever is signed in, or may sign in; and no session begins', async () => {
    const app = await App.start(await staffed());
    expect(await leave(app)).toBe('SIGN_IN_REQUIRED');
    expect(await leave(app, 'w1', 'wrong')).toBe('OPERATOR_PASSWORD_WRONG');
    expect(left(app)).toBe(0);
    expect(await leave(app, 'w1')).toBe('done');
    expect([left(app), app.state.session]).toEqual([1, null]);
    await app.signIn('a1');
    expect(await leave(app)).toBe('done');
    expect(left(app)).toBe(2);
  });

  it('is an officer’s at a police desk alone', async () => {
    const made = await staffed();
    expect(await leave(await App.start(made, 'counter'), 'o1')).toBe('ROLE_REQUIRED');
    await started.pop()?.service.stop();
    expect(await leave(await App.start(made, 'police'), 'o1')).toBe('done');
  });

  it('of a kiosk takes credentials, whoever is signed in', async () => {
    const app = await App.start(await staffed(), 'kiosk');
    await app.signIn('s1');
    expect([await leave(app), await leave(app, 'o1'), await leave(app, 'w1')]).toEqual(['SIGN_IN_REQUIRED', 'ROLE_REQUIRED', 'done']);
    expect(app.state.signInRequired).toBe(false);
  });

  it('is guessed at as a sign-in is: five times', async () => {
    const app = await App.start(await staffed(), 'kiosk');
    for (let n = 0; n < 5; n += 1) await leave(app, 'w1', 'wrong');
    expect(await leave(app, 'w1')).toBe('OPERATOR_LOCKED');
  });
});

describe('an operation', () => {
  const choose = (app: App, place = '瓯江路口'): Promise<string> => app.run({ workflow: 'set-operation', purpose: 'control', place });

  it('is chosen by who may check, and kept over a new start of the service for the same person', async () => {
    const made = await staffed();
    let app = await App.start(made, 'police');
    expect(await choose(app)).toBe('SIGN_IN_REQUIRED');
    await app.signIn('o1');
    expect(await choose(app, '')).toBe('INPUT_INVALID');
    expect(await choose(app)).toBe('done');
    expect(app.state.operation).toEqual({ purpose: 'control', place: '瓯江路口' });
    await started.pop()?.service.stop();
    app = await App.start(made, 'police');
    expect(app.state.operation).toBeNull();
    await app.signIn('o2');
    expect(app.state.operation).toBeNull();
    await app.signIn('o1');
    expect(app.state.operation).toEqual({ purpose: 'control', place: '瓯江路口' });
    await app.run({ workflow: 'sign-out' });
    await app.signIn('o1');
    expect(app.state.operation).toBeNull();
  });
});

describe('a desk that nobody uses', () => {
  it('locks itself: the session ends, the operation waits for its officer', async () => {
    const app = await App.start(await staffed(), 'police', { lockAfterMs: 300 });
    await app.signIn('o1');
    await app.run({ workflow: 'set-operation', purpose: 'found', place: '服务大厅' });
    for (let n = 0; n < 8; n += 1) {
      await delay(80);
      expect(await app.run({ workflow: 'sync' })).toBe('PLATFORM_UNREACHABLE');
    }
    expect(app.state.session?.id).toBe('o1');
    await app.until(() => app.state.session === null);
    expect(app.events.findLast((event) => event.event === 'state')?.state.session).toBeNull();
    await app.signIn('o1');
    expect(app.state.operation).toEqual({ purpose: 'found', place: '服务大厅' });
  });

  it('does so with a question open that nobody answers', async () => {
    const app = await App.start(await staffed(), 'counter', { lockAfterMs: 400 });
    await app.signIn('w1');
    const asked = app.run({ workflow: 'change-status', permitNumber: '330302202610000014', change: 'report-lost' });
    await app.until(() => app.events.some((event) => event.event === 'question'));
    expect(app.state.session?.id).toBe('w1');
    await app.until(() => app.state.session === null);
    expect(await asked).toBe('SIGN_IN_REQUIRED');
  });

  it('a kiosk does not: nobody works there', async () => {
    const app = await App.start(await staffed(), 'kiosk', { lockAfterMs: 40 });
    await app.signIn('w1');
    await delay(200);
    expect(app.state.session?.id).toBe('w1');
  });
});

describe('misshapen calls', () => {
  it('are answered under the id of their run with the name of the field, and never with what was in it', async () => {
    const app = await App.start(place());
    const ui = app.service.attach(() => undefined);
    const run = randomUUID();
    expect(ui.call({ verb: 'start', run, input: { workflow: 'sign-in', operator: 'x', password: '' } })).toBe(true);
    expect(app.events.at(-1)).toEqual({ event: 'failed', run, code: 'INPUT_INVALID', detail: 'input.password' });
    expect([ui.call(undefined), ui.call({ verb: 'start' }), ui.call('x'), ui.call({ run: 'x' })]).toEqual([false, false, false, false]);
    expect(ui.call({ verb: 'answer', run, question: 'next' })).toBe(true);
    expect(ui.call({ verb: 'cancel', run })).toBe(true);
  });
});

describe('the state', () => {
  it('is told once for several changes, not at all for none, and now and then so that ages move', async () => {
    const app = await App.start(enrolled());
    await app.until(() => app.state.cardService === 'down' && app.state.platform === 'down' && !app.state.syncing);
    let value = app.state;
    const told: ServiceState[] = [];
    const source = new StateSource({ read: () => value, tell: (state) => told.push(state), onError: () => undefined, settleMs: 5, lookMs: 10_000, atLeastMs: 100 });
    source.changed();
    source.changed();
    await delay(30);
    expect(told).toHaveLength(1);
    value = { ...value, clock: { ...value.clock, now: value.clock.now + 1 }, list: { ...value.list, ageSeconds: 5 } };
    source.flush();
    expect(told).toHaveLength(1);
    value = { ...value, queue: { ...value.queue, pending: 9 } };
    source.flush();
    expect(told).toHaveLength(2);
    await delay(110);
    source.flush();
    expect(told).toHaveLength(3);
    source.stop();
    value = { ...value, queue: { ...value.queue, pending: 10 } };
    source.changed();
    await delay(30);
    expect(told).toHaveLength(3);
  });
});
