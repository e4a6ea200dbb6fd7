import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleApp } from '../electron/app-folder.js';
import { launchElectron, type ElectronRun } from '../electron/driver.js';
import { checkout } from '../electron/unprivileged.js';
import { lookOf, type AppHost, type AppOptions, type RunningApp } from './app-host.js';
import { sizes } from './chromium.js';
import { collectGarbage } from './collector.js';
import { descendants, findDescendant } from './processes.js';
import { WatchedPage } from './watched-page.js';
import { unprivileged, type World } from './world.js';

const servicePart = join('dist', 'service', 'main.js');

/** The app in the real Electron, unprivileged: its main process starts the service and starts it anew. */
class ElectronApp implements RunningApp {
  readonly watched: WatchedPage;

  constructor(private readonly run: ElectronRun) {
    this.watched = new WatchedPage(run.page);
  }

  get page(): RunningApp['page'] {
    return this.run.page;
  }

  mainPid(): number {
    return this.run.child.pid!;
  }

  servicePid(): number {
    const found = descendants(this.run.child.pid!).filter(({ command }) => command.includes(servicePart)).at(-1);
    if (found === undefined) throw new Error('no service runs');
    return found.pid;
  }

  readerPid(): number | undefined {
    return findDescendant(this.servicePid(), 'reader-process');
  }

  async collect(): Promise<void> {
    await this.run.page.requestGC();
    // As text: it runs in the main process, which has its modules by `require` of its own main module.
    await this.run.app.evaluate(`{ const { require } = process.mainModule; require('node:v8').setFlagsFromString('--expose-gc'); require('node:vm').runInNewContext('gc')(); }`);
    await collectGarbage(this.servicePid());
    const reader = this.readerPid();
    if (reader !== undefined) await collectGarbage(reader);
  }

  close(): Promise<void> {
    return this.run.close();
  }
}

export class ElectronHost implements AppHost {
  readonly name = 'Electron';
  #appFolder: string | undefined;

  async start(world: World, { mode = 'police', terminal = mode === 'police' ? 'police' : 'counter', size = 'landscape', look }: AppOptions = {}): Promise<RunningApp> {
    if (this.#appFolder === undefined) {
      this.#appFolder = join(mkdtempSync(join(tmpdir(), 'rc-app-')), 'app');
      assembleApp(this.#appFolder);
    }
    world.giveTo(unprivileged);
    const args = ['--data', world.terminal(terminal), '--mode', mode, '--pcsc', world.socket];
    const env = { RESIDENCE_CARD_SERVICE: join(checkout, 'dist', 'service', 'main.js') };
    const run = await launchElectron({ appFolder: this.#appFolder, args, env, size: sizes[size] });
    const app = new ElectronApp(run);
    await WatchedPage.instrument(run.app.context(), lookOf(look));
    run.page.setDefaultTimeout(20_000);
    await run.page.waitForLoadState();
    // What was loaded before it could be watched is loaded again.
    await run.page.reload();
    app.watched.complaints.length = 0;
    return app;
  }

  async close(): Promise<void> {
    if (this.#appFolder !== undefined) rmSync(join(this.#appFolder, '..'), { recursive: true, force: true });
  }
}
