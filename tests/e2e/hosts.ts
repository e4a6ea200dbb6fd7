import { ChromiumHost } from './chromium-host.js';
import { ElectronHost } from './electron-host.js';

/** Where the app runs for people, both: what matters most is shown on each. */
export const hosts = [['Chromium', () => new ChromiumHost()], ['Electron', () => new ElectronHost()]] as const;
