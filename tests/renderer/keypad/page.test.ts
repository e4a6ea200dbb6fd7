/** The holder's keypad as a browser shows it, with the service's own Keypad behind a WebSocket: what is typed by finger and by key reaches the service, and nothing else is to be seen of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { KeypadAsk } from '../../../src/contract/index.js';
import { Keypad } from '../../../src/service/keypad.js';
import { violations } from '../../e2e/axe.js';
import { launchChromium, sizes } from '../../e2e/chromium.js';
import { buildPage, servePage, type BuiltPage, type ServedPage } from '../../built-page.js';

const pictures = process.env['KEYPAD_PICTURES'];
let built: BuiltPage;
let served: ServedPage;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let keypad: Keypad;
const sockets = new Set<WebSocket>();

beforeAll(async () => {
  built = await buildPage();
  served = await servePage(built.folder);
  const server = new WebSocketServer({ server: served.server, path: '/keypad' });
  server.on('connection', (socket) => {
    sockets.add(socket);
    const pad = keypad.attach((ask) => socket.send(JSON.stringify({ ask })));
    socket.on('message', (data: Uint8Array) => pad.answer(JSON.parse(new TextDecoder().decode(data))));
    socket.on('close', () => pad.close());
  });
  browser = await launchChromium();
}, 120_000);
afterAll(async () => {
  await browser.close();
  for (const socket of sockets) socket.terminate();
  served.close();
  built.remove();
});

const complaints: string[] = [];
beforeEach(async () => {
  keypad = new Keypad(() => undefined);
  context = await browser.newContext({ viewport: sizes.landscape, locale: 'zh-CN' });
  page = await context.newPage();
  complaints.length = 0;
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${served.address}keypad.html`);
  await page.waitForSelector('main[data-state="idle"]');
});
afterEach(async () => {
  await context.close();
  // Digits, or anything else: a page that says something in the console says too much.
  expect(complaints).toEqual([]);
});

const asked = (what: KeypadAsk['what'], more: Pick<KeypadAsk, 'refused' | 'triesLeft'> = {}): Promise<string | null> =>
  keypad.ask(what, new AbortController().signal, more).then((digits) => (digits === null ? null : new TextDecoder().decode(digits)));
const press = async (text: string): Promise<void> => {
  for (const digit of text) await page.getByRole('button', { name: digit, exact: true }).click();
};
const full = (): Promise<number> => page.locator('.dot.full').count();

describe('the keypad', () => {
  it('hands six digits of a finger to the service after OK, and shows dots alone', async () => {
    const answer = asked('set');
    await expect.poll(() => page.locator('h1').textContent()).toBe('请设置六位密码');
    await press('804');
    expect(await full()).toBe(3);
    await press('9167');
    expect(await full()).toBe(6);
    expect(await page.locator('main').innerText()).not.toMatch(/804|916/);
    expect(await page.content()).not.toContain('804916');
    await page.getByRole('button', { name: '确定' }).click();
    expect(await answer).toBe('804916');
    await page.waitForSelector('main[data-state="done"]');
    expect(await page.locator('h1').textContent()).toBe('输入完成，谢谢');
  });

  it('takes the keys of a keyboard: digits, Backspace, Enter, Escape; Enter after a press of a finger means OK', async () => {
    const answer = asked('set');
    await page.waitForSelector('.dots');
    await press('1');
    await page.keyboard.type('3579');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('86');
    await page.keyboard.press('Enter');
    expect(await answer).toBe('135786');
    const given = asked('repeat');
    await page.waitForSelector('.dots');
    expect(await page.locator('h1').textContent()).toBe('请再输一次同样的密码');
    expect(await full()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await given).toBeNull();
    await page.waitForSelector('main[data-state="cancelled"]');
  });

  it('wants all six', async () => {
    const answer = asked('set');
    await page.waitForSelector('.dots');
    await page.keyboard.type('12');
    await page.keyboard.press('Enter');
    expect(await page.locator('.refusal').textContent()).toBe('密码是六位数字，请输满六位。');
    await press('3');
    expect(await page.locator('.refusal').textContent()).toBe('');
    await page.getByRole('button', { name: '清除' }).click();
    expect(await full()).toBe(0);
    await page.getByRole('button', { name: '取消' }).click();
    expect(await answer).toBeNull();
  });

  it.each([
    [{ refused: 'PIN_WEAK' }, /太简单.*连续/],
    [{ refused: 'differs' }, /两次输入不一样/],
    [{ refused: 'PIN_WRONG', triesLeft: 2 }, /密码不对.*还可试 2 次/],
  ] as const)('says what was refused: %j', async (more, sentence) => {
    void asked('set', more);
    await expect.poll(() => page.locator('.refusal').textContent()).toMatch(sentence);
  });

  it('speaks English, and forgets that for the next holder', async () => {
    const answer = asked('current');
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.locator('h1').textContent()).toBe('Type your present PIN');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.keyboard.press('Escape');
    expect(await answer).toBeNull();
    await page.waitForSelector('main[data-state="idle"]', { timeout: 12_000 });
    expect(await page.locator('h1').textContent()).toBe('请稍候');
  });

  it('connects again by itself, and says that it is lost until then', async () => {
    for (const socket of sockets) socket.terminate();
    await page.waitForSelector('main[data-state="lost"]');
    await page.waitForSelector('main[data-state="idle"]');
    expect(keypad.open).toBe(true);
  });

  it('keeps nothing', async () => {
    const answer = asked('set');
    await page.waitForSelector('.dots');
    await page.keyboard.type('804916');
    await page.keyboard.press('Enter');
    await answer;
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie, location.hash])).toEqual([0, 0, '', '']);
  });
});

describe('its look', () => {
  const scenes = [
    ['asking', () => asked('set')],
    ['refused', () => asked('repeat', { refused: 'PIN_WEAK' })],
  ] as const;
  for (const size of ['landscape', 'portrait'] as const)
    for (const language of ['zh', 'en'] as const)
      it.each(scenes)(`%s, ${language}, ${size}: whole, without a scroll bar, and for everybody`, async (name, ask) => {
        await page.setViewportSize(sizes[size]);
        void ask();
        await page.waitForSelector('.dots');
        if (language === 'en') await page.getByRole('button', { name: 'English' }).click();
        await page.keyboard.type('123');
        const room = await page.evaluate(() => [document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]);
        expect(room.every((more) => more <= 0)).toBe(true);
        for (const box of await page.locator('.keypad button').all()) expect((await box.boundingBox())!.height).toBeGreaterThanOrEqual(96);
        expect(await violations(page)).toEqual([]);
        if (pictures !== undefined) {
          mkdirSync(pictures, { recursive: true });
          await page.screenshot({ path: join(pictures, `${name}-${language}-${size}.png`) });
        }
      });
});
