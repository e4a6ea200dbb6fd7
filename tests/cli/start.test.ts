import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { afterAll, describe, expect, it } from 'vitest';
import { openScreen } from '../electron/xvfb.js';
import { event as eventSchema, type ServiceEvent, type TrayCard, type WorkflowInput } from '../../src/contract/index.js';

/** `npm start` without a display, from the first start to the end of the second: everything runs as processes of its own, and the app is reached as a browser reaches it. */
const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const parent = mkdtempSync(join(tmpdir(), 'wz-npm-start-'));
const root = join(parent, 'data');
const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...headless } = process.env;

interface Started {
  readonly address: string;
  readonly window: string;
  readonly platform: string;
  readonly operators: readonly { readonly id: string; readonly password: string }[];
  readonly cards: readonly Pick<TrayCard, 'name' | 'label'>[];
}

const children: ChildProcess[] = [];
const run = (...args: string[]) => runWith({}, ...args);
const runWith = (env: Readonly<Record<string, string>>, ...args: string[]) => {
  const child = spawn(process.execPath, [program, 'start', '--json', '--data', root, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...headless, ...env } });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const started = once(lines, 'line').then(([line]) => JSON.parse(String(line)) as Started);
  return { child, ended, started };
};

/** Every process whose command line names the folder. */
const processes = (): string[] =>
  spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(root));

class Page {
  readonly events: ServiceEvent[] = [];
  private constructor(
    private readonly socket: WebSocket,
    readonly html: string,
    readonly cookie: string,
  ) {
    socket.on('message', (data: Buffer) => this.events.push(eventSchema.parse(JSON.parse(data.toString('utf8')))));
  }

  /** As a browser opens it: the token once, then the cookie. */
  static async open(address: string): Promise<Page> {
    const admitted = await fetch(address, { redirect: 'manual' });
    return Page.again(address, (admitted.headers.get('set-cookie') ?? '').split(';')[0] ?? '');
  }

  static async again(address: string, cookie: string): Promise<Page> {
    const { origin, host } = new URL(address);
    const html = await (await fetch(origin, { headers: { cookie } })).text();
    const socket = new WebSocket(`ws://${host}/contract`, { headers: { cookie, origin } });
    const page = new Page(socket, html, cookie);
    await once(socket, 'open');
    return page;
  }

  async run(input: WorkflowInput): Promise<ServiceEvent> {
    const id = randomUUID();
    this.socket.send(JSON.stringify({ verb: 'start', run: id, input }));
    const end = (): ServiceEvent | undefined => this.events.find((each) => (each.event === 'done' || each.event === 'failed') && each.run === id);
    await expect.poll(end, { timeout: 15_000 }).toBeDefined();
    return end() as ServiceEvent;
  }

  cardPresent(): boolean {
    const state = this.events.findLast((each) => each.event === 'state');
    return state?.event === 'state' && state.state.readers.some((reader) => reader.cardPresent);
  }

  close(): void {
    this.socket.close();
  }
}

afterAll(() => {
  for (const child of children) child.kill('SIGTERM');
  rmSync(parent, { recursive: true, force: true });
});

describe('npm start', () => {
  it('opens the app at an address, where the officer signs in and a card of the tray is judged', { timeout: 240_000 }, async () => {
    const { child, ended, started } = run();
    const { address, window, operators, cards } = await started;
    expect(window).toBe('address');
    const page = await Page.open(address);
    expect(page.html).toContain('<div id="app">');
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);

    const officer = operators.find(({ id }) => id === 'P-101');
    expect(await page.run({ workflow: 'sign-in', operator: 'P-101', password: officer?.password ?? '' })).toMatchObject({ event: 'done', value: { id: 'P-101', role: 'officer' } });
    const lost = cards.find(({ label }) => label.zh === '已挂失');
    expect(await page.run({ workflow: 'tray', card: lost?.name ?? '' })).toMatchObject({ event: 'done' });
    await expect.poll(() => page.cardPresent(), { timeout: 5_000 }).toBe(true);
    expect(await page.run({ workflow: 'set-operation', purpose: 'control', place: '样例岗亭' })).toMatchObject({ event: 'done' });
    expect(await page.run({ workflow: 'verify' })).toMatchObject({ event: 'done', value: { verdict: { result: 'revoked', permitNumber: expect.stringMatching(/^\d{18}$/) as string } } });

    // A service that dies is there again, at the same address, for the page that was let in.
    const service = processes().find((line) => line.includes('dist/service/main.js')) ?? '';
    process.kill(Number(service.trim().split(' ')[0]), 'SIGKILL');
    await expect.poll(() => Page.again(address, page.cookie).then((each) => (each.close(), each.html.includes('id="app"')), () => false), { timeout: 15_000 }).toBe(true);

    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(processes()).toEqual([]);
    await expect(fetch(new URL(address).origin)).rejects.toThrow();
  });

  it('opens the counter, where clerk and supervisor sign in with the local data open and blanks lie on the tray', { timeout: 240_000 }, async () => {
    const { child, ended, started } = run('--mode', 'counter');
    const { address, operators, cards } = await started;
    expect(cards.filter(({ label }) => label.zh === '空白卡')).toHaveLength(6);
    const page = await Page.open(address);
    // The same tray and the same people; another terminal, which pages may take photos at.
    expect((await fetch(new URL(address).origin, { headers: { cookie: page.cookie } })).headers.get('permissions-policy')).toContain('camera=(self), microphone=()');
    for (const [id, role] of [['W-017', 'operator'], ['S-002', 'supervisor'], ['W-017', 'operator']]) {
      const password = operators.find((each) => each.id === id)?.password ?? '';
      expect(await page.run({ workflow: 'sign-in', operator: id!, password })).toMatchObject({ event: 'done', value: { id, role, localData: true } });
    }
    expect(await page.run({ workflow: 'sync' })).toMatchObject({ event: 'done', value: { pullsFailed: [] } });
    // The keypad of a browser is a page of its own, and hears nothing but what the holder is asked.
    const keypad = await fetch(new URL('/keypad.html', address), { headers: { cookie: page.cookie } });
    expect([keypad.status, keypad.headers.get('permissions-policy')]).toEqual([200, 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=(), display-capture=()']);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(processes()).toEqual([]);
  });

  it('finds its data, starts quickly, refuses a second one beside it, and ends when the officer leaves', { timeout: 120_000 }, async () => {
    const began = performance.now();
    const { ended, started } = run();
    const { address, operators, cards } = await started;
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(cards.filter(({ label }) => label.zh === '空白卡')).toHaveLength(6);

    const second = run();
    expect(await second.ended).toBe(1);
    expect(await second.started).toMatchObject({ ok: false, code: 'STORAGE_LOCKED' });

    const page = await Page.open(address);
    const password = operators.find(({ id }) => id === 'P-101')?.password ?? '';
    expect(await page.run({ workflow: 'leave', operator: 'P-101', password })).toMatchObject({ event: 'done' });
    expect(await ended).toBe(0);
    expect(processes()).toEqual([]);
  });

  it('shows the app in Chromium on the whole screen, without rights, and opens it again when it dies', { timeout: 120_000 }, async () => {
    const screen = await openScreen({ width: 1280, height: 800 });
    try {
      const { child, ended, started } = runWith({ DISPLAY: screen.display }, '--window', 'chromium');
      const { address, window } = await started;
      expect(window).toBe('chromium');
      const log = join(root, 'police', 'logs', 'service.log');
      const opened = (): number => readFileSync(log, 'utf8').split('"connection opened"').length - 1;
      const before = opened();
      await expect.poll(opened, { timeout: 40_000 }).toBeGreaterThan(before);

      const lines = (): string[] => spawnSync('ps', ['-eo', 'uid=,pid=,args='], { encoding: 'utf8' }).stdout.split('\n');
      const browsers = (): readonly [uid: number, pid: number][] =>
        lines()
          .filter((line) => line.includes('--kiosk') && /--app=file:\S*open\.html/.test(line))
          .map((line) => line.trim().split(/ +/).slice(0, 2).map(Number) as [number, number]);
      const [[uid, pid] = [0, 0]] = browsers();
      expect(uid).not.toBe(0);
      // Every user of the machine reads command lines.
      expect(lines().filter((line) => line.includes(`${new URL(address).origin}/?token=`))).toEqual([]);
      const once = opened();
      process.kill(pid, 'SIGKILL');
      await expect.poll(opened, { timeout: 40_000 }).toBeGreaterThan(once);

      child.kill('SIGINT');
      expect(await ended).toBe(0);
      expect(browsers()).toEqual([]);
      expect(processes()).toEqual([]);
    } finally {
      await screen.close();
    }
  });

  it.each([
    ['a mode without screens', ['--mode', 'kiosk'], '--mode police|counter'],
    ['a window that is none', ['--window', 'mirror'], '--window auto|electron|chromium|address'],
    ['a port that is none', ['--port', '70000'], '--port'],
  ])('refuses %s', async (_what, args, detail) => {
    const { started, ended } = run(...args);
    expect(await started).toMatchObject({ ok: false, code: 'INPUT_INVALID', detail });
    expect(await ended).toBe(2);
  });
});
