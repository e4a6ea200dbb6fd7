import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const names = ['chromium', 'chromium-browser', 'google-chrome'] as const;
const installer = fileURLToPath(new URL('../../../../scripts/install-browser.mjs', import.meta.url));

const find = (): string | undefined => {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The machine's Chromium; Debian's is installed where none is and somebody may. Undefined: there is none, and what to type was said. */
export const findChromium = (): string | undefined => {
  const found = find();
  if (found !== undefined || !existsSync(installer)) return found;
  spawnSync(process.execPath, [installer], { stdio: ['inherit', 2, 2] });
  return find();
};

/** Nobody's account: Chromium's sandbox refuses root, and a browser needs none of root's rights. */
const nobody = 65_534;

interface Seat {
  readonly profile: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gives a file to that account. */
  readonly own: (file: string) => void;
  readonly remove: () => void;
}

/** Where the browser keeps its profile, and as whom it runs: as root under an account without rights, whose profile lies outside the data folder that it may not enter. */
const seatOf = (executable: string, folder: string): Seat => {
  if (userInfo().uid !== 0) {
    const profile = join(folder, 'browser');
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    return { profile, command: [executable], env: process.env, own: () => undefined, remove: () => undefined };
  }
  const profile = mkdtempSync(join(tmpdir(), 'residence-card-browser-'));
  const authority = process.env['XAUTHORITY'];
  const copied = join(profile, 'authority');
  const withAuthority = authority !== undefined && existsSync(authority);
  if (withAuthority) {
    copyFileSync(authority, copied);
    chownSync(copied, nobody, nobody);
  }
  chownSync(profile, nobody, nobody);
  return {
    profile,
    command: ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--', executable],
    env: { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile, XDG_RUNTIME_DIR: profile, ...(withAuthority ? { XAUTHORITY: copied } : {}) },
    own: (file) => chownSync(file, nobody, nobody),
    remove: () => rmSync(profile, { recursive: true, force: true }),
  };
};

/** No first-run page, no traffic of its own, no crash bubbles, no gestures that lead away; verdict tones need no click. */
const flags = [
  '--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--disable-component-update', '--disable-domain-reliability', '--disable-sync', '--disable-default-apps',
  '--disable-extensions', '--disable-translate', '--disable-features=Translate,TranslateUI,MediaRouter,OptimizationHints', '--disable-pinch', '--overscroll-history-navigation=0',
  '--disable-session-crashed-bubble', '--hide-crash-restore-bubble', '--noerrdialogs', '--no-pings', '--password-store=basic', '--autoplay-policy=no-user-gesture-required', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export interface KioskBrowserOptions {
  readonly executable: string;
  /** the data folder, for its profile */
  readonly folder: string;
  readonly windowed: boolean;
  /** a new one-time address for each start */
  readonly address: () => Promise<string>;
}

const pauses = { first: 500, longest: 30_000, settled: 60_000 } as const;

/** Chromium with the app on the whole screen: started, and started anew with a new address whenever it ends, until it is told to stop. */
export class KioskBrowser {
  readonly #seat: Seat;
  #child: ChildProcess | undefined;
  #stopping = new AbortController();
  readonly #running: Promise<void>;

  constructor(private readonly options: KioskBrowserOptions) {
    this.#seat = seatOf(options.executable, options.folder);
    this.#running = this.#run();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill('SIGTERM');
    await this.#running;
    this.#seat.remove();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let pause: number = pauses.first;
    while (!signal.aborted) {
      const began = performance.now();
      await this.#once();
      pause = performance.now() - began > pauses.settled ? pauses.first : Math.min(pause * 2, pauses.longest);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #once(): Promise<void> {
    const { windowed, address } = this.options;
    const url = await address().catch(() => undefined);
    if (url === undefined || this.#stopping.signal.aborted) return;
    const { profile, command, env, own } = this.#seat;
    // Command lines are read by every user of the machine: the address lies in a file that only the browser's account reads.
    const door = join(profile, 'open.html');
    writeFileSync(door, `<!doctype html><meta charset="utf-8"><title>…</title><meta http-equiv="refresh" content="0;url=${url}">\n`, { mode: 0o600 });
    own(door);
    const [program = '', ...before] = command;
    const child = spawn(program, [...before, ...flags, `--user-data-dir=${profile}`, ...(windowed ? [] : ['--kiosk']), `--app=${pathToFileURL(door).href}`], { stdio: 'ignore', env });
    this.#child = child;
    await once(child, 'exit').catch(() => undefined);
    rmSync(door, { force: true });
    this.#child = undefined;
  }
}
