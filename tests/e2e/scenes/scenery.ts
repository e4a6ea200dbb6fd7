import { setTimeout as sleep } from 'node:timers/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { CardName } from '../cards.js';
import type { TerminalMode } from '../../../src/contract/index.js';
import { ChromiumHost, type ChromiumApp } from '../chromium-host.js';
import { ClockOfChildren } from '../clock-of-children.js';
import { Desk } from '../desk.js';
import { cameraSwitches, filmSitter } from '../fake-camera.js';
import type { OpenFolder } from '../stage.js';
import type { StageName } from '../template.js';
import { World } from '../world.js';

/** Where scenes are played: one world, one app at a time in a browser, brought back to a known state before each scene. */
export class Scenery {
  readonly #host: ChromiumHost;
  /** of the services that are started here; the platform has the real one */
  readonly #clock: ClockOfChildren | undefined;
  #app: ChromiumApp | undefined;
  #open: string | undefined;
  #frozen: number | undefined;

  private constructor(
    readonly world: World,
    switches: readonly string[],
  ) {
    this.#host = new ChromiumHost(switches);
    this.#clock = switches.length === 0 ? undefined : new ClockOfChildren();
  }

  /** `run`: whose stage is copied. A counter has a camera. */
  static async open({ run, stage = 'police' }: { readonly run?: number; readonly stage?: StageName } = {}): Promise<Scenery> {
    const world = await World.open({ stage, ...(run === undefined ? {} : { run }) });
    if (stage === 'police') return new Scenery(world, []);
    const film = join(world.root, 'sitter.y4m');
    filmSitter(film);
    return new Scenery(world, cameraSwitches(film));
  }

  get page(): Page {
    return this.app.page;
  }

  get app(): ChromiumApp {
    if (this.#app === undefined) throw new Error('no scene has begun');
    return this.#app;
  }

  get desk(): Desk {
    return new Desk(this.app);
  }

  /** The app of this terminal, opened anew unless it is open; in Chinese. */
  async open(terminal: OpenFolder = 'police', mode: TerminalMode = terminal === 'counter' ? 'counter' : 'police', lockAfter?: number): Promise<void> {
    const wanted = [terminal, mode, lockAfter].join(' ');
    if (this.#open !== wanted) {
      await this.closeApp();
      // Somebody who is about to enrol a machine has an empty folder.
      if (terminal === 'new') mkdirSync(this.world.terminal(terminal), { recursive: true });
      this.#app = await this.#host.start(this.world, { mode, terminal, look: { theme: 'system' }, ...(lockAfter === undefined ? {} : { lockAfter }) });
      this.#open = wanted;
    }
    await this.language('zh-CN');
  }

  /** Nobody is signed in, the sign-in is on the screen. */
  async signedOut(terminal: OpenFolder = 'police'): Promise<void> {
    await this.open(terminal);
    const { page } = this;
    await this.go('/');
    await page.locator('h1').first().waitFor();
    // The service may yet say that nobody is signed in.
    await this.settled(500);
    if ((await page.getByLabel(this.desk.label('password'), { exact: true }).count()) === 0) {
      await page.getByRole('button', { name: '菜单' }).click();
      await page.getByRole('button', { name: '退出登录' }).click();
    }
    await page.getByLabel(this.desk.label('password'), { exact: true }).waitFor();
  }

  /** An officer waits for a card at this terminal, nothing lies on the reader. */
  async waiting(terminal: OpenFolder = 'police'): Promise<void> {
    await this.open(terminal);
    await this.world.take();
    const { page, desk } = this;
    await this.go('/police');
    const password = page.getByLabel(desk.label('password'), { exact: true });
    const asked = page.getByLabel(desk.label('place'), { exact: true });
    const idle = page.getByText(desk.label('waiting'), { exact: true }).first();
    const answered = page.locator('[data-result], [data-code]').first();
    await password.or(asked).or(idle).or(answered).first().waitFor();
    if (await password.isVisible()) await desk.signIn();
    await asked.or(idle).or(answered).first().waitFor();
    if (await asked.isVisible()) await desk.chooseOperation();
    else if (await answered.isVisible()) await page.keyboard.press('Space');
    await desk.waiting();
  }

  /** The verdict on this card stands on the screen. */
  async checked(card: CardName, result: string, terminal: OpenFolder = 'police'): Promise<void> {
    await this.waiting(terminal);
    await this.world.put(card);
    await this.page.locator(`[data-result="${result}"]`).first().waitFor();
    // The holder's photo comes after the verdict.
    await this.settled();
  }

  async go(path: string): Promise<void> {
    await this.page.evaluate((hash) => {
      (globalThis as unknown as { location: { hash: string } }).location.hash = hash;
    }, `#${path}`);
  }

  async language(language: 'zh-CN' | 'en'): Promise<void> {
    const button = this.page.locator('button.language');
    await button.waitFor({ state: 'attached' });
    // Also under the notice of a lost service, which lets no click through.
    if ((await button.getAttribute('lang')) === language) await button.evaluate((each) => (each as unknown as { click(): void }).click());
  }

  /** Pictures are loaded, nothing moves any more. */
  async settled(ms = 250): Promise<void> {
    // A service that stands still serves no further font: what is there by then is looked at.
    const fonts = this.page.evaluate(() => (globalThis as unknown as { document: { fonts: { ready: Promise<unknown> } } }).document.fonts.ready);
    await Promise.race([fonts.catch(() => undefined), sleep(1_500)]);
    await sleep(ms);
  }

  /** The service stops where it is, so that what a person sees for a moment only can be looked at. */
  freeze(): void {
    this.#frozen = this.app.servicePid();
    process.kill(this.#frozen, 'SIGSTOP');
  }

  thaw(): void {
    if (this.#frozen !== undefined) process.kill(this.#frozen, 'SIGCONT');
    this.#frozen = undefined;
  }

  /** The clock of a counter's service, seconds ahead of the real one; behind where it is less than 0. */
  moveClock(seconds: number): void {
    if (this.#clock === undefined) throw new Error('a counter has a clock that can be moved');
    this.#clock.set(seconds);
  }

  /** An empty page of the same browser. */
  async newPaper(): Promise<Page> {
    return this.page.context().newPage();
  }

  /** The service dies and nobody starts it anew. */
  loseService(): void {
    this.app.abandonService();
  }

  /** Another window of the same desk takes the watch for cards over: what it would say to the service. */
  async watchElsewhere(): Promise<void> {
    await this.page.evaluate(() => {
      const { WebSocket, location, crypto } = globalThis as unknown as {
        WebSocket: new (address: string) => { onopen: () => void; send(text: string): void };
        location: { host: string };
        crypto: { randomUUID(): string };
      };
      const socket = new WebSocket(`ws://${location.host}/contract`);
      socket.onopen = () => socket.send(JSON.stringify({ verb: 'start', run: crypto.randomUUID(), input: { workflow: 'watch' } }));
    });
  }

  async closeApp(): Promise<void> {
    this.thaw();
    await this.#app?.close();
    this.#app = undefined;
    this.#open = undefined;
  }

  async close(): Promise<void> {
    await this.closeApp();
    await this.#host.close();
    this.#clock?.end();
    await this.world.close();
  }
}
