/** Between page and service, through the shell: events, calls, the way out. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceEvent } from '../../src/contract/index.js';
import { eventually, inPage } from './driver.js';
import { ended, openShell, shellApp, type Shell } from './shell.js';

const app = shellApp();
afterAll(() => app.remove());

const events = (shell: Shell): Promise<ServiceEvent[]> => inPage(shell, 'heard.events');
const send = (shell: Shell, call: unknown): Promise<void> => inPage(shell, `residenceCard.send(${JSON.stringify(call)})`);
const endOf = (shell: Shell, run: string): Promise<ServiceEvent> =>
  eventually(events.bind(undefined, shell), (all) => all.some((event) => 'run' in event && event.run === run && (event.event === 'done' || event.event === 'failed')), 'the end of the run').then((all) => all.findLast((event) => 'run' in event && event.run === run)!);

describe('one app', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell(app.folder, { args: ['--mode', 'counter', '--tray=http://127.0.0.1:9/', '--key-store', '/nowhere'] });
  }, 120_000);
  afterAll(() => shell.close());

  it('hands its arguments to the service', () => {
    expect(shell.heard()[0]?.started).toEqual(['--data', shell.data, '--mode', 'counter', '--tray', 'http://127.0.0.1:9/', '--key-store', '/nowhere']);
  });

  it('tells the page that the link is up, then hello and state, once it has attached', async () => {
    expect(await inPage(shell, 'heard.links')).toEqual(['up']);
    expect((await events(shell)).slice(0, 2).map((event) => event.event)).toEqual(['hello', 'state']);
    expect(shell.heard().filter((note) => note.heard?.kind === 'attach')).toHaveLength(1);
  });

  it('carries a call there and its end back', async () => {
    const run = randomUUID();
    await send(shell, { verb: 'start', run, input: { workflow: 'sync' } });
    expect(await endOf(shell, run)).toMatchObject({ event: 'done' });
    expect(shell.heard().map((note) => note.heard?.call)).toContainEqual({ verb: 'start', run, input: { workflow: 'sync' } });
  });

  it('ends a misshapen call itself, by the name of the field, and hands on nothing of it', async () => {
    const run = randomUUID();
    await send(shell, { verb: 'start', run, input: { workflow: 'sign-in', operator: 'invented', password: 'x'.repeat(500) } });
    expect(await endOf(shell, run)).toEqual({ event: 'failed', run, code: 'INPUT_INVALID', detail: 'input.password' });
    expect(JSON.stringify(shell.heard())).not.toContain(run);
    expect(shell.codes()).toContain('PAGE_MESSAGE_REFUSED');
  });

  it('hands on no verb that the contract does not know', async () => {
    await send(shell, { verb: 'stop' });
    await send(shell, 'stop');
    await send(shell, { verb: 'cancel', run: randomUUID(), more: true });
    const run = randomUUID();
    await send(shell, { verb: 'start', run, input: { workflow: 'sync' } });
    await endOf(shell, run);
    expect(shell.heard().filter((note) => note.heard?.kind === 'stop')).toEqual([]);
    expect(JSON.stringify(shell.heard())).not.toContain('"more"');
  });
});

describe('its end', () => {
  let shell: Shell;
  beforeEach(async () => {
    shell = await openShell(app.folder);
  }, 120_000);
  afterEach(() => shell.close());

  it('comes when the service tells that the window may close, and the service ends first', async () => {
    const over = ended(shell);
    await send(shell, { verb: 'start', run: randomUUID(), input: { workflow: 'leave' } });
    expect(await over).toBe(0);
    expect(shell.heard().at(-1)).toMatchObject({ stopped: true });
    expect(shell.codes().slice(-3)).toEqual(['HOST_LEAVE', 'SERVICE_ENDED', 'HOST_STOPPED']);
  });

  it('comes with a signal of the system too, after the service has finished', async () => {
    const over = ended(shell);
    shell.child.kill('SIGTERM');
    expect(await over).toBe(0);
    expect(shell.heard().at(-1)).toMatchObject({ stopped: true });
  });

  it('waits 20 s for a service that finishes a card, then ends all the same', async () => {
    writeFileSync(join(shell.data, 'deaf'), '');
    const over = ended(shell);
    const start = Date.now();
    shell.child.kill('SIGTERM');
    expect(await over).toBe(0);
    expect(Date.now() - start).toBeGreaterThan(19_000);
    expect(shell.codes().slice(-4)).toEqual(['HOST_LEAVE', 'SERVICE_KILLED', 'SERVICE_ENDED', 'HOST_STOPPED']);
  }, 60_000);
});

it('does not pass on what the service may not say', async () => {
  const shell = await openShell(app.folder);
  try {
    writeFileSync(join(shell.data, 'rude'), '');
    await inPage(shell, 'residenceCard.attach()');
    await eventually(() => shell.codes().filter((code) => code === 'SERVICE_MESSAGE_REFUSED').length, (count) => count === 2, 'two refused messages');
    expect((await events(shell)).every((event) => !('more' in event))).toBe(true);
    expect(await inPage(shell, 'heard.links')).toEqual(['up']);
  } finally {
    await shell.close();
  }
}, 60_000);
