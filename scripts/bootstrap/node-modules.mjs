/** `npm ci`, only when node_modules is missing, differs from the lock file, or was built for another Node. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What node_modules is made from: the lock file and the ABI that the native modules are compiled for. */
export const nodeModulesStamp = (root) => {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  return `${hash} abi ${process.versions.modules} ${process.platform} ${process.arch}\n`;
};

/** npm's own record of what it installed, compared by version: a developer's `npm install` is not undone by an `npm ci`. */
const agreesWithLock = (root) => {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, wanted]) => path === '' || (installed[path] === undefined ? wanted.optional === true : installed[path].version === wanted.version),
  );
};

/** Headers of the Node that runs us, so that node-gyp downloads nothing; a user's own `nodedir` may belong to another Node. */
const environment = () => {
  const prefix = resolve(process.execPath, '../..');
  const env = { ...process.env };
  if (existsSync(join(prefix, 'include/node/node.h'))) env.npm_config_nodedir = prefix;
  return env;
};

const npm = () => (process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']);

/** The native modules, compiled by npm in a process of its own: one core for a minute, while another compiles the sources. Resolves when they are there. */
const compileNativeModules = (root) => {
  const [command, ...args] = [...npm(), 'rebuild'];
  const child = spawn(command, args, { cwd: root, env: environment(), stdio: ['ignore', 2, 2] });
  return new Promise((settle, reject) => {
    child.on('error', (error) => reject(new Error(`npm rebuild failed: ${error.message}`)));
    child.on('exit', (code) => (code === 0 ? settle() : reject(new Error('npm rebuild failed'))));
  });
};

/** Packages are there when it returns; what it promises is that their native parts are too. */
export const ensureNodeModules = (root, say) => {
  const stampFile = join(root, 'node_modules', '.bootstrap');
  const wanted = nodeModulesStamp(root);
  const found = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
  if (found === wanted) return Promise.resolve();
  const sameNode = found === undefined || found.slice(found.indexOf(' ')) === wanted.slice(wanted.indexOf(' '));
  if (sameNode && agreesWithLock(root)) {
    writeFileSync(stampFile, wanted);
    return Promise.resolve();
  }
  say('installing node modules (npm ci), about a minute');
  const [command, ...args] = [...npm(), 'ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status, error } = spawnSync(command, args, { cwd: root, env: environment(), stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm ci failed${error ? `: ${error.message}` : ''}`);
  // Whoever breaks this off leaves packages that agree with the lock and have no native parts: npm's record goes until they have.
  const record = join(root, 'node_modules', '.package-lock.json');
  const recorded = readFileSync(record);
  rmSync(record);
  return compileNativeModules(root).then(() => {
    if (!existsSync(record)) writeFileSync(record, recorded);
    writeFileSync(stampFile, wanted);
  });
};
