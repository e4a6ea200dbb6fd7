import { execFile } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { release, type as systemType } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import type { Finding } from '../../contract/index.js';
import { programVersion } from '../program-version.js';
import { found } from './found.js';

const run = promisify(execFile);
const mebibyte = 1_048_576;
/** Debian packages that a terminal needs at run time, and those that drive readers. */
const needed = ['pcscd', 'libpcsclite1'] as const;
const drivers = ['pcscd', 'libpcsclite1', 'libccid', 'vsmartcard-vpcd'] as const;

/** Package → version, of those that are installed; undefined where there is no dpkg. */
export type Packages = ReadonlyMap<string, string> | undefined;

export const installedPackages = async (names: readonly string[] = drivers): Promise<Packages> => {
  // With a name that it does not know dpkg-query prints the others and ends with 1.
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status} ${Version}\n', ...names], { encoding: 'utf8', timeout: 5_000 }).catch((error: unknown) => {
    const { code, stdout: printed } = error as { readonly code?: unknown; readonly stdout?: string };
    return { stdout: typeof code === 'number' && printed !== undefined ? printed : undefined };
  });
  if (stdout === undefined) return undefined;
  const lines = stdout.split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([name, status, version]) => (name !== undefined && status === 'installed' ? [[name, version ?? '']] : [])));
};

export const findNode = (version: string = process.versions.node): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough ? found('node', 'ok', 'node-runs', { version }) : found('node', 'fail', 'node-old', { version }, 'install-node');
};

/** `virtual`: the virtual reader is in use as well. */
export const findPackages = (packages: Packages, virtual: boolean): Finding => {
  if (packages === undefined) return found('packages', 'ok', 'packages-elsewhere', {});
  const names: readonly string[] = virtual ? [...needed, 'vsmartcard-vpcd'] : needed;
  const missing = names.filter((name) => !packages.has(name));
  if (missing.length === 0) return found('packages', 'ok', 'packages-installed', { packages: names.join(', ') });
  return found('packages', 'fail', 'packages-missing', { packages: missing.join(' ') }, 'install-packages');
};

/** Of the file system that the folder lies or would lie on. */
export const findDisk = (folder: string): Finding => {
  let place = folder;
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  return diskFinding(bavail * bsize);
};

export const diskFinding = (freeBytes: number): Finding => {
  const mebibytes = Math.floor(freeBytes / mebibyte);
  if (freeBytes > 512 * mebibyte) return found('disk', 'ok', 'disk-free', { mebibytes });
  return found('disk', freeBytes > 64 * mebibyte ? 'warn' : 'fail', 'disk-low', { mebibytes }, 'free-space');
};

const sqliteVersion = (): string => {
  const memory = new Database(':memory:');
  try {
    return memory.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  } finally {
    memory.close();
  }
};

/** `electron`: of the host that shows the windows, where it says so. */
export const findVersions = (packages: Packages, electron = '–'): Finding =>
  found('versions', 'ok', 'versions', {
    program: programVersion,
    protocol: 1,
    node: process.versions.node,
    sqlite: sqliteVersion(),
    electron,
    system: `${systemType()} ${release()} ${process.arch}`,
    drivers: packages === undefined || packages.size === 0 ? '–' : [...packages].map(([name, version]) => `${name} ${version}`).join(', '),
  });
