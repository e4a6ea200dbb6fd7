import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CodedError, done, failed, type Outcome } from '../contract/index.js';
import { PcscSupervisor, type ReaderState } from '../../drivers/pcsc/index.js';
import { stopVirtualReader } from '../emulator/index.js';
import { ensureReader } from './cards.js';
import type { DataFolder } from './data-folder.js';
import { PlatformProcess } from './demo/platform-process.js';
import { KioskBrowser } from './launch/chromium.js';
import { ServiceHost } from './launch/service-host.js';
import { printStarted, startedObject, type Started } from './launch/summary.js';
import { chooseWindow, ElectronApp, onEnter, windowKinds } from './launch/window.js';
import { printJson, type Output } from './output.js';
import { ensureInstallation } from './start-data/installation.js';
import { TrayServer } from './tray-server.js';

// Child processes and pages come from dist/, also when this module is run from its source by the tests
const renderer = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/renderer' : '../../renderer', import.meta.url));

export interface StartOptions {
  readonly port: number;
  readonly mode: string;
  readonly windowed: boolean;
  readonly window: string;
}

/** Readers of the machine's own PC/SC; none where it does not run. */
const realReaders = async (): Promise<readonly ReaderState[]> => {
  if (!existsSync(process.env['PCSCLITE_CSOCK_NAME'] ?? '/run/pcscd/pcscd.comm')) return [];
  const supervisor = PcscSupervisor.start();
  return supervisor
    .readers()
    .catch(() => [])
    .finally(() => supervisor.stop());
};

/** Everything that runs, ended in the reverse order of its beginning, however far the beginning came. */
class Running {
  readonly #ends: (() => unknown)[] = [];

  add<T>(part: T, end: (part: T) => unknown): T {
    this.#ends.push(() => end(part));
    return part;
  }

  async end(): Promise<void> {
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) await end();
  }
}

/** A signal ends it, at any point of the beginning too, and so does whoever leaves the window. */
class Ending {
  #resolve: () => void = () => undefined;
  readonly asked = new Promise<void>((resolve) => (this.#resolve = resolve));
  #now = false;

  constructor() {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.now());
  }

  now(): void {
    this.#now = true;
    this.#resolve();
  }

  /** Asked by a method: it may change while the beginning waits. */
  isAsked(): boolean {
    return this.#now;
  }
}

/** Platform, reader, tray, service and window, until a signal ends them or an operator leaves. INPUT_INVALID names the option; STORAGE_LOCKED: they run already. */
export const start = async (folder: DataFolder, output: Output, options: StartOptions): Promise<Outcome<object>> => {
  const { port, mode, windowed } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return failed('INPUT_INVALID', '--port');
  // The kiosk has no screens yet.
  if (mode !== 'police' && mode !== 'counter') return failed('INPUT_INVALID', '--mode police|counter');
  const wanted = windowKinds.find((kind) => kind === options.window);
  if (wanted === undefined) return failed('INPUT_INVALID', `--window ${windowKinds.join('|')}`);
  const ending = new Ending();
  const running = new Running();
  try {
    await begin(folder, output, { port, mode, windowed, wanted }, running, ending);
    await ending.asked;
  } finally {
    await running.end();
  }
  return done({});
};

type Wanted = Pick<StartOptions, 'port' | 'mode' | 'windowed'> & { readonly wanted: (typeof windowKinds)[number] };

const begin = async (folder: DataFolder, output: Output, { port, mode, windowed, wanted }: Wanted, running: Running, ending: Ending): Promise<void> => {
  const installation = await ensureInstallation(folder.root, output);
  if (ending.isAsked()) return;
  const platform = running.add(await PlatformProcess.start(folder.root, installation.port).catch(platformRuns), (each) => each.stop());
  const real = await realReaders();
  const virtual = real.length === 0;
  const pcsc = virtual ? running.add(await ensureReader(folder), () => stopVirtualReader(folder.reader)).socket : undefined;
  const tray = virtual ? running.add(await TrayServer.start(folder), (each) => each.close()) : undefined;
  const window = await chooseWindow(wanted, (text) => output.progress(text));
  if (ending.isAsked()) return;
  const app = { data: mode === 'counter' ? folder.terminal : folder.police, mode, pcsc, tray: tray?.url };
  const address = window.kind === 'electron' ? undefined : await inBrowser();
  const started: Started = {
    address, window: window.kind, mode, platform: platform.url, data: folder.root,
    reader: virtual ? 'virtual' : real.map((reader) => reader.name).join(', '),
    cards: tray?.list() ?? [],
  };
  if (output.json) printJson(startedObject(started));
  else printStarted(output, started);
  if (window.kind === 'electron') {
    const electron = running.add(new ElectronApp(window.executable, { ...app, windowed }), (each) => each.stop());
    void electron.ended.then(() => ending.now());
  }

  async function inBrowser(): Promise<string> {
    const options = { ...app, port, renderer, onLeave: () => ending.now(), onRestart: () => output.progress('服务已重新启动 the service was started anew') };
    const service = running.add(await ServiceHost.start(options), (each) => each.stop());
    if (window.kind === 'chromium') running.add(new KioskBrowser({ executable: window.executable, folder: folder.root, windowed, address: () => service.address() }), (each) => each.stop());
    if (!output.json) {
      const another = async (): Promise<void> => output.line(`  ${await service.address().catch(() => '服务正在重新启动，请稍后再按 The service is being started anew: press again')}`);
      running.add(onEnter(another), (end) => end());
    }
    return service.address();
  }
};

/** The port is taken by the platform of another `npm start`, or by a stranger: either way this folder's terminals would not find theirs. */
const platformRuns = (error: unknown): never => {
  if (error instanceof CodedError && error.code === 'INPUT_INVALID') throw new CodedError('STORAGE_LOCKED', 'the platform’s port is taken: does another start run?', { cause: error });
  throw error;
};
