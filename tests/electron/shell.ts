/** The shell alone: the test page instead of the renderer, the small service instead of the real one. What is tested with it is Electron's side. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleApp, smallService, testPage } from './app-folder.js';
import { eventually, hostLog, inPage, launchElectron, type ElectronOptions, type ElectronRun } from './driver.js';

export interface Shell extends ElectronRun {
  /** what the service noted, line by line */
  heard(): readonly ServiceNote[];
  /** codes of the host's log so far */
  codes(): readonly string[];
}

export interface ServiceNote {
  readonly pid: number;
  readonly started?: readonly string[];
  readonly stopped?: true;
  readonly heard?: { readonly kind: string; readonly call?: unknown; readonly open?: boolean; readonly answer?: { readonly id: string; readonly digits: string | null } };
}

export const shellApp = (): { readonly folder: string; remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'rc-app-'));
  assembleApp(folder, testPage);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

export const heardIn = (data: string): readonly ServiceNote[] => {
  const file = join(data, 'heard.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as ServiceNote) : [];
};

/** Opens the shell and waits until the page has heard the service. */
export const openShell = async (appFolder: string, options: Partial<ElectronOptions> = {}): Promise<Shell> => {
  const run = await launchElectron({ appFolder, ...options, env: { RESIDENCE_CARD_SERVICE: smallService, ...options.env } });
  try {
    await eventually(() => inPage<string>(run, "document.querySelector('#mode').textContent"), (mode) => mode !== '', 'the state on the page', 20_000);
  } catch (error) {
    await run.close();
    throw error;
  }
  return { ...run, heard: () => heardIn(run.data), codes: () => hostLog(run.data).map((line) => line.code) };
};

/** Resolves with the exit code when the app has ended. */
export const ended = (shell: ElectronRun): Promise<number | null> => {
  const { child } = shell;
  return child.exitCode !== null ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.once('exit', (code) => resolve(code)));
};
