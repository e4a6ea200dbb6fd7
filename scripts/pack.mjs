/**
 * Packs the app: `npm run pack -- [--electron-dist DIR] [--target dir|deb|AppImage]`. Lays out dist/stage, then lets electron-builder put it into Electron: dist/linux-unpacked.
 * `--electron-dist` is a folder with an unpacked Electron; npm's own unless stated, which must have been fetched. With the target `dir` nothing is downloaded; the others want tools
 * that electron-builder fetches (docs/operators.md).
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { getCurrentFuseWire, FuseV1Options } from '@electron/fuses';
import { build, Platform } from 'electron-builder';
import { electronPackage, stageNode, stageService } from './pack/stage-service.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const stage = join(root, 'dist', 'stage');
const say = (text) => process.stderr.write(`pack: ${text}\n`);

const stageApp = (into) => {
  for (const name of ['electron', 'renderer']) {
    const from = join(root, 'dist', name);
    if (!existsSync(from)) throw new Error(`dist/${name} is missing: npm run build`);
    cpSync(from, join(into, 'dist', name), { recursive: true });
  }
  const { version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const manifest = { name: 'residence-card', version, description, license, author: 'residence-card', homepage: 'https://localhost/residence-card', private: true, main: 'dist/electron/main.cjs' };
  writeFileSync(join(into, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
};

/** Older Electrons have a shorter wire: a fuse that it lacks cannot be set. */
const fusesFor = async (executable, wanted) => {
  const wire = await getCurrentFuseWire(executable);
  const nameOf = (index) => FuseV1Options[index].replace(/^./, (letter) => letter.toLowerCase());
  const known = Object.keys(wire).filter((index) => /^\d+$/.test(index)).map(nameOf);
  const missing = Object.keys(wanted).filter((name) => !known.includes(name));
  if (missing.length > 0) say(`this Electron has no fuse ${missing.join(', ')}`);
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => known.includes(name)));
};

const versionOf = (electronDist) => {
  const file = join(electronDist, 'version');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/^v/, '');
  const named = /electron-(\d+\.\d+\.\d+)$/.exec(electronDist)?.[1];
  return named ?? JSON.parse(readFileSync(join(electronPackage(root), 'package.json'), 'utf8')).version;
};

const pack = async ({ 'electron-dist': given, target }) => {
  const electronDist = resolve(given ?? join(electronPackage(root), 'dist'));
  const executable = join(electronDist, 'electron');
  if (!existsSync(executable)) throw new Error(`no Electron in ${electronDist}: fetch it (npx install-electron), or name one with --electron-dist`);
  rmSync(stage, { recursive: true, force: true });
  for (const name of ['app', 'service', 'node']) mkdirSync(join(stage, name), { recursive: true });
  stageApp(join(stage, 'app'));
  const native = stageService(root, join(stage, 'service'));
  stageNode(join(stage, 'node'));
  say(`Electron ${versionOf(electronDist)}, Node ${process.version} for ${native.join(', ')}`);
  const config = createRequire(import.meta.url)('../electron-builder.config.cjs');
  await build({
    targets: Platform.LINUX.createTarget(target),
    projectDir: root,
    publish: 'never',
    config: { ...config, electronDist, electronVersion: versionOf(electronDist), electronFuses: await fusesFor(executable, config.electronFuses) },
  });
  rmSync(stage, { recursive: true, force: true });
};

const { values } = parseArgs({ options: { 'electron-dist': { type: 'string' }, target: { type: 'string', default: 'dir' } } });
try {
  await pack(values);
} catch (error) {
  process.stderr.write(`pack: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
