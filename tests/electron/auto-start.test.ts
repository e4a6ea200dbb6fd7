import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareElectron, spawnElectron, type ElectronHome } from './driver.js';
import { shellApp } from './shell.js';

const app = shellApp();
let home: ElectronHome;
beforeAll(async () => {
  home = await prepareElectron({ appFolder: app.folder, args: ['--mode=kiosk', '--tray=http://127.0.0.1:1/a "$b" 100%\\'] });
}, 120_000);
afterAll(async () => {
  await home.remove();
  app.remove();
});

const set = async (state: string): Promise<string> => {
  const child = spawnElectron(home, [`--auto-start=${state}`]);
  let text = '';
  child.stdout?.on('data', (data: Uint8Array) => (text += new TextDecoder().decode(data)));
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  return text.trim();
};

it('the entry at log-in starts the app with the same arguments, quoted as the desktop wants, and is taken away again', async () => {
  const file = join(home.env['HOME']!, '.config', 'autostart', 'residence-card.desktop');
  expect(await set('on')).toBe('auto-start: on');
  const command = /^Exec=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  // The desktop's string rule, then its quoting, which is a shell's but for %.
  const words = command!.replaceAll('\\\\', '\\').replaceAll('%%', '%');
  const read = execFileSync('sh', ['-c', `for word in ${words}; do printf '%s\\n' "$word"; done`], { encoding: 'utf8' }).trimEnd().split('\n');
  expect(read).toEqual([join(home.folder, 'electron', 'electron'), `--data=${home.data}`, '--mode=kiosk', '--tray=http://127.0.0.1:1/a "$b" 100%\\']);
  expect(await set('off')).toBe('auto-start: off');
  expect(existsSync(file)).toBe(false);
  expect(existsSync(join(home.data, 'logs'))).toBe(false);
}, 60_000);
