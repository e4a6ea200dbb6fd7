import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBlanks } from '../../src/cli/cards.js';
import { AppWorld, people } from './app-world.js';
import { needlesOf, search } from './byte-search.js';
import type { ServiceProcess } from './service-process.js';

let world: AppWorld;
let service: ServiceProcess;

beforeAll(async () => {
  world = await AppWorld.make();
  service = await world.service();
}, 60_000);
afterAll(() => world.close());

describe('a new machine', () => {
  it('stays up without a terminal, says so, and works once it is enrolled', async () => {
    await service.stateWhere(() => true);
    expect(service.events[0]).toMatchObject({ event: 'hello', protocol: 1 });
    expect(await service.stateWhere(() => true)).toMatchObject({ terminal: null, fault: null, mode: 'counter', queue: { pending: 0 } });
    expect((await service.stateWhere(({ readers }) => readers.length > 0)).cardService).toBe('up');
    expect(await service.refused({ workflow: 'verify' })).toBe('TERMINAL_NOT_ENROLLED');
    await world.enrol(service);
    const state = await service.stateWhere(({ signInRequired, syncing }) => signInRequired && !syncing);
    expect(state).toMatchObject({ terminal: { environment: 'test', name: 'counter' }, platform: 'up', session: null, list: { stale: false } });
    expect(state.certificates?.access.state).not.toBe('missing');
  });

  it('signs in by password alone, and the state shows who', async () => {
    expect(await service.refused({ workflow: 'sign-in', operator: people.clerk.id, password: 'wrong' })).toBe('OPERATOR_PASSWORD_WRONG');
    expect(await service.refused({ workflow: 'verify' })).toBe('SIGN_IN_REQUIRED');
    expect(await service.done({ workflow: 'sign-in', operator: people.clerk.id, password: people.clerk.password })).toEqual({ id: people.clerk.id, name: people.clerk.name, role: 'operator', localData: true });
    // What a run changed is told before its end.
    expect(service.state?.session?.id).toBe(people.clerk.id);
  });
});

describe('cards over the contract', () => {
  it('issues with its steps, pushes, verifies', async () => {
    await world.put();
    const run = service.start(world.application(7));
    const end = await service.endOf(run);
    expect(end).toMatchObject({ event: 'done', value: { resumed: false } });
    const steps = service.events.flatMap((event) => (event.event === 'step' && event.run === run ? [event.step] : []));
    expect(steps).toEqual(expect.arrayContaining(['authenticate', 'write', 'read-back', 'register']));
    // It stood in the journal all the while; a card that is being written is not torn.
    expect(service.events.flatMap((event) => (event.event === 'state' ? event.state.tornCards : []))).toEqual([]);
    await service.stateWhere(({ queue }) => queue.pending === 0, 'pushed by itself');
    await service.done({ workflow: 'sync' });
    const { verdict } = await service.done({ workflow: 'verify' });
    expect(verdict).toMatchObject({ result: 'valid', answer: 'valid' });
    await world.take();
    await service.stateWhere(({ readers }) => !readers.some(({ cardPresent }) => cardPresent));
    expect(await service.refused({ workflow: 'verify' })).toBe('CARD_ABSENT');
  });
});

describe('a service that is interrupted', () => {
  /** A run that is writing onto a card. */
  const writing = async (seed: number): Promise<string> => {
    await world.put();
    const run = service.start(world.application(seed));
    await service.until(() => service.events.find((event) => event.event === 'step' && event.run === run && event.step === 'write' && event.done > 0), 'the first file on the card');
    return run;
  };
  const again = async (): Promise<void> => {
    service = await world.service();
    await service.stateWhere(({ terminal }) => terminal !== null);
  };
  const removed = async (): Promise<void> => {
    await world.take();
    await service.stateWhere(({ readers }) => !readers.some(({ cardPresent }) => cardPresent));
  };

  it('by a UI that goes away and comes back: it hears the end', async () => {
    const run = await writing(8);
    service.send({ kind: 'detach' });
    const heard = service.messages.length;
    await delay(2_500);
    expect(service.messages.slice(heard).filter(({ kind }) => kind === 'event')).toEqual([]);
    service.attach();
    expect(await service.endOf(run, 1_000)).toMatchObject({ event: 'done', value: { resumed: false } });
    expect(service.events.map(({ event }) => event).slice(0, 2)).toEqual(['hello', 'state']);
    expect(service.events.filter((event) => event.event === 'started')).toEqual([{ event: 'started', run, workflow: 'issue' }]);
    service.attach();
    await service.stateWhere(() => true);
    expect(service.events.some(({ event }) => event === 'done')).toBe(false);
    await removed();
  });

  it('by SIGTERM in the middle of a card: the card is finished first, its end told, and nothing is torn', async () => {
    const run = await writing(9);
    expect(await service.kill('SIGTERM')).toBe(0);
    expect(await service.endOf(run, 1)).toMatchObject({ event: 'done' });
    await again();
    expect(service.state?.tornCards).toEqual([]);
    await world.signIn(service, people.clerk);
    expect(await service.done({ workflow: 'verify' })).toMatchObject({ verdict: { lines: expect.arrayContaining([expect.objectContaining({ check: 'signature', result: 'valid' })]) as unknown } });
    await removed();
  });

  it('by a kill in the middle of a card: the torn card stands in the state, and the same application finishes it', async () => {
    await writing(10);
    expect(await service.kill('SIGKILL')).toBe('SIGKILL');
    await again();
    const card = world.cards().find(({ inserted }) => inserted)?.name ?? '';
    expect(service.state?.tornCards).toEqual([card.slice(-4)]);
    expect(service.state?.session).toBeNull();
    await world.signIn(service, people.clerk);
    const end = await service.endOf(service.start(world.application(10)));
    expect(end).toMatchObject({ event: 'done', value: { resumed: true, serial: card } });
    expect(service.state?.tornCards).toEqual([]);
    await removed();
  });

  it('by the end of its host in the middle of a card: it finishes it, and ends', async () => {
    await makeBlanks(world.folder, 2, service.state?.terminal?.id);
    await service.done({ workflow: 'sync' });
    await writing(11);
    service.child.disconnect();
    expect(await service.exit()).toBe(0);
    await again();
    expect(service.state?.tornCards).toEqual([]);
    await world.signIn(service, people.clerk);
  });
});

describe('the reader process', () => {
  const pidOf = (parent: number): number | undefined =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('reader-process') && new RegExp(`^PPid:\\s*${parent}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
        } catch {
          return false;
        }
      });

  it('is killed: it comes back by itself, and the card that lies there is verified', async () => {
    const before = pidOf(service.child.pid ?? 0);
    process.kill(before ?? 0, 'SIGKILL');
    await service.stateWhere(({ readers }) => readers.length === 0, 'no readers');
    await service.stateWhere(({ readers }) => readers.some(({ cardPresent }) => cardPresent), 'readers again');
    expect(pidOf(service.child.pid ?? 0)).not.toBe(before);
    expect(await service.done({ workflow: 'verify' })).toMatchObject({ verdict: { lines: expect.any(Array) as unknown } });
  });

  it('is ended when asked, and another begins', async () => {
    const before = pidOf(service.child.pid ?? 0);
    expect(await service.done({ workflow: 'restart-readers' })).toEqual({ readers: 2 });
    const after = pidOf(service.child.pid ?? 0);
    expect([after === undefined, after === before]).toEqual([false, false]);
    await service.stateWhere(({ readers }) => readers.some(({ cardPresent }) => cardPresent), 'readers again');
  });
});

describe('the platform', () => {
  it('goes and comes: records wait and are counted from the oldest, and go by themselves', async () => {
    await service.stateWhere(({ queue, syncing }) => queue.pending === 0 && !syncing);
    await world.stopPlatform();
    const { seq } = await service.done({ workflow: 'verify' });
    expect(seq).toBeGreaterThan(0);
    const off = await service.stateWhere(({ platform, queue }) => platform === 'down' && queue.pending === 1);
    expect(Math.abs((off.queue.oldestAt ?? 0) - Date.now() / 1000)).toBeLessThan(30);
    expect(await service.refused({ workflow: 'sync' })).toBe('PLATFORM_UNREACHABLE');
    await world.startPlatform();
    expect(await service.done({ workflow: 'sync' })).toEqual({ pushed: 1, pullsFailed: [] });
    expect(await service.stateWhere(({ platform, queue }) => platform === 'up' && queue.pending === 0)).toMatchObject({ queue: { oldestAt: null } });
  });
});

describe('what it wrote about itself', () => {
  it('holds nobody, and what happened', async () => {
    const logs = join(world.folder.terminal, 'logs');
    const { application } = world.application(8);
    const names = Object.values(people).flatMap(({ id, name, password }) => [name, password, id]);
    const needles = needlesOf(Object.fromEntries([...names, application.name, application.idNumber, application.residence.address, ...world.cards().map(({ name }) => name)].map((text) => [text, text])));
    expect(search(logs, needles)).toEqual([]);
    const lines = readFileSync(join(logs, 'service.log'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.every(({ msg }) => typeof msg === 'string' && msg !== 'other' && msg !== 'bug')).toBe(true);
    expect(lines.filter(({ msg, workflow, code }) => msg === 'run ended' && workflow === 'issue' && code === undefined).length).toBeGreaterThanOrEqual(4);
    // No permit number in any form: 18 digits stand nowhere.
    expect(readFileSync(join(logs, 'service.log'), 'utf8')).not.toMatch(/\d{15}/);
    expect(await service.stop()).toBe(0);
  });
});
