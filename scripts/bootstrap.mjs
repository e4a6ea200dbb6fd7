/**
 * All the set-up, from a fresh clone to a command that runs: `node scripts/bootstrap.mjs <tier> [entry [argument ...]]`.
 * Checks Node, installs the tier's Debian packages and the node modules where they are missing, compiles where sources changed, then runs the
 * entry in this process. Plain Node without dependencies, since it runs before there are any. It speaks on standard error only and says nothing
 * when there is nothing to do: standard output belongs to the command.
 */
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureCompiled } from './bootstrap/compile.mjs';
import { takeLock } from './bootstrap/lock.mjs';
import { MissingPackages } from './bootstrap/missing-packages.mjs';
import { ensureNodeModules } from './bootstrap/node-modules.mjs';
import { ensurePackages, packagesOf } from './bootstrap/packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const oldestNode = [20, 19];

const say = (text) => process.stderr.write(`bootstrap: ${text}\n`);

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Error(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}`);
};

const prepare = async (tier) => {
  checkNode();
  const release = takeLock(root);
  try {
    ensurePackages(tier, say);
    const nativeModules = ensureNodeModules(root, say);
    // Both are waited for, whichever fails: the lock is not given back while one of them still works in the tree.
    const ends = await Promise.allSettled([ensureCompiled(root, tier, say), nativeModules]);
    const failure = ends.find(({ status }) => status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  } finally {
    release();
  }
};

/** With --json a caller parses standard output, so even a failure of the set-up is one object there. */
const report = (error, json) => {
  const known = error instanceof MissingPackages;
  if (json) {
    const failure = known
      ? { code: error.code, detail: error.detail, zh: error.zh, en: error.en, next: error.next }
      : { code: 'INTERNAL', detail: `set-up: ${error.message.split('\n')[0]}` };
    process.stdout.write(`${JSON.stringify({ ok: false, ...failure })}\n`);
  }
  process.stderr.write(known ? `${error.code}: ${error.zh}${error.next.zh} ${error.en} ${error.next.en}\n${error.detail}\n` : `bootstrap: ${error.message}\n`);
};

const [tier, entry, ...args] = process.argv.slice(2);
if (!Object.hasOwn(packagesOf, tier ?? '')) {
  process.stderr.write(`usage: node scripts/bootstrap.mjs ${Object.keys(packagesOf).join('|')} [entry [argument ...]]\n`);
  process.exitCode = 1;
} else {
  try {
    await prepare(tier);
  } catch (error) {
    report(error, args.includes('--json'));
    process.exitCode = 1;
  }
  if (process.exitCode === undefined && entry !== undefined) {
    const path = resolve(root, entry);
    process.argv = [process.execPath, path, ...args];
    await import(pathToFileURL(path).href);
  }
}
