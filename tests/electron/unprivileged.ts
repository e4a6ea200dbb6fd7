/**
 * Electron refuses to run as root with its sandbox, and its sandbox is what the tests are about: as root it runs as nobody. What that user must read is shown to it: the checkout by a bind
 * mount in a mount namespace of its own (a checkout may lie below a home that only root enters), data by ownership, sockets by a passable way. Otherwise all of this does nothing.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

// One folder more lies between when it was compiled (benchmarks).
export const checkout = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url)).replace(/\/$/, '');
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

/** Lets the user of the app through to a path below the folder for temporary files. */
export const openWay = (path: string): void => {
  for (let at = path; isRoot && at.startsWith(tmpdir() + sep); at = dirname(at)) if (statSync(at).isDirectory()) chmodSync(at, statSync(at).mode | 0o055);
};

/** The folder and what is in it belong to the user of the app from now on. */
export const giveAway = (folder: string): void => {
  openWay(dirname(folder));
  if (isRoot) execFileSync('chown', ['-R', `${nobody}:${nobody}`, folder]);
};

/** How the app names a file of the checkout. */
export const seenByApp = (world: string, text: string): string => (isRoot && (text === checkout || text.startsWith(checkout + sep)) ? join(world, 'tree') + text.slice(checkout.length) : text);

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A script that becomes the program, as an unprivileged user: same process, so who starts it may end it. `world/tree` must exist. */
export const writeLauncher = (file: string, world: string, program: string): void => {
  const script = isRoot
    ? `#!/bin/sh
exec unshare --mount --propagation private sh -c 'mount --bind "$1" "$2" && shift 2 && exec setpriv --reuid ${nobody} --regid ${nobody} --clear-groups --inh-caps=-all "$@"' sh ${quote(checkout)} ${quote(join(world, 'tree'))} ${quote(program)} "$@"
`
    : `#!/bin/sh
exec ${quote(program)} "$@"
`;
  writeFileSync(file, script, { mode: 0o755 });
};
