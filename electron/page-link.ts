/** Between the page and the service: who sends is looked at, then what is sent; the service's events go to this page alone. It understands none of them but `leave`. */
import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import type { HostEvent, LinkState, PrintRequest, ServiceEvent } from '../src/contract/index.js';
import { toHost, toPage, type HostToPage } from './channels.js';
import type { HostLog } from './host-log.js';
import { isOwnAddress } from './address.js';
import { schemas, type Schemas } from './schemas.js';
import type { ServiceWatch } from './service-watch.js';

/** What a page may say beside its calls. */
export interface PageListener {
  pong(): void;
  print(request: PrintRequest): void;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

export class PageLink {
  readonly #log: HostLog;
  readonly #service: () => ServiceWatch | undefined;
  readonly #listener: PageListener;
  #window: BrowserWindow | undefined;
  #attached = false;
  #told: LinkState | undefined;

  constructor(log: HostLog, service: () => ServiceWatch | undefined, listener: PageListener) {
    this.#log = log;
    this.#service = service;
    this.#listener = listener;
    ipcMain.on(toHost, (event, message: unknown) => this.#onMessage(event, message));
  }

  watch(window: BrowserWindow): void {
    this.#window = window;
    window.webContents.on('render-process-gone', () => this.forget());
    // A page that loads itself anew asks nobody.
    window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.forget();
    });
  }

  /** Another page is coming, or the same one anew: nothing counts as told, and what ends meanwhile is kept by the service. */
  forget(): void {
    if (this.#attached) this.#service()?.send({ kind: 'detach' });
    this.#attached = false;
    this.#told = undefined;
  }

  event(event: ServiceEvent): void {
    if (this.#attached) this.tell({ kind: 'event', event });
  }

  /** The service came back: it is told of the page first, so that no call comes before the attach. */
  link(state: LinkState): void {
    if (!this.#attached || this.#told === state) return;
    if (state === 'up') this.#service()?.send({ kind: 'attach' });
    this.#told = state;
    this.tell({ kind: 'link', state });
  }

  host(event: HostEvent): void {
    this.tell({ kind: 'host', event });
  }

  tell(message: HostToPage): void {
    const window = this.#window;
    if (window === undefined || window.isDestroyed() || window.webContents.isCrashed()) return;
    const frame = window.webContents.mainFrame;
    if (isOwnAddress(frame.url)) window.webContents.send(toPage, message);
  }

  /** The main frame of our window, showing our origin; nobody else. */
  #isOurs(event: IpcMainEvent): boolean {
    const contents = this.#window?.webContents;
    // Null when the frame is gone by now; the types of Electron 25's line knew no such case.
    const frame = event.senderFrame;
    return contents !== undefined && event.sender === contents && frame !== null && frame.parent === null && isOwnAddress(frame.url);
  }

  #onMessage(event: IpcMainEvent, message: unknown): void {
    if (!this.#isOurs(event)) {
      this.#log.write('PAGE_SENDER_REFUSED');
      return;
    }
    const kind = isRecord(message) ? message.kind : undefined;
    if (kind === 'pong') this.#listener.pong();
    else if (kind === 'attach') this.#attach();
    else if (kind === 'call' && isRecord(message)) void schemas().then((loaded) => this.#call(loaded, message.call));
    else if (kind === 'print' && isRecord(message)) void schemas().then((loaded) => this.#print(loaded, message.request));
    else this.#log.write('PAGE_MESSAGE_REFUSED');
  }

  #print({ printRequest }: Schemas, received: unknown): void {
    const parsed = printRequest.safeParse(received);
    if (parsed.success) this.#listener.print(parsed.data);
    else {
      this.#log.write('PAGE_MESSAGE_REFUSED');
      this.host('print-failed');
    }
  }

  #attach(): void {
    this.#attached = true;
    // Asked again by the same page: it hears everything again, and of the link only what is new.
    const state = this.#service()?.send({ kind: 'attach' }) === true ? 'up' : 'down';
    if (state === this.#told) return;
    this.#told = state;
    this.tell({ kind: 'link', state });
  }

  #call({ call, runId }: Schemas, received: unknown): void {
    const parsed = call.safeParse(received);
    if (!parsed.success) this.#refuse(isRecord(received) ? runId.safeParse(received.run).data : undefined, parsed.error.issues[0]?.path ?? []);
    else if (this.#service()?.send({ kind: 'call', call: parsed.data }) !== true) this.#log.write('PAGE_CALL_LOST');
  }

  /** A misshapen call ends like any refused one, where its run is known: somebody waits for it. The field's name alone, never what was in it. */
  #refuse(run: string | undefined, path: readonly PropertyKey[]): void {
    this.#log.write('PAGE_MESSAGE_REFUSED');
    if (run !== undefined) this.event({ event: 'failed', run, code: 'INPUT_INVALID', detail: path.map(String).join('.') });
  }
}
