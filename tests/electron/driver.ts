/**
 * Opens the app in the real Electron 25 on a screen of its own, unprivileged and with its sandbox, driven by Playwright. Every launch has a copy of Electron (hard links) with the app in
 * `resources/app`, a home and a data folder; `close` ends and removes all of it.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, errors, type ElectronApplication, type Page } from 'playwright-core';
import { electronFolder } from './electron-25.js';
import { giveAway, openWay, seenByApp, writeLauncher } from './unprivileged.js';
import { noteSecondTry } from '../runner/second-tries.js';
import { openScreen, type Screen } from './xvfb.js';

export interface ElectronOptions {
  /** a folder with package.json and dist/, see assembleApp */
  readonly appFolder: string;
  /** arguments of the app; `--data DIR` is given over to the user of the app (DIR under the folder for temporary files), the way to `--pcsc SOCKET` is opened */
  readonly args?: readonly string[];
  /** added to a small environment; paths of the checkout are translated to where the app sees them */
  readonly env?: Readonly<Record<string, string>>;
  /** of the screen; the window fills it unless `--windowed` */
  readonly size?: { readonly width: number; readonly height: number };
  /** of the executable; any other than `electron` counts as a packed app */
  readonly name?: string;
}

/** What a launch stands on; for what Playwright cannot start. */
export interface ElectronHome {
  readonly folder: string;
  /** where `--data` leads, or the folder that was made for it */
  readonly data: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly screen: Screen;
  remove(): Promise<void>;
}

export interface ElectronRun extends ElectronHome {
  readonly app: ElectronApplication;
  readonly child: ChildProcess;
  readonly page: Page;
  /** quits as the system would (the service finishes first), kills after 25 s, removes everything */
  close(): Promise<void>;
}

const valueOf = (args: readonly string[], name: string): string | undefined => {
  const joined = args.find((arg) => arg.startsWith(`--${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 3);
  const at = args.indexOf(`--${name}`);
  return at === -1 ? undefined : args[at + 1];
};

const copyElectron = (from: string, to: string): void => {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' });
  } catch {
    // The cache lies on another file system.
    rmSync(to, { recursive: true, force: true });
    execFileSync('cp', ['-a', from, to]);
  }
};

export const prepareElectron = async (options: ElectronOptions): Promise<ElectronHome> => {
  const folder = mkdtempSync(join(tmpdir(), 'rc-electron-'));
  for (const name of ['tree', 'home']) mkdirSync(join(folder, name));
  copyElectron(await electronFolder(), join(folder, 'electron'));
  const program = join(folder, 'electron', options.name ?? 'electron');
  if (options.name !== undefined) renameSync(join(folder, 'electron', 'electron'), program);
  cpSync(options.appFolder, join(folder, 'electron', 'resources', 'app'), { recursive: true });
  execFileSync('chmod', ['-R', 'a+rX', join(folder, 'electron', 'resources', 'app')]);
  const args = [...(options.args ?? [])];
  const named = valueOf(args, 'data');
  const data = named ?? join(folder, 'data');
  if (named === undefined) args.push(`--data=${data}`);
  mkdirSync(data, { recursive: true });
  giveAway(data);
  giveAway(join(folder, 'home'));
  openWay(folder);
  const socket = valueOf(args, 'pcsc');
  if (socket !== undefined) openWay(dirname(socket));
  const executable = join(folder, 'launch');
  writeLauncher(executable, folder, program);
  const screen = await openScreen(options.size ?? { width: 1280, height: 800 });
  const given = Object.fromEntries(Object.entries(options.env ?? {}).map(([name, value]) => [name, seenByApp(folder, value)]));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    DISPLAY: screen.display,
    // No desktop is here to be asked.
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    RESIDENCE_CARD_NODE: process.execPath,
    ...given,
  };
  return {
    folder, data, executable, args: args.map((arg) => seenByApp(folder, arg)), env, screen,
    remove: async () => {
      await screen.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const launchOnce = async (options: ElectronOptions): Promise<ElectronRun> => {
  const home = await prepareElectron(options);
  try {
    const app = await _electron.launch({ executablePath: home.executable, args: [...home.args], env: home.env, cwd: home.folder, chromiumSandbox: true, timeout: 30_000 });
    // Playwright forgets the process when it has ended.
    const child = app.process();
    const page = await app.firstWindow();
    return {
      ...home, app, child, page,
      close: async () => {
        const late = setTimeout(() => child.kill('SIGKILL'), 25_000);
        await app.close().catch(() => undefined);
        clearTimeout(late);
        await home.remove();
      },
    };
  } catch (error) {
    await home.remove();
    throw error;
  }
};

/**
 * On a busy machine an Electron under Playwright now and then never comes up to its first answer, an empty app like ours: begun a second time, which is told with the tests that passed only at
 * a second try (it mostly happens before a file's first test, where vitest tries nothing again). An app of ours that does not start fails the second time too.
 */
export const launchElectron = async (options: ElectronOptions): Promise<ElectronRun> => {
  try {
    return await launchOnce(options);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    noteSecondTry(`Electron did not answer within 30 s and was started once more (${(options.args ?? []).find((arg) => arg.startsWith('--mode')) ?? 'police'})`);
    return launchOnce(options);
  }
};

/** Without Playwright and its debugging switches: a process. */
export const spawnElectron = (home: ElectronHome, more: readonly string[] = []): ChildProcess =>
  spawn(home.executable, [...home.args, ...more], { cwd: home.folder, env: home.env, stdio: ['ignore', 'pipe', 'pipe'] });

export interface HostLine {
  readonly time: string;
  readonly code: string;
  readonly [fact: string]: string | number;
}

export const hostLog = (data: string): readonly HostLine[] => {
  const file = join(data, 'logs', 'host.log');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as HostLine);
};

/** Runs in the app's own page (not in a keypad's, which is a later window) whatever became of it: Playwright's own page is lost when its process crashes, although Electron loads it again. */
export const inPage = <T>(run: ElectronRun, expression: string): Promise<T> =>
  run.app.evaluate(async ({ BrowserWindow }, code) => (await BrowserWindow.getAllWindows().sort((a, b) => a.id - b.id)[0]?.webContents.executeJavaScript(code, true)) as unknown, expression) as Promise<T>;

/** Asks until the answer is the one that is waited for. */
export const eventually = async <T>(ask: () => T | Promise<T>, is: (answer: T) => boolean, what: string, ms = 10_000): Promise<T> => {
  for (const start = Date.now(); Date.now() - start < ms; await delay(50)) {
    const answer = await Promise.resolve(ask()).catch(() => undefined);
    if (answer !== undefined && is(answer)) return answer;
  }
  throw new Error(`waited in vain for ${what}`);
};
