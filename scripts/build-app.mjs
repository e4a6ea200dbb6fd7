/**
 * Bundles the app with Vite: Electron's main process and preload, the service, then the renderer; `node scripts/build-app.mjs [--force]`. Skipped when no source changed since the last good build.
 * Types are checked by `tsc -b` before it, the renderer's by vue-tsc here: a bundler only strips them.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nodeModulesStamp } from './bootstrap/node-modules.mjs';

const configs = ['electron/vite.main.config.ts', 'electron/vite.preload.config.ts', 'electron/vite.keypad-preload.config.ts', 'scripts/vite.service.config.mjs', 'src/renderer/vite.config.ts'];
const sources = ['electron', 'drivers', 'src'];
const results = ['dist/electron/main.cjs', 'dist/electron/preload.cjs', 'dist/electron/keypad-preload.cjs', 'dist/service/main.js', 'dist/service/reader-process.js', 'dist/renderer/index.html', 'dist/renderer/keypad.html'];

const addFolder = (hash, folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else {
      const { mtimeMs, size } = statSync(path);
      hash.update(`${path} ${mtimeMs} ${size}\n`);
    }
  }
};

const sourceState = (root) => {
  const hash = createHash('sha256');
  for (const folder of sources) addFolder(hash, join(root, folder));
  for (const file of ['package.json', 'tsconfig.base.json', 'scripts/build-app.mjs', 'scripts/vite.service.config.mjs']) hash.update(readFileSync(join(root, file)));
  hash.update(nodeModulesStamp(root));
  return hash.digest('hex');
};

const checkRenderer = (root) => {
  const project = join(root, 'src', 'renderer', 'tsconfig.json');
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules', 'vue-tsc', 'bin', 'vue-tsc.js'), '-p', project, '--noEmit'], { cwd: root, stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
  if (status !== 0) throw new Error(`the renderer does not compile\n${stdout}`);
};

/** Throws what Vite throws. Says what it does through `say`. */
export const ensureAppBuilt = async (root, say, force = false) => {
  const stampFile = join(root, 'dist', '.built-app');
  const state = sourceState(root);
  if (!force && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === state && results.every((file) => existsSync(join(root, file)))) return;
  say('bundling the app');
  const { build } = await import(pathToFileURL(join(root, 'node_modules', 'vite', 'dist', 'node', 'index.js')).href);
  // Vite warns of the plain script that runs before the modules, which is meant so.
  for (const config of configs) await build({ configFile: join(root, config), logLevel: 'error' });
  checkRenderer(root);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, state);
};

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const say = (text) => process.stderr.write(`build-app: ${text}\n`);
  try {
    await ensureAppBuilt(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, ''), say, process.argv.includes('--force'));
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
