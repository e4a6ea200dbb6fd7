/** The holder's keypad in Electron: a window of its own that comes when the service asks and goes when it does not, locked like the clerk's. Where it lies: `keypad-place.ts`; these machines have one screen. */
import { cpSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keypadPlace } from '../../electron/keypad-place.js';
import { eventually, inPage } from './driver.js';
import { openShell, shellApp, type Shell } from './shell.js';
import { checkout } from './unprivileged.js';

const app = shellApp();
for (const name of ['keypad.html', 'keypad-before.js', 'assets']) cpSync(join(checkout, 'dist', 'renderer', name), join(app.folder, 'dist', 'renderer', name), { recursive: true });
afterAll(() => app.remove());

let shell: Shell;
const begin = (): Promise<void> => inPage(shell, `residenceCard.send(${JSON.stringify({ verb: 'start', run: randomUUID(), input: { workflow: 'set-pin' } })})`);
const pages = (): Page[] => shell.app.windows().filter((page) => !page.isClosed() && page.url().endsWith('/keypad.html'));
/** The page that asks now: one that died or is on its way out is in Playwright's list a while longer. */
const keypad = (): Promise<Page> =>
  eventually(
    async () => {
      for (const page of pages().reverse()) if ((await page.locator('main[data-state="asking"]').count().catch(() => 0)) > 0) return page;
      return undefined;
    },
    (found) => found !== undefined,
    'the keypad',
    20_000,
  ) as Promise<Page>;
const answers = (): (string | null)[] => shell.heard().flatMap(({ heard }) => (heard?.kind === 'keypad-answer' ? [heard.answer!.digits] : []));
const closed = (): Promise<unknown> => eventually(() => shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), (count) => count === 1, 'the end of the keypad');

describe('at a counter', () => {
  beforeAll(async () => {
    shell = await openShell(app.folder, { args: ['--mode=counter', '--use-fake-device-for-media-stream'], size: { width: 1920, height: 1080 } });
  }, 120_000);
  afterAll(() => shell.close());
  afterEach(async () => {
    if (pages().length > 0) await pages().at(-1)!.keyboard.press('Escape').catch(() => undefined);
    await closed();
  });

  it('the service is told once that a keypad can be opened', () => {
    expect(shell.heard().flatMap(({ heard }) => (heard?.kind === 'keypad' ? [heard.open] : []))).toEqual([true]);
  });

  it('what the holder types reaches the service; the window goes by itself, and the clerk has the focus again', async () => {
    const before = answers().length;
    await begin();
    const page = await keypad();
    expect(await page.locator('.turn').textContent()).toBe('请把屏幕转向持卡人');
    await page.keyboard.type('804916');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('h1').textContent()).toBe('请再输一次同样的密码');
    for (const digit of '804917') await page.getByRole('button', { name: digit, exact: true }).click();
    await page.getByRole('button', { name: '确定' }).click();
    await expect.poll(() => page.locator('.refusal').textContent()).toMatch(/不一样/);
    for (let again = 0; again < 2; again++) {
      await page.keyboard.type('804916');
      await page.keyboard.press('Enter');
      if (again === 0) await expect.poll(() => page.locator('h1').textContent()).toBe('请再输一次同样的密码');
    }
    await page.waitForSelector('main[data-state="done"]');
    await closed();
    expect(answers().slice(before)).toEqual(['804916', '804917', '804916', '804916']);
    expect(shell.codes().filter((code) => code === 'KEYPAD_CLOSED').length).toBeGreaterThan(0);
    // Nothing of it is in the host's log.
    expect(readFileSync(join(shell.data, 'logs', 'host.log'), 'utf8')).not.toMatch(/80491/);
    // One window for all of it.
    expect(shell.codes().filter((code) => code === 'KEYPAD_OPENED')).toHaveLength(1);
  });

  it('cancelling ends it', async () => {
    const before = answers().length;
    await begin();
    await (await keypad()).getByRole('button', { name: '取消' }).click();
    await closed();
    expect(answers().slice(before)).toEqual([null]);
  });

  it('has the lock-down of the clerk’s window, a session of its own, and none of its bridge', async () => {
    await begin();
    const page = await keypad();
    const facts = await shell.app.evaluate(({ BrowserWindow }) => {
      const [first, second] = BrowserWindow.getAllWindows().sort((a, b) => a.id - b.id);
      const contents = second!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      return { own: first!.webContents.session !== second!.webContents.session, preferences: contents.getLastWebPreferences(), bounds: second!.getBounds(), top: second!.isAlwaysOnTop() };
    });
    expect(facts.own).toBe(true);
    expect(facts.preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false });
    expect(facts.bounds).toEqual({ x: 0, y: 0, width: 1920, height: 1080 });
    expect(facts.top).toBe(true);
    expect(await page.evaluate(() => [typeof (globalThis as { residenceCard?: unknown }).residenceCard, Object.keys((globalThis as unknown as { residenceCardKeypad: object }).residenceCardKeypad)])).toEqual(['undefined', ['attach', 'answer', 'onShown']]);
    expect(await page.evaluate("navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', (error) => error.name)")).toBe('NotAllowedError');
    expect(await page.evaluate(() => fetch('/keypad.html').then((answer) => answer.headers.get('permissions-policy')))).toContain('camera=()');
    expect(await page.evaluate("window.open('/')")).toBeNull();
    // The clerk's page is not told of the keypad, and its own world has no way to it.
    expect(await inPage(shell, 'typeof residenceCardKeypad')).toBe('undefined');
  });

  it('answers of anybody else, and to what is not asked, are refused', async () => {
    await begin();
    const page = await keypad();
    const before = answers().length;
    const refused = (code: string): number => shell.codes().filter((each) => each === code).length;
    const [senders, messages] = [refused('PAGE_SENDER_REFUSED'), refused('PAGE_MESSAGE_REFUSED')];
    await page.evaluate(() => {
      const own = (globalThis as unknown as { residenceCardKeypad: { answer(value: unknown): void } }).residenceCardKeypad;
      own.answer({ id: '6f6cbb5e-2b0a-4a3e-9d3c-0d6d3e1f8a11', digits: '111222' });
      own.answer({ id: 'x', digits: 'abc' });
    });
    await shell.app.evaluate(({ BrowserWindow, ipcMain }) => {
      const [clerk, own] = BrowserWindow.getAllWindows().sort((a, b) => a.id - b.id).map((window) => window.webContents);
      const message = { kind: 'answer', answer: { id: '6f6cbb5e-2b0a-4a3e-9d3c-0d6d3e1f8a11', digits: '111222' } };
      ipcMain.emit('residence-card:keypad-to-host', { sender: clerk, senderFrame: clerk!.mainFrame }, message);
      ipcMain.emit('residence-card:keypad-to-host', { sender: own, senderFrame: { parent: null, url: 'app://residence-card/' } }, message);
      ipcMain.emit('residence-card:keypad-to-host', { sender: own, senderFrame: null }, message);
      // The clerk's own channel takes nothing of the keypad's page.
      ipcMain.emit('residence-card:to-host', { sender: own, senderFrame: own!.mainFrame }, { kind: 'attach' });
    });
    await eventually(() => [refused('PAGE_SENDER_REFUSED') - senders, refused('PAGE_MESSAGE_REFUSED') - messages], ([a, b]) => a === 4 && b === 2, 'the refusals');
    expect(answers().slice(before)).toEqual([]);
  });

  it('comes again when its page dies', async () => {
    await begin();
    await keypad();
    await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().sort((a, b) => b.id - a.id)[0]!.webContents.forcefullyCrashRenderer());
    await eventually(() => shell.codes(), (codes) => codes.includes('KEYPAD_GONE'), 'the loss');
    const page = await keypad();
    const before = answers().length;
    await page.keyboard.press('Escape');
    await eventually(() => answers().length, (count) => count > before, 'the answer');
  });
});

describe('a service that begins anew', () => {
  beforeEach(async () => {
    shell = await openShell(app.folder, { args: ['--mode=counter'] });
  }, 120_000);
  afterEach(() => shell.close());

  it('takes the keypad away, and is told of it again', async () => {
    await begin();
    await keypad();
    process.kill(shell.heard()[0]!.pid, 'SIGKILL');
    await closed();
    await eventually(() => shell.heard().filter(({ heard }) => heard?.kind === 'keypad').length, (count) => count === 2, 'the second word of it');
  });
});

it('at a police desk there is none', async () => {
  shell = await openShell(app.folder);
  try {
    await begin();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(shell.heard().some(({ heard }) => heard?.kind === 'keypad')).toBe(false);
    expect(shell.codes()).not.toContain('KEYPAD_OPENED');
  } finally {
    await shell.close();
  }
}, 60_000);

describe('its place', () => {
  const clerk = { id: 1, bounds: { x: 0, y: 0, width: 1000, height: 500 } };
  it.each([
    ['another screen, whole', [clerk, { id: 2, bounds: { x: 1000, y: 0, width: 800, height: 600 } }], false, { bounds: { x: 1000, y: 0, width: 800, height: 600 }, turn: false }],
    ['another screen also of a window', [{ id: 2, bounds: { x: -800, y: 0, width: 800, height: 600 } }, clerk], true, { bounds: { x: -800, y: 0, width: 800, height: 600 }, turn: false }],
    ['over the clerk’s', [clerk], false, { bounds: clerk.bounds, turn: true }],
    ['over the clerk’s window, with an edge of it', [clerk], true, { bounds: { x: 100, y: 50, width: 800, height: 400 }, turn: true }],
  ])('%s', (_what, displays, windowed, place) => {
    expect(keypadPlace(displays, clerk, windowed)).toEqual(place);
  });
});
