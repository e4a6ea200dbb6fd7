/** `tsc -b` and the app's bundles, skipped when no source changed since the last good build: even an idle `tsc -b` takes longer than most commands. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  for (const file of ['tsconfig.json', 'tsconfig.base.json', 'package.json', 'node_modules/.bootstrap']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

const ensureTypesChecked = (root, tier, say) => {
  const projects = projectsOf[tier];
  const stampFile = join(root, 'dist', `.built-${projects.includes('.') ? 'all' : projects.includes('electron') ? 'start' : 'cli'}`);
  const state = sourceState(root, projects);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === state) return;
  say('compiling');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-b', ...projects], { cwd: root, stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
  if (status !== 0) throw new Error(`the sources do not compile\n${stdout}`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, state);
};

export const ensureCompiled = (root, tier, say) => {
  ensureTypesChecked(root, tier, say);
  if (!withApp.includes(tier)) return;
  // A process of its own: Vite's build is asynchronous and nothing of it need stay loaded.
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build-app.mjs')], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the app could not be bundled');
};
