import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RunningApp } from './app-host.js';
import { ChromiumHost } from './chromium-host.js';
import { Desk } from './desk.js';
import { police } from './stage.js';
import { World } from './world.js';

/** What is wrong with the machine, found by the app itself. */
let world: World;
let app: RunningApp;
const host = new ChromiumHost();
beforeAll(async () => {
  world = await World.open();
  app = await host.start(world);
  const desk = new Desk(app);
  await desk.ready();
  await world.put('valid');
  await desk.verdict({ result: 'valid' }, world.stage.cards.valid!.holder);
  await app.page.getByRole('button', { name: '菜单' }).click();
  await app.page.getByRole('button', { name: '诊断', exact: true }).click();
  await app.page.locator('.summary').waitFor();
}, 120_000);
afterAll(async () => {
  await app.close();
  await host.close();
  await world.close();
});
afterEach(async () => expect(await app.watched.faults()).toEqual([]));

const again = async (): Promise<void> => {
  await app.page.keyboard.press('F2');
  const looking = app.page.getByText('正在检查');
  // It may be over before anybody looks.
  await looking.waitFor({ timeout: 1_000 }).catch(() => undefined);
  await looking.waitFor({ state: 'hidden' });
  await app.page.locator('.summary').waitFor();
};
const failing = (check: string) => app.page.locator(`[data-check="${check}"][data-state="fail"]`);

it('finds nothing that fails on a machine that is sound', { timeout: 60_000 }, async () => {
  expect(await app.page.locator('[data-state="fail"]').allInnerTexts()).toEqual([]);
});

it('writes a bundle without anybody in it', { timeout: 60_000 }, async () => {
  await app.page.keyboard.press('F8');
  await app.page.getByText('诊断包已保存').waitFor();
  const file = (/(\/\S+)/.exec(await app.page.locator('main').innerText()))![1]!;
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  const { holder, permitNumber } = world.stage.cards.valid!;
  for (const secret of [holder!, permitNumber!, police.password, police.name]) expect(text.includes(secret)).toBe(false);
});

it('finds a platform that is gone', { timeout: 60_000 }, async () => {
  await world.platform.stop();
  await again();
  expect(await app.page.locator('[data-check="platform"]').first().getAttribute('data-state')).not.toBe('ok');
  await world.platform.start();
});

it('finds a reader that is missing, and PC/SC that does not run', { timeout: 90_000 }, async () => {
  await world.take();
  await world.pcscd.unplug();
  await again();
  await failing('readers').waitFor();
  await world.pcscd.kill();
  await again();
  await failing('card-service').waitFor();
  await world.pcscd.plugIn();
  await app.page.keyboard.press('F9');
  await app.page.getByText('读卡服务已重启').waitFor();
  await again();
  expect(await failing('card-service').count()).toBe(0);
});
