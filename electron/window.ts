/** The clerk's, officer's or kiosk's window, and what it shares with the holder's keypad. In a kiosk it fills the screen, stays on top and cannot be closed by who stands before it; with `windowed` it is a window like others, as locked inside. */
import { join } from 'node:path';
import { app, BrowserWindow, screen, type Session } from 'electron';
import type { HostLog } from './host-log.js';
import { asksToLeave, isBlocked } from './keys.js';

export interface WindowOptions {
  readonly kiosk: boolean;
  readonly session: Session;
  readonly log: HostLog;
  readonly onLeaveRequested: () => void;
  /** the window was asked to close; it stays unless this lets it */
  readonly onClose: () => void;
}

const kioskLook = (): Electron.BrowserWindowConstructorOptions => ({ ...screen.getPrimaryDisplay().bounds, kiosk: true, fullscreen: true, alwaysOnTop: true, frame: false, minimizable: false, closable: false, movable: false, resizable: false, skipTaskbar: true });
const windowLook: Electron.BrowserWindowConstructorOptions = { width: 1280, height: 800, minWidth: 640, minHeight: 480 };

/** What every page of ours runs under. */
export const lockedPreferences = (session: Session, preload: string): Electron.WebPreferences => ({
  preload,
  session,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  enableWebSQL: false,
  disableDialogs: true,
  // A verdict may arrive while another window lies above.
  backgroundThrottling: false,
  autoplayPolicy: 'no-user-gesture-required',
  devTools: !app.isPackaged,
});

const lockKeys = (window: BrowserWindow, options: Pick<WindowOptions, 'kiosk' | 'onLeaveRequested'>): void => {
  window.webContents.on('before-input-event', (event, input) => {
    if (asksToLeave(input)) {
      event.preventDefault();
      options.onLeaveRequested();
    } else if (isBlocked(input, options.kiosk)) event.preventDefault();
  });
};

/** Keys, menus and zoom of a window of ours. */
export const lockWindow = (window: BrowserWindow, options: Pick<WindowOptions, 'kiosk' | 'onLeaveRequested'>): void => {
  window.setMenu(null);
  lockKeys(window, options);
  window.webContents.on('context-menu', (event) => event.preventDefault());
  window.webContents.on('zoom-changed', (event) => event.preventDefault());
  window.webContents.on('did-finish-load', () => {
    window.webContents.setZoomFactor(1);
    void window.webContents.setVisualZoomLevelLimits(1, 1);
  });
  // A page must not hold the window open when the app may close.
  window.webContents.on('will-prevent-unload', (event) => event.preventDefault());
};

export const openWindow = (options: WindowOptions): BrowserWindow => {
  const window = new BrowserWindow({
    ...(options.kiosk ? kioskLook() : windowLook),
    show: false,
    backgroundColor: '#FFFFFF',
    autoHideMenuBar: true,
    title: '居住证',
    webPreferences: lockedPreferences(options.session, join(__dirname, 'preload.cjs')),
  });
  window.once('ready-to-show', () => window.show());
  if (options.kiosk) {
    // What was set before the window is shown full screen is lost by the showing, and a window manager may take it away later.
    const raise = (): void => window.setAlwaysOnTop(true, 'screen-saver');
    window.on('show', raise);
    window.on('enter-full-screen', raise);
    window.on('always-on-top-changed', (_, top) => {
      if (!top) raise();
    });
    window.on('leave-full-screen', () => window.setKiosk(true));
    // Another resolution, another screen: it fills it again.
    const fill = (): void => {
      if (!window.isDestroyed()) window.setBounds(screen.getPrimaryDisplay().bounds);
    };
    screen.on('display-metrics-changed', fill);
    window.once('closed', () => screen.off('display-metrics-changed', fill));
  }
  lockWindow(window, options);
  window.on('close', (event) => {
    event.preventDefault();
    options.onClose();
  });
  return window;
};
