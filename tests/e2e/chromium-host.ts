import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { lookOf, type AppHost, type AppOptions, type RunningApp } from './app-host.js';
import { launchChromium, openWindow, type BrowserWindow } from './chromium.js';
import type { ServiceProcess } from './service-process.js';
import type { World } from './world.js';

/** The app in a browser: this process starts the service, and starts it anew when it dies, as the launcher of `npm start` does. */
export class ChromiumApp implements RunningApp {
  #closing = false;

  private constructor(
    private readonly world: World,
    private readonly options: AppOptions,
    private readonly key: string,
    private readonly port: number,
    private service: ServiceProcess,
    private readonly window: BrowserWindow,
  ) {
    this.#startAnewWhenItDies();
  }

  static async start(browser: Browser, world: World, options: AppOptions): Promise<ChromiumApp> {
    const key = randomBytes(16).toString('hex');
    const { mode = 'police', terminal, size, look, lockAfter } = options;
    const service = await world.startService(mode, { loopbackKey: key, ...(terminal === undefined ? {} : { terminal }), ...(lockAfter === undefined ? {} : { lockAfter }) });
    const url = await service.url();
    const window = await openWindow(browser, url, { look: lookOf(look), ...(size === undefined ? {} : { size }) });
    return new ChromiumApp(world, options, key, Number(new URL(url).port), service, window);
  }

  get page(): RunningApp['page'] {
    return this.window.watched.page;
  }

  get watched(): RunningApp['watched'] {
    return this.window.watched;
  }

  /** This process started the service; the browser shows it. */
  mainPid(): number {
    return process.pid;
  }

  servicePid(): number {
    return this.service.pid;
  }

  readerPid(): number | undefined {
    return this.service.readerPid();
  }

  collect(): Promise<void> {
    return this.page.requestGC();
  }

  /** The service is killed and stays away. */
  abandonService(): void {
    this.#closing = true;
    process.kill(this.service.pid, 'SIGKILL');
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.window.context.close();
    await this.service.stop();
  }

  #startAnewWhenItDies(): void {
    void this.service.ended.then(async () => {
      if (this.#closing) return;
      const { mode = 'police', terminal, lockAfter } = this.options;
      this.service = await this.world.startService(mode, { port: this.port, loopbackKey: this.key, ...(terminal === undefined ? {} : { terminal }), ...(lockAfter === undefined ? {} : { lockAfter }) });
      this.#startAnewWhenItDies();
    });
  }
}

export class ChromiumHost implements AppHost {
  readonly name = 'Chromium';
  #browser: Browser | undefined;

  /** `switches`: of the browser, as of a camera */
  constructor(private readonly switches: readonly string[] = []) {}

  async start(world: World, options: AppOptions = {}): Promise<ChromiumApp> {
    this.#browser ??= await launchChromium(this.switches);
    return ChromiumApp.start(this.#browser, world, options);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }
}
