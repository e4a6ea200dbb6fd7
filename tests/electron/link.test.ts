/** The page and the service of the shell: events, calls, the way out. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assembleApp, smallService, testPage } from './app-folder.js';
import { launchElectron, type ElectronRun } from './driver.js';

let appFolder: string;
let run: ElectronRun;
beforeAll(async () => {
  appFolder = mkdtempSync(join(tmpdir(), 'rc-app-'));
  assembleApp(appFolder, testPage);
  run = await launchElectron({ appFolder, args: ['--mode', 'police'], env: { RESIDENCE_CARD_SERVICE: smallService } });
}, 120_000);
afterAll(async () => {
  await run.close();
  rmSync(appFolder, { recursive: true, force: true });
});

test('the page hears hello and state after attach, and which mode it is', async () => {
  await run.page.getByText("police").waitFor();
  expect(await run.page.textContent('#state')).toBe('up');
  expect(existsSync(join(run.data, 'logs', 'host.log'))).toBe(true);
  expect(readFileSync(join(run.data, 'heard.log'), 'utf8')).toContain('"attach"');
});
