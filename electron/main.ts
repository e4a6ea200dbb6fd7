/** Electron's main process: puts the rooms of this shell together. Order matters: switches and schemes before `ready`, one instance before anything is opened. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, Menu, powerSaveBlocker, session, type BrowserWindow } from 'electron';
import type { PrintRequest } from '../src/contract/index.js';
import { home } from './address.js';
import { ArgumentError, readArguments, serviceArguments, writeArguments, type AppArguments } from './app-arguments.js';
import { registerScheme, serveRenderer } from './app-protocol.js';
import { setAutoStart } from './auto-start.js';
import { FirstScreen } from './first-screen.js';
import { GraphicsWatch } from './graphics-watch.js';
import { HostLog } from './host-log.js';
import { KeypadWindow } from './keypad-window.js';
import { applySwitches, debuggingAsked, lockApp, lockSession } from './lock-down.js';
import { PageLink } from './page-link.js';
import { PageRecovery } from './page-recovery.js';
import { Printing } from './printing.js';
import { serviceCommand } from './service-command.js';
import { ServiceWatch } from './service-watch.js';
import { openWindow } from './window.js';

/** Milliseconds after the window, whatever the page does. */
const latestServiceStart = 1_000;

const run = (args: AppArguments, data: string, hostFolder: string): void => {
  const log = new HostLog(data);
  if (app.isPackaged && debuggingAsked()) {
    log.write('HOST_DEBUGGING_REFUSED');
    app.exit(1);
    return;
  }
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  const startedAt = Date.now();
  log.write('HOST_STARTED', { pid: process.pid, electron: process.versions.electron, mode: args.mode });
  applySwitches();
  registerScheme();
  app.enableSandbox();
  lockApp(log);

  let window: BrowserWindow | undefined;
  let recovery: PageRecovery | undefined;
  let keypad: KeypadWindow | undefined;
  const printing = new Printing(log, args.printers);
  let leaving = false;
  const firstScreen = new FirstScreen(hostFolder, args.mode);

  /** The service finishes what is on a card; then everything ends, or begins again. */
  const leave = (next?: { readonly relaunchWith: readonly string[] }): void => {
    if (leaving) return;
    leaving = true;
    log.write('HOST_LEAVE');
    recovery?.end();
    keypad?.close();
    void service.stop().then(() => {
      log.write('HOST_STOPPED');
      if (next !== undefined) {
        log.write('HOST_RELAUNCHED');
        app.relaunch({ args: [...next.relaunchWith] });
      }
      app.exit(0);
    });
  };

  const print = async (request: PrintRequest): Promise<void> => {
    // An officer's desk prints nothing.
    if (window === undefined || args.mode === 'police') return link.host('print-failed');
    // A page waits for one at a time; this is one that was loaded anew while the dialog of its last one stands open, and whose end would be taken for this one's.
    if (printing.busy) return link.host('print-failed');
    const held = recovery;
    held?.hold(true);
    link.host(await printing.print(window, request).finally(() => held?.hold(false)));
  };

  const link: PageLink = new PageLink(log, () => service, { pong: () => recovery?.pong(), print: (request) => void print(request) });
  const service: ServiceWatch = new ServiceWatch(serviceCommand(__dirname, process.resourcesPath, serviceArguments(args, data), !app.isPackaged), log, {
    event: (event) => {
      link.event(event);
      if (event.event === 'leave') leave();
      if (event.event === 'state') firstScreen.note(event.state);
    },
    link: (state) => {
      // A service that was started anew knows no keypad; one that is gone asks nothing any more.
      if (state === 'down') keypad?.close();
      else if (keypad !== undefined) service.send({ kind: 'keypad', open: true });
      link.link(state);
    },
    keypad: (ask) => keypad?.show(ask),
  });
  let serviceStarted = false;
  const startService = (): void => {
    if (serviceStarted || leaving) return;
    serviceStarted = true;
    service.start();
  };
  if (!firstScreen.known) startService();
  const graphics = new GraphicsWatch(log, () => leave({ relaunchWith: [...process.argv.slice(1), '--disable-gpu'] }));
  app.on('child-process-gone', (_event, details) => graphics.onGone(details));

  // A fault of this process itself: begin anew, not at once when it has only just begun.
  const onFault = (error: unknown): void => {
    log.write('HOST_FAULT', { name: error instanceof Error ? error.constructor.name : typeof error });
    setTimeout(() => leave({ relaunchWith: process.argv.slice(1) }), Date.now() - startedAt < 10_000 ? 5_000 : 0);
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);

  // Signals and the end of the log-in session come here: what is on a card is finished, whoever asks.
  app.on('before-quit', (event) => {
    event.preventDefault();
    log.write('HOST_QUIT_ASKED');
    leave();
  });
  app.on('window-all-closed', () => undefined);
  app.on('second-instance', () => {
    log.write('HOST_SECOND_INSTANCE');
    if (window === undefined) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });

  void app.whenReady().then(() => {
    Menu.setApplicationMenu(null);
    // In memory: what a page was shown is nowhere on disk.
    const memory = session.fromPartition('residence-card', { cache: false });
    const renderer = join(__dirname, '..', 'renderer');
    lockSession(memory, log, args.mode === 'counter');
    serveRenderer(memory, renderer, args.mode);
    if (args.mode === 'counter') {
      const own = session.fromPartition('residence-card-keypad', { cache: false });
      lockSession(own, log);
      serveRenderer(own, renderer, '');
      keypad = new KeypadWindow({ session: own, log, windowed: args.windowed, clerk: () => window, answer: (answer) => service.send({ kind: 'keypad-answer', answer }) });
      // It can be opened from now on.
      if (service.up) service.send({ kind: 'keypad', open: true });
    }
    powerSaveBlocker.start('prevent-display-sleep');
    const open = (address: string): void => {
      const opened = openWindow({
        kiosk: !args.windowed,
        session: memory,
        log,
        onLeaveRequested: () => link.host('leave-requested'),
        onClose: () => {
          if (args.windowed) leave();
          else log.write('CLOSE_DENIED');
        },
      });
      window = opened;
      link.watch(opened);
      recovery = new PageRecovery(opened, log, { ping: () => link.tell({ kind: 'ping' }), forget: () => link.forget() });
      recovery.load(address);
      // A page that closes itself asks nobody: in a kiosk it stands there again.
      opened.once('closed', () => {
        if (leaving) return;
        log.write('WINDOW_LOST');
        link.forget();
        if (args.windowed) leave();
        else open(home);
      });
    };
    open(firstScreen.address);
    if (firstScreen.known) {
      // A process that starts beside the page takes half of a small machine: once the sign-in stands, or soon when it does not come.
      window?.webContents.once('dom-ready', startService);
      setTimeout(startService, latestServiceStart);
    }
  });
};

const begin = (): void => {
  const args = readArguments(process.argv.slice(1), process.env.RESIDENCE_CARD_APP_ARGS);
  const data = resolve(args.data ?? join(app.getPath('userData'), 'terminal'));
  const settled = { ...args, data };
  if (args.autoStart !== undefined) {
    process.stdout.write(`${setAutoStart(args.autoStart === 'on', writeArguments(settled))}\n`);
    app.exit(0);
    return;
  }
  // One folder, one app: the lock of the single instance lies where Electron keeps its own files.
  const own = join(data, 'host');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  app.setPath('userData', own);
  run(settled, data, own);
};

try {
  begin();
} catch (error) {
  process.stderr.write(error instanceof ArgumentError ? `${error.message}\n` : 'the app could not start\n');
  app.exit(2);
}
