/**
 * Debian packages of a tier. Only what the command needs is installed, no service is started, and a reader.conf.d entry of the virtual reader
 * is left out: with it the machine's own pcscd would load a virtual reader and open its TCP ports to the network.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { MissingPackages } from './missing-packages.mjs';

/** Native modules compile against these. */
const build = ['libpcsclite-dev', 'g++', 'make', 'python3'];
/** The card stack: the service, its virtual reader, namespaces for a private one. */
const run = [...build, 'pcscd', 'libpcsclite1', 'vsmartcard-vpcd', 'iproute2', 'util-linux'];
/** What Electron's binary links to. */
const electron = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'];
/** What breaks things on purpose: a kill or an error at a chosen write, a clock that jumps, mounts of one's own. */
const faultTools = ['strace', 'libfaketime', 'util-linux'];
/** For a window where Electron's binary cannot be had; installed when that is known, not before. */
export const windowPackages = ['chromium'];
/** A browser and a display that is none, for what drives the app; it brings its own fonts. */
const browsers = ['chromium', 'xvfb', 'xauth', ...electron];
/** Independent programs that read our cards and check our vectors; strace also counts fsync; spin checks the model of the queue; softhsm2 is a PKCS#11 token; poppler reads what we print, zbar the codes on it. */
const test = [...run, ...browsers, 'opensc', 'openpace', 'pcsc-tools', 'python3-cbor2', 'python3-cryptography', 'python3-pyscard', 'strace', 'libfaketime', 'spin', 'softhsm2', 'poppler-utils', 'zbar-tools'];

export const packagesOf = { build, run, start: [...run, ...electron], bench: [...run, ...browsers, 'strace'], fault: [...build, ...faultTools], screens: [...run, ...browsers], test };

const policyFile = '/usr/sbin/policy-rc.d';

/** Names from `wanted` that dpkg does not report as installed. */
export const missingPackages = (wanted) => {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...wanted], { encoding: 'utf8' });
  if (query.error) throw new MissingPackages(wanted, 'this machine has no dpkg; install what corresponds to these Debian packages');
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0].split(':')[0]),
  );
  return wanted.filter((name) => !installed.has(name));
};

/** `[]` as root, `['sudo', …]` where sudo lets us, undefined otherwise. Asks for a password only where a person can type one. */
const privilege = () => {
  if (process.getuid?.() === 0) return [];
  if (spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return ['sudo', '-n'];
  if (process.stdin.isTTY && process.stderr.isTTY && spawnSync('sudo', ['true'], { stdio: ['inherit', 2, 2] }).status === 0) return ['sudo'];
  return undefined;
};

const options = (missing) => [
  '-y',
  '--no-install-recommends',
  ...(missing.includes('vsmartcard-vpcd') ? ['-o', 'DPkg::Options::=--path-exclude=/etc/reader.conf.d/vpcd'] : []),
];

/** What a person without root has to type, word for word. */
export const installLine = (missing) => `apt-get update && apt-get install ${options(missing).join(' ')} ${missing.join(' ')}`;

/** invoke-rc.d asks this file before it starts a service; 101 forbids. An existing one is the administrator's and stays. */
const forbidServices = (asRoot) => {
  if (existsSync(policyFile)) return () => undefined;
  if (asRoot.length === 0) {
    writeFileSync(policyFile, '#!/bin/sh\nexit 101\n');
    chmodSync(policyFile, 0o755);
    return () => rmSync(policyFile, { force: true });
  }
  const [command, ...args] = asRoot;
  spawnSync(command, [...args, 'sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${policyFile} && chmod 755 ${policyFile}`], { stdio: 'ignore' });
  return () => spawnSync(command, [...args, 'rm', '-f', policyFile], { stdio: 'ignore' });
};

export const ensurePackages = (tier, say) => ensureInstalled(packagesOf[tier], say);

/** Throws MissingPackages with the line to type where nobody may install them. */
export const ensureInstalled = (wanted, say) => {
  const missing = missingPackages(wanted);
  if (missing.length === 0) return;
  const asRoot = privilege();
  if (asRoot === undefined) throw new MissingPackages(missing, installLine(missing));
  say(`installing system packages (no service is started): ${missing.join(' ')}`);
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args];
    return spawnSync(command, rest, { stdio: ['ignore', 2, 2] }).status === 0;
  };
  const allowServices = forbidServices(asRoot);
  try {
    // An update may fail for one of several sources while the packages are still to be had: the install decides.
    apt('update');
    if (!apt('install', ...options(missing), ...missing)) throw new MissingPackages(missing, installLine(missing));
  } finally {
    allowServices();
  }
};
