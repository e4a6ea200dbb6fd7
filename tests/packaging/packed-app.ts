import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { _electron, type Page } from 'playwright-core';
import type { ServiceEvent, TerminalMode, WorkflowInput } from '../../src/contract/index.js';
import { hostLog } from '../electron/driver.js';
import { giveAway, openWay, writeLauncher } from '../electron/unprivileged.js';
import { openScreen, type Screen } from '../electron/xvfb.js';

const name = 'residence-card-terminal';
const nobody = 65_534;

const on = '1'.charCodeAt(0);

/** Fuses of an executable by their names; those that its wire has. */
export const fusesOf = async (executable: string): Promise<Record<string, boolean>> => {
  const wire = await getCurrentFuseWire(executable);
  return Object.fromEntries(Object.entries(wire).filter(([index]) => /^\d+$/.test(index)).map(([index, state]) => [FuseV1Options[Number(index)] ?? index, (state as number) === on]));
};

/** The packed app where an unprivileged user can run it: a copy outside a checkout that only root may enter, with a screen, a home and nothing on the PATH. */
export class PackedApp {
  private constructor(
    readonly folder: string,
    private readonly screen: Screen,
  ) {}

  static async copy(app: string): Promise<PackedApp> {
    const folder = mkdtempSync(join(tmpdir(), 'rc-packed-'));
    for (const each of ['home', 'tree', 'nothing']) mkdirSync(join(folder, each));
    execFileSync('cp', ['-a', app, join(folder, 'app')]);
    execFileSync('chmod', ['-R', 'a+rX', join(folder, 'app')]);
    // A helper for kernels without user namespaces; without its owner and mode Chromium would refuse to start because of it.
    rmSync(join(folder, 'app', 'chrome-sandbox'), { force: true });
    giveAway(join(folder, 'home'));
    openWay(folder);
    chmodSync(folder, 0o755);
    return new PackedApp(folder, await openScreen({ width: 1280, height: 800 }));
  }

  get executable(): string {
    return join(this.folder, 'app', name);
  }

  get node(): string {
    return join(this.folder, 'app', 'resources', 'node', 'bin', 'node');
  }

  get service(): string {
    return join(this.folder, 'app', 'resources', 'service');
  }

  /** Starts it as it was packed, and ends it when `until` says so. */
  async run(args: readonly string[], data: string, until: () => boolean | Promise<boolean>): Promise<number | null> {
    const launcher = this.#launcher('launch-packed', this.executable);
    const child = spawn(launcher, [`--data=${data}`, ...args], { env: this.#environment(), stdio: 'ignore' });
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    for (const deadline = Date.now() + 30_000; child.exitCode === null && Date.now() < deadline && !(await until()); ) await sleep(100);
    child.kill('SIGTERM');
    return ended;
  }

  /**
   * A packed app refuses debuggers, and Playwright is one: it drives a copy whose executable has another name and whose fuse for them is whole. Archive, service and Node are the same files.
   */
  async drive<T>(data: string, mode: TerminalMode, socket: string, work: (page: DrivenPage) => Promise<T>): Promise<T> {
    const drivable = join(this.folder, 'app', 'electron');
    if (!existsSync(drivable)) {
      execFileSync('cp', [this.executable, drivable]);
      await flipFuses(drivable, { version: FuseVersion.V1, [FuseV1Options.EnableNodeCliInspectArguments]: true });
    }
    const app = await _electron.launch({
      executablePath: this.#launcher('launch-drivable', drivable), args: [`--data=${data}`, `--mode=${mode}`, `--pcsc=${socket}`], env: this.#environment(), chromiumSandbox: true, timeout: 30_000, cwd: this.folder,
    });
    try {
      const page = await app.firstWindow();
      return await work(new DrivenPage(page));
    } finally {
      await app.close().catch(() => undefined);
    }
  }

  /** Node programs that run from the copy, by what /proc says that they are. */
  processes(): readonly string[] {
    return readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .flatMap((pid) => {
        try {
          return [`${readlinkSync(join('/proc', pid, 'exe'))} ${readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ')}`];
        } catch {
          return [];
        }
      })
      .filter((line) => line.includes(this.folder));
  }

  /** Loads the native modules in the Node that is shipped, as a user without rights who has no other one. */
  loadNative(): { readonly version: string; readonly loaded: readonly string[] } {
    const { native } = JSON.parse(readFileSync(join(this.service, 'package.json'), 'utf8')) as { native: string[] };
    const script = `for (const name of ${JSON.stringify(native)}) require(name); const D = require('better-sqlite3'); new D(':memory:').close(); console.log(process.version)`;
    const ran = spawnSync(this.node, ['-e', script], { cwd: this.service, encoding: 'utf8', env: this.#environment(), ...(process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}) });
    if (ran.status !== 0) throw new Error(ran.stderr);
    return { version: ran.stdout.trim(), loaded: native };
  }

  async remove(): Promise<void> {
    await this.screen.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #environment(): Record<string, string> {
    const { folder } = this;
    return { PATH: join(folder, 'nothing'), HOME: join(folder, 'home'), TMPDIR: tmpdir(), LANG: 'C.UTF-8', DISPLAY: this.screen.display, DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
  }

  /** The script needs its tools; the app is to have none. */
  #launcher(file: string, program: string): string {
    const path = join(this.folder, file);
    if (existsSync(path)) return path;
    const inner = join(this.folder, `${file}-inner`);
    writeLauncher(inner, this.folder, program);
    const text = readFileSync(inner, 'utf8');
    execFileSync('sh', ['-c', 'cat > "$1" && chmod 755 "$1"', 'sh', inner], { input: text.replace('#!/bin/sh\n', '#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n').replace(/(--clear-groups --inh-caps=-all) "\$@"'/, `$1 env PATH=${join(this.folder, 'nothing')} "$@"'`) });
    renameSync(inner, path);
    return path;
  }
}

/** The window of the app, spoken to by the contract that its own screens speak. */
export class DrivenPage {
  constructor(readonly page: Page) {}

  /** Runs a workflow through `window.residenceCard`. */
  async run(input: WorkflowInput): Promise<Extract<ServiceEvent, { event: 'done' | 'failed' }>> {
    return this.page.evaluate(async (asked) => {
      const bridge = (globalThis as unknown as { residenceCard: { send(call: unknown): void; onEvent(listener: (event: { event: string; run?: string }) => void): void } }).residenceCard;
      const run = crypto.randomUUID();
      return new Promise<never>((resolve, reject) => {
        setTimeout(() => reject(new Error(`no end of ${asked.workflow}`)), 25_000);
        bridge.onEvent((event) => {
          if ((event.event === 'done' || event.event === 'failed') && event.run === run) {
            clearInterval(again);
            resolve(event as never);
          }
        });
        // What is sent before the service is up is lost; a start that comes again starts nothing twice.
        const again = setInterval(() => bridge.send({ verb: 'start', run, input: asked }), 1_000);
        bridge.send({ verb: 'start', run, input: asked });
      });
    }, input);
  }

  /** Waits until the screen says this. */
  async says(text: string): Promise<boolean> {
    return this.page
      .waitForFunction((wanted) => (globalThis as unknown as { document: { body: { innerText: string } } }).document.body.innerText.includes(wanted), text, { timeout: 15_000 })
      .then(() => true, () => false);
  }
}

export const hostSaid = (data: string, code: string): boolean => hostLog(data).some((line) => line.code === code);
