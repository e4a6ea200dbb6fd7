import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.js';
import { findElectron } from './electron.js';

/** What shows the app: Electron (which starts the service itself), Chromium's kiosk mode, or nothing but an address. */
export type AppWindow = { readonly kind: 'electron'; readonly executable: string } | { readonly kind: 'chromium'; readonly executable: string } | { readonly kind: 'address' };
export const windowKinds = ['auto', 'electron', 'chromium', 'address'] as const;
export type WindowKind = (typeof windowKinds)[number];

const hasDisplay = (): boolean => ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => (process.env[name] ?? '') !== '') || process.platform !== 'linux';

/** Electron where it can be had, else Chromium, else the address; without a display the address. Electron's sandbox refuses root: as root Chromium, which runs as nobody. */
export const chooseWindow = async (wanted: WindowKind, progress: (text: string) => void): Promise<AppWindow> => {
  if (wanted === 'address' || (wanted === 'auto' && !hasDisplay())) return { kind: 'address' };
  const root = process.platform === 'linux' && userInfo().uid === 0;
  if (root) progress('以 root 运行：不用 Electron，浏览器降权运行 Running as root: no Electron, the browser runs without rights');
  else if (wanted !== 'chromium') {
    const executable = await findElectron(progress);
    if (executable !== undefined) return { kind: 'electron', executable };
    progress('没有 Electron 程序，改用 Chromium Electron cannot be had here: Chromium instead');
  }
  const chromium = findChromium();
  return chromium === undefined ? { kind: 'address' } : { kind: 'chromium', executable: chromium };
};

const application = fileURLToPath(new URL('../../../../', import.meta.url));

export interface ElectronArguments {
  readonly data: string;
  readonly mode: string;
  readonly pcsc: string | undefined;
  readonly tray: string | undefined;
  readonly windowed: boolean;
}

/** The app in Electron: its main process starts and watches service and window. Ends when an operator leaves. */
export class ElectronApp {
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown>;

  constructor(executable: string, { data, mode, pcsc, tray, windowed }: ElectronArguments) {
    const args = [`--data=${data}`, `--mode=${mode}`, ...(pcsc === undefined ? [] : [`--pcsc=${pcsc}`]), ...(windowed ? ['--windowed'] : [])];
    // The tray's secret goes to the service in the environment: an argument is read by every user of the machine.
    const env = { ...process.env, RESIDENCE_CARD_NODE: process.execPath, ...(tray === undefined ? {} : { RESIDENCE_CARD_TRAY: tray }) };
    this.#child = spawn(executable, [application, ...args], { stdio: ['ignore', 2, 2], env });
    this.ended = once(this.#child, 'exit').catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}

/** A program in the background that reads from its terminal is halted by it: field 5 of Linux's stat is its process group, field 8 the terminal's. */
const isInForeground = (): boolean => {
  if (!process.stdin.isTTY) return true;
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
    return fields[2] === fields[5];
  } catch {
    return false;
  }
};

/** Calls `work` for each line that a person enters. Returns what ends it. */
export const onEnter = (work: () => Promise<void>): (() => void) => {
  if (!isInForeground()) return () => undefined;
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => void work());
  return () => lines.close();
};
