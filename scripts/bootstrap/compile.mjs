/** `tsc -b` and the app's bundles, skipped when no source changed since the last good build: even an idle `tsc -b` takes longer than most commands. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeModulesStamp } from './node-modules.mjs';

/** Tiers that open the app. */
const withApp = ['start', 'test', 'bench', 'screens', 'build'];
const projectsOf = { run: ['src/cli'], start: ['src/cli', 'electron'], build: ['.'], bench: ['.'], fault: ['.'], screens: ['.'], test: ['.'] };

const addFolder = (hash, folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else if (/\.(ts|json)$/.test(entry.name)) {
      const { mtimeMs, size } = statSync(path);
      hash.update(`${path} ${mtimeMs} ${size}\n`);
    }
  }
};

const sourceState = (root, projects) => {
  const hash = createHash('sha256').update(projects.join(' '));
  for (const folder of ['src', 'drivers', 'electron', ...(projects.includes('.') ? ['tests'] : [])]) addFolder(hash, join(root, folder));
  for (const file of ['tsconfig.json', 'tsconfig.base.json', 'package.json']) hash.update(readFileSync(join(root, file)));
  hash.update(nodeModulesStamp(root));
  return hash.digest('hex');
};

/** A script of Node's: whether it went well. Beside it native modules may still be compiled, so nobody is held up by it. What it prints goes to standard error. */
const runScript = (root, script, args) =>
  new Promise((settle) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
    child.on('error', () => settle(false));
    child.on('exit', (code) => settle(code === 0));
  });

const ensureTypesChecked = async (root, tier, say) => {
  const projects = projectsOf[tier];
  const stampFile = join(root, 'dist', `.built-${projects.includes('.') ? 'all' : projects.includes('electron') ? 'start' : 'cli'}`);
  const state = sourceState(root, projects);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === state) return;
  say('compiling');
  if (!(await runScript(root, join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ['-b', ...projects]))) throw new Error('the sources do not compile');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, state);
};

export const ensureCompiled = async (root, tier, say) => {
  await ensureTypesChecked(root, tier, say);
  if (!withApp.includes(tier)) return;
  // A process of its own: nothing of Vite need stay loaded.
  if (!(await runScript(root, join(root, 'scripts', 'build-app.mjs'), []))) throw new Error('the app could not be bundled');
};
