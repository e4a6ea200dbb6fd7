import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { unprivileged, type World } from '../e2e/world.js';
import { assembleApp } from '../electron/app-folder.js';
import { prepareElectron, type ElectronHome } from '../electron/driver.js';
import { checkout } from '../electron/unprivileged.js';
import { line, median, progress, type Line } from './lines.js';

/** Pairs, of which the one with the middle ratio counts: whatever else the machine does falls into one or two. */
const pairs = 5;

const emptyApp = (into: string): void => {
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'package.json'), JSON.stringify({ name: 'empty', version: '0.0.1', main: 'main.cjs' }));
  writeFileSync(join(into, 'page.html'), '<!doctype html><title>empty</title><button autofocus>.</button>');
  writeFileSync(join(into, 'main.cjs'), "const { app, BrowserWindow } = require('electron');\napp.whenReady().then(() => new BrowserWindow({ webPreferences: { sandbox: true } }).loadFile('page.html'));\n");
};

/** Milliseconds from the launch until what is on the screen takes input. */
const startTime = async (home: ElectronHome, ready: string): Promise<number> => {
  const began = performance.now();
  const app = await _electron.launch({ executablePath: home.executable, args: [...home.args], env: home.env, cwd: home.folder, chromiumSandbox: true, timeout: 60_000 });
  try {
    const page = await app.firstWindow();
    await page.locator(ready).first().waitFor({ timeout: 60_000 });
    return performance.now() - began;
  } finally {
    await app.close().catch(() => undefined);
  }
};

/** Cold start of the whole app (Electron, service, page with its state) beside an empty window of the same Electron. */
export const appStart = async (world: World): Promise<Line[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'rc-bench-app-'));
  const homes: ElectronHome[] = [];
  try {
    assembleApp(join(folder, 'app'));
    emptyApp(join(folder, 'empty'));
    world.giveTo(unprivileged);
    const args = ['--data', world.terminal('police'), '--mode', 'police', '--pcsc', world.socket];
    const env = { RESIDENCE_CARD_SERVICE: join(checkout, 'dist', 'service', 'main.js') };
    const ours = await prepareElectron({ appFolder: join(folder, 'app'), args, env });
    homes.push(ours);
    const floor = await prepareElectron({ appFolder: join(folder, 'empty') });
    homes.push(floor);
    const times: { readonly ours: number; readonly floor: number }[] = [];
    for (let pair = 0; pair <= pairs; pair += 1) {
      progress(`cold start ${pair} of ${pairs}`);
      const one = { floor: await startTime(floor, 'button'), ours: await startTime(ours, 'input[type="password"]') };
      // The first fills the caches of the disk.
      if (pair > 0) times.push(one);
    }
    const middle = [...times].sort((a, b) => a.ours / a.floor - b.ours / b.floor)[times.length >> 1]!;
    return [line('app-cold-start', middle.ours, 'ms', { floor: middle.floor, limit: { of: 'ratio', sign: '<=', bound: 1.6 } }), line('app-cold-start-median', median(times.map(({ ours: each }) => each)), 'ms')];
  } finally {
    for (const home of homes) await home.remove();
    rmSync(folder, { recursive: true, force: true });
  }
};
