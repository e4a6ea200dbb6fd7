import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';

const probeMs = 3_000;
const downloadMs = 300_000;

/** Where npm put the package `electron`; undefined where development packages were left out. */
const packageFolder = (): string | undefined => {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
};

const installed = (folder: string): string | undefined => {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(path) ? path : undefined;
};

/** The binary comes from elsewhere than npm: where that place does not answer at once, a download would only be waited for. */
const reachable = async (version: string): Promise<boolean> => {
  const mirror = process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  try {
    return (await fetch(new URL(`v${version}/SHASUMS256.txt`, mirror), { method: 'HEAD', signal: AbortSignal.timeout(probeMs) })).ok;
  } catch {
    return false;
  }
};

const download = async (folder: string): Promise<boolean> => {
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 2, 2], timeout: downloadMs, killSignal: 'SIGKILL' });
  const [code] = (await once(child, 'exit').catch(() => [1])) as [number | null];
  return code === 0;
};

/** Electron's executable: the one that RESIDENCE_CARD_ELECTRON_BINARY names, or npm's, whose binary is fetched where it can be had. Undefined: it cannot; nobody waits longer than a moment to learn so. */
export const findElectron = async (progress: (text: string) => void): Promise<string | undefined> => {
  const named = process.env['RESIDENCE_CARD_ELECTRON_BINARY'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  const folder = packageFolder();
  if (folder === undefined) return undefined;
  const found = installed(folder);
  if (found !== undefined) return found;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (!(await reachable(version))) return undefined;
  progress(`下载 Electron ${version} downloading Electron`);
  return (await download(folder)) ? installed(folder) : undefined;
};
