/**
 * The holder's keypad in a window of its own: its own session, preload and channel, locked like the clerk's. It opens when the service asks something of the holder and goes when nothing is asked any
 * more. What is typed there passes through here on its way to the service and is kept, logged and told nowhere.
 */
import { join } from 'node:path';
import { BrowserWindow, ipcMain, screen, type IpcMainEvent, type Session } from 'electron';
import type { KeypadAnswer, KeypadAsk } from '../src/contract/index.js';
import { keypadPage } from '../src/contract/page-policy.js';
import { addressOf, home, isOwnAddress } from './address.js';
import { hostToKeypad, keypadToHost, type HostToKeypad } from './channels.js';
import type { HostLog } from './host-log.js';
import { schemas } from './schemas.js';
import { keypadPlace } from './keypad-place.js';
import { lockWindow, lockedPreferences } from './window.js';

export interface KeypadOptions {
  readonly session: Session;
  readonly log: HostLog;
  readonly windowed: boolean;
  /** the clerk's */
  readonly clerk: () => BrowserWindow | undefined;
  readonly answer: (answer: KeypadAnswer) => void;
}

/** The last word of the page stays for so long, and the next question of the same holder finds the window open. */
const lingerMs = 2_000;
/** A page that dies more often while one thing is asked is given up: nobody can type there. */
const mostDeaths = 3;

export class KeypadWindow {
  readonly #options: KeypadOptions;
  #window: BrowserWindow | undefined;
  #ask: KeypadAsk | null = null;
  #turn = false;
  #attached = false;
  #deaths = 0;
  #linger: NodeJS.Timeout | undefined;

  constructor(options: KeypadOptions) {
    this.#options = options;
    ipcMain.on(keypadToHost, (event, message: unknown) => this.#onMessage(event, message));
  }

  /** What is asked now; null: nothing any more. */
  show(ask: KeypadAsk | null): void {
    clearTimeout(this.#linger);
    this.#ask = ask;
    if (ask === null) {
      this.#tell();
      this.#linger = setTimeout(() => this.close(), lingerMs);
      return;
    }
    this.#deaths = 0;
    if (this.#window === undefined) this.#open();
    this.#tell();
  }

  /** At once: the service is gone, or the app ends. */
  close(): void {
    clearTimeout(this.#linger);
    this.#ask = null;
    const window = this.#window;
    this.#window = undefined;
    this.#attached = false;
    if (window === undefined || window.isDestroyed()) return;
    window.destroy();
    this.#options.log.write('KEYPAD_CLOSED');
    const clerk = this.#options.clerk();
    if (clerk !== undefined && !clerk.isDestroyed()) clerk.focus();
  }

  #open(): void {
    const { session, log, windowed, clerk } = this.#options;
    const clerkWindow = clerk();
    const place = keypadPlace(screen.getAllDisplays(), clerkWindow === undefined ? screen.getPrimaryDisplay() : screen.getDisplayMatching(clerkWindow.getBounds()), windowed);
    this.#turn = place.turn;
    const window = new BrowserWindow({
      ...place.bounds,
      // X11 makes a window that merely is as large as its screen a pixel narrower.
      fullscreen: !place.turn || !windowed,
      frame: false,
      show: false,
      alwaysOnTop: true,
      minimizable: false,
      closable: false,
      movable: false,
      skipTaskbar: true,
      backgroundColor: '#FFFFFF',
      title: '密码键盘',
      webPreferences: lockedPreferences(session, join(__dirname, 'keypad-preload.cjs')),
    });
    this.#window = window;
    this.#attached = false;
    lockWindow(window, { kiosk: true, onLeaveRequested: () => this.#giveUp() });
    window.once('ready-to-show', () => {
      window.show();
      window.setAlwaysOnTop(true, 'screen-saver');
      window.focus();
    });
    window.on('close', (event) => event.preventDefault());
    window.once('closed', () => this.#lost(window));
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      log.write('KEYPAD_GONE', { reason });
      this.#lost(window);
    });
    window.webContents.on('did-fail-load', (_event, error) => {
      log.write('KEYPAD_GONE', { error });
      this.#lost(window);
    });
    // An answer that is no page.
    window.webContents.on('did-navigate', (_event, _url, status) => {
      if (status < 400) return;
      log.write('KEYPAD_GONE', { error: status });
      this.#lost(window);
    });
    void window.loadURL(new URL(keypadPage, home).href).catch(() => undefined);
    log.write('KEYPAD_OPENED', { turn: place.turn ? 1 : 0 });
  }

  /** The page closed itself, crashed, or never came: another takes its place while something is asked. */
  #lost(window: BrowserWindow): void {
    if (this.#window !== window) return;
    this.#window = undefined;
    this.#attached = false;
    if (!window.isDestroyed()) setTimeout(() => window.destroy(), 0);
    if (this.#ask === null) return;
    this.#deaths += 1;
    if (this.#deaths > mostDeaths) this.#giveUp();
    else this.#open();
  }

  #giveUp(): void {
    if (this.#ask !== null) this.#options.answer({ id: this.#ask.id, digits: null });
  }

  #tell(): void {
    const window = this.#window;
    if (!this.#attached || window === undefined || window.isDestroyed() || window.webContents.isCrashed()) return;
    window.webContents.send(hostToKeypad, { ask: this.#ask, turn: this.#turn } satisfies HostToKeypad);
  }

  /** The main frame of the keypad's window, showing the keypad's page. */
  #isOurs(event: IpcMainEvent): boolean {
    const contents = this.#window?.webContents;
    const frame = event.senderFrame;
    return contents !== undefined && event.sender === contents && frame !== null && frame.parent === null && isOwnAddress(frame.url) && addressOf(frame.url)?.pathname === keypadPage;
  }

  #onMessage(event: IpcMainEvent, message: unknown): void {
    const { log, answer } = this.#options;
    if (!this.#isOurs(event)) {
      log.write('PAGE_SENDER_REFUSED');
      return;
    }
    const { kind, answer: given } = typeof message === 'object' && message !== null ? (message as Readonly<Record<string, unknown>>) : {};
    if (kind === 'attach') {
      this.#attached = true;
      this.#tell();
      return;
    }
    void schemas().then(({ keypadAnswer }) => {
      const parsed = keypadAnswer.safeParse(given);
      // An answer to what is not asked any more says nothing to anybody.
      if (kind === 'answer' && parsed.success && parsed.data.id === this.#ask?.id) answer(parsed.data);
      else log.write('PAGE_MESSAGE_REFUSED');
    });
  }
}
