import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppWorld, people } from './app-world.js';
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
    await service.stateWhere(({ queue }) => queue.pending === 0, 'pushed by itself');
    await service.done({ workflow: 'sync' });
    const { verdict } = await service.done({ workflow: 'verify' });
    expect(verdict).toMatchObject({ result: 'valid', answer: 'valid' });
    await world.take();
    await service.stateWhere(({ readers }) => !readers.some(({ cardPresent }) => cardPresent));
    expect(await service.refused({ workflow: 'verify' })).toBe('CARD_ABSENT');
  });
});
