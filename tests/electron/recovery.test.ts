/** Everything dies once: the page, the service, the graphics process. The person before the screen waits a moment and loses nothing. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, hostLog, inPage } from './driver.js';
import { ended, openShell, shellApp, type Shell } from './shell.js';

const app = shellApp();
afterAll(() => app.remove());

let shell: Shell;
beforeEach(async () => {
  shell = await openShell(app.folder);
}, 120_000);
afterEach(() => shell.close());

const pageProcess = (): Promise<number> => shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId());
const attached = (): number => shell.heard().filter((note) => note.heard?.kind === 'attach').length;
const count = (code: string): number => shell.codes().filter((entry) => entry === code).length;
const pageIsBack = (attaches: number): Promise<unknown> =>
  eventually(async () => attached() >= attaches && (await inPage(shell, "heard.links.at(-1) === 'up' && document.querySelector('#mode').textContent === 'police'")), (back) => back === true, 'the page again', 30_000);
const lastService = (): number => shell.heard().filter((note) => note.started !== undefined).at(-1)!.pid;

describe('the page', () => {
  it('is loaded again when its process is killed, and hears everything again', async () => {
    const before = await pageProcess();
    process.kill(before, 'SIGKILL');
    await pageIsBack(2);
    expect(await pageProcess()).not.toBe(before);
    expect(count('PAGE_GONE')).toBe(1);
    expect(shell.heard().some((note) => note.heard?.kind === 'detach')).toBe(true);
    expect(count('SERVICE_STARTED')).toBe(1);
  }, 60_000);

  it('is loaded again when its script never returns', async () => {
    const before = await pageProcess();
    await inPage(shell, 'setTimeout(() => { for (;;); }, 0)');
    await eventually(() => count('PAGE_HUNG'), (hung) => hung === 1, 'the hang to be seen', 30_000);
    await pageIsBack(2);
    expect(await pageProcess()).not.toBe(before);
  }, 90_000);

  it('gives way to a plain page after five crashes in a minute; the app can still be ended', async () => {
    for (let crash = 1; crash <= 5; crash++) {
      await eventually(() => count('PAGE_LOADED'), (loaded) => loaded >= crash, 'the page', 20_000);
      await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer());
      await eventually(() => count('PAGE_GONE'), (gone) => gone === crash, 'the crash to be seen');
    }
    await eventually(() => inPage<string>(shell, "document.querySelector('.code').textContent"), (code) => code === 'PAGE_FALLBACK', 'the plain page', 20_000);
    expect(await inPage<string>(shell, 'getComputedStyle(document.documentElement).fontSize')).toBe('24px');
    const over = ended(shell);
    shell.child.kill('SIGTERM');
    expect(await over).toBe(0);
  }, 90_000);
});

describe('the service', () => {
  it('is started again when it is killed; the page sees its link go and come', async () => {
    const before = lastService();
    process.kill(before, 'SIGKILL');
    await pageIsBack(2);
    expect(lastService()).not.toBe(before);
    expect(await inPage(shell, 'heard.links')).toEqual(['up', 'down', 'up']);
    expect(count('PAGE_LOADED')).toBe(1);
  }, 60_000);

  it('is killed and started again when it answers no more', async () => {
    const before = lastService();
    process.kill(before, 'SIGSTOP');
    await eventually(() => count('SERVICE_HUNG'), (hung) => hung === 1, 'the hang to be seen', 40_000);
    await pageIsBack(2);
    expect(lastService()).not.toBe(before);
    expect(() => process.kill(before, 0)).toThrow();
  }, 90_000);

  it('a call while it is away is lost and noted; the page sends it again after up', async () => {
    process.kill(lastService(), 'SIGKILL');
    await eventually(() => inPage<string[]>(shell, 'heard.links'), (links) => links.at(-1) === 'down', 'down');
    await inPage(shell, "residenceCard.send({ verb: 'start', run: '6f6cbb5e-2b0a-4a3e-9d3c-0d6d3e1f8a11', input: { workflow: 'sync' } })");
    await eventually(() => count('PAGE_CALL_LOST'), (lost) => lost === 1, 'the note');
    await pageIsBack(2);
  }, 60_000);
});

describe('the graphics process', () => {
  const graphics = (): Promise<number | undefined> => shell.app.evaluate(({ app: electron }) => electron.getAppMetrics().find((metric) => metric.type === 'GPU')?.pid);

  it('is started again, and the page stays as it is', async () => {
    await inPage(shell, 'globalThis.kept = 7');
    const before = await eventually(graphics, (pid) => typeof pid === 'number', 'a graphics process');
    process.kill(before!, 'SIGKILL');
    await eventually(() => count('GPU_GONE'), (gone) => gone === 1, 'its end to be seen');
    await eventually(graphics, (pid) => typeof pid === 'number' && pid !== before, 'another one', 20_000);
    expect(await inPage(shell, 'kept')).toBe(7);
  }, 60_000);

  it('gone three times, the app begins anew and draws in software', async () => {
    let last: number | undefined;
    for (let i = 1; i <= 3; i++) {
      last = await eventually(graphics, (pid) => typeof pid === 'number' && pid !== last, 'a graphics process', 20_000);
      process.kill(last!, 'SIGKILL');
      await eventually(() => count('GPU_GONE'), (gone) => gone >= i, 'its end to be seen');
    }
    await eventually(() => count('HOST_STARTED'), (starts) => starts === 2, 'the app anew', 30_000);
    await eventually(() => count('PAGE_LOADED'), (loads) => loads >= 2, 'the page anew', 20_000);
    const second = hostLog(shell.data).findLast((line) => line.code === 'HOST_STARTED')!;
    process.kill(Number(second['pid']), 'SIGTERM');
    await eventually(() => count('HOST_STOPPED'), (stops) => stops === 2, 'its end', 20_000);
  }, 90_000);
});

describe('the main process', () => {
  it('begins anew after a fault of its own, noted by kind and not by words', async () => {
    await shell.app.evaluate(() => void setTimeout(() => { throw new RangeError('words that may hold a name'); }, 0));
    await eventually(() => count('HOST_STARTED'), (starts) => starts === 2, 'the app anew', 40_000);
    await eventually(() => count('PAGE_LOADED'), (loads) => loads >= 2, 'the page anew', 20_000);
    expect(hostLog(shell.data).find((line) => line.code === 'HOST_FAULT')).toMatchObject({ name: 'RangeError' });
    expect(JSON.stringify(hostLog(shell.data))).not.toContain('words');
    const second = hostLog(shell.data).findLast((line) => line.code === 'HOST_STARTED')!;
    process.kill(Number(second['pid']), 'SIGTERM');
    await eventually(() => count('HOST_STOPPED'), (stops) => stops === 2, 'its end', 20_000);
  }, 90_000);
});
