import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, type ProcessIdentity } from './reader-processes.js';
import { VirtualReaderError } from './reader-error.js';

const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const PROGRAMS: Readonly<Record<string, string>> = { pcscd: 'pcscd', unshare: 'util-linux', nsenter: 'util-linux', mount: 'mount', ip: 'iproute2' };
/** pcscd and ip live where an unprivileged user's PATH does not look. */
export const SEARCH_PATH = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Throws PACKAGE_MISSING with the command that installs what is missing. */
export function checkPackages(): void {
  const folders = SEARCH_PATH.split(':').filter((folder) => folder !== '');
  const found = (program: string): boolean => folders.some((folder) => isExecutable(join(folder, program)));
  const missing = new Set(Object.entries(PROGRAMS).flatMap(([program, name]) => (found(program) ? [] : [name])));
  if (!existsSync(DRIVER)) missing.add('vsmartcard-vpcd');
  if (missing.size > 0) {
    const names = [...missing].join(' ');
    throw new VirtualReaderError('PACKAGE_MISSING', `missing: ${names}; install with: sudo apt-get install -y --no-install-recommends ${names}`);
  }
}

/** A process that does nothing but keep the namespaces alive, so that pcscd can die and come back in them. */
export interface Keeper {
  readonly process: ProcessIdentity;
  readonly ownUser: boolean;
}

// $1: the folder that becomes /run/pcscd inside. The quickack routes save 44 ms an APDU: vpcd sends length and body apart, without TCP_NODELAY.
const SETUP = `
set -e
if [ ! -d /run/pcscd ]; then mount -t tmpfs tmpfs /run; mkdir /run/pcscd; fi
mount --bind "$1" /run/pcscd
ip link set lo up
for to in 127.0.0.0/8 127.0.0.1; do
  ip route change local "$to" dev lo table local proto kernel scope host src 127.0.0.1 quickack 1
done
echo ready
exec sleep infinity
`;

async function tryKeeper(folder: string, log: string, ownUser: boolean): Promise<Keeper | string> {
  const errors = openSync(log, 'w', 0o600);
  const child = spawn('unshare', [...(ownUser ? ['-r'] : []), '-m', '-n', 'sh', '-c', SETUP, 'sh', folder], {
    detached: true, stdio: ['ignore', 'pipe', errors], env: { PATH: SEARCH_PATH }, cwd: '/',
  });
  closeSync(errors);
  const { stdout } = child;
  if (stdout === null) throw new TypeError('the pipe that was asked for');
  const ready = await Promise.race([once(stdout, 'data').then(() => true), once(child, 'exit').then(() => false)]);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (!ready || identity === undefined) return readFileSync(log, 'utf8').trim();
  stdout.destroy();
  child.unref();
  return { process: identity, ownUser };
}

/** Root needs no user namespace; anybody else, and a root without the capability, gets one. */
export async function startKeeper(folder: string, log: string): Promise<Keeper> {
  const attempts = process.getuid?.() === 0 ? [false, true] : [true];
  let said = '';
  for (const ownUser of attempts) {
    const keeper = await tryKeeper(folder, log, ownUser);
    if (typeof keeper !== 'string') return keeper;
    said = keeper;
  }
  throw new VirtualReaderError(
    'NAMESPACES_BARRED',
    `no namespaces of one's own on this machine (${said}); run with sudo, or allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1`,
  );
}

export type Inside = 'mounts-and-network' | 'network';

/** Starts a program inside the keeper's namespaces, detached. nsenter becomes the program, so the child's number is the program's. */
export function spawnInside(keeper: Keeper, inside: Inside, command: readonly [string, ...string[]], stdio: ('ignore' | 'pipe' | number)[]): ChildProcess {
  const namespaces = [...(keeper.ownUser ? ['-U', '--preserve-credentials'] : []), ...(inside === 'network' ? [] : ['-m']), '-n'];
  return spawn('nsenter', ['-t', String(keeper.process.pid), ...namespaces, '--', ...command], {
    detached: true, stdio, env: { PATH: SEARCH_PATH }, cwd: '/',
  });
}

export const vpcdConfiguration = `FRIENDLYNAME "Virtual PCD"\nDEVICENAME   /dev/null:0x8C7B\nLIBPATH      ${DRIVER}\nCHANNELID    0x8C7B\n`;
