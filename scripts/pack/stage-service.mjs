/** Lays out the service as the packed app carries it: its bundle, the packages that it imports, and the Node that their native modules were built for. */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

const entries = ['service/main.js', 'service/reader-process.js'];
/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')` of compiled modules. */
const imports = /(?:^|[\s;}])(?:import|export)\s*(?:[^'"()]*?\sfrom\s*)?\(?\s*['"]([^'"]+)['"]/g;

const packageOf = (specifier) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

/** Every module of the bundle that the entries reach, and the packages that those name. */
const reach = (dist) => {
  const files = new Set();
  const packages = new Set();
  const waiting = entries.map((entry) => join(dist, entry));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(imports)) {
      if (specifier.startsWith('.')) waiting.push(resolve(dirname(file), specifier));
      else if (!isBuiltin(specifier)) packages.add(packageOf(specifier));
    }
  }
  return { files, packages };
};

const findPackage = (name, from) => {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
};

/** Folders of the packages and of all that they need to run. What only a build needs is no dependency of theirs that anything requires. */
const closure = (root, names) => {
  const folders = new Set();
  const waiting = [...names].map((name) => [name, root, true]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, from, needed] = next;
    const folder = findPackage(name, from);
    if (folder === undefined) {
      if (needed) throw new Error(`the package ${name} is not installed`);
      continue;
    }
    if (folders.has(folder)) continue;
    folders.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const each of Object.keys(dependencies)) if (!onlyForBuilding.has(each)) waiting.push([each, folder, !(each in optionalDependencies)]);
  }
  return folders;
};

/** Fetches or compiles native modules at installation; nothing of it is loaded afterwards. */
const onlyForBuilding = new Set(['prebuild-install', 'nan', 'node-addon-api', 'node-gyp', 'node-gyp-build']);

const sourcesOfNative = /(^|[\\/])(deps|src|obj|obj\.target|\.deps|node_gyp_bins|test|tests|docs?|examples?|benchmarks?|\.github)([\\/]|$)/;
const notRun = /\.(c|cc|cpp|h|hpp|gyp|gypi|o|a|d|mk|map|md|markdown|ts|mts|cts|tsbuildinfo)$/i;
/** Of a package: what runs, and its licence. */
const runs = (folder, native) => (path) => {
  const at = relative(folder, path);
  if (at === '') return true;
  if (at.split(sep)[0] === 'node_modules') return false;
  if (/licen[cs]e|copying|notice/i.test(at)) return true;
  if (native && sourcesOfNative.test(at)) return false;
  if (at.startsWith(`build${sep}`) && native) return statSync(path).isDirectory() ? !/obj|node_gyp_bins/.test(at) : at.endsWith('.node') && !at.includes('test_');
  return statSync(path).isDirectory() || !notRun.test(at);
};

const nativeModules = (folder) => {
  const release = join(folder, 'build', 'Release');
  return existsSync(release) ? readdirSync(release).filter((name) => name.endsWith('.node') && !name.startsWith('test_')).map((name) => join(release, name)) : [];
};

/** Fills `into` with dist/, node_modules/ and package.json. Returns the names of the packages that hold native modules. */
export const stageService = (root, into) => {
  const dist = join(root, 'dist');
  const { files, packages } = reach(dist);
  for (const file of files) {
    const to = join(into, 'dist', relative(dist, file));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
  const native = [];
  for (const folder of closure(root, packages)) {
    const at = relative(root, folder);
    const isNative = nativeModules(folder).length > 0;
    if (isNative) native.push(at.slice('node_modules/'.length));
    cpSync(folder, join(into, at), { recursive: true, dereference: true, filter: runs(folder, isNative) });
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(into, 'package.json'), `${JSON.stringify({ name: 'residence-card-service', version, private: true, type: 'module', native }, null, 2)}\n`);
  return native;
};

/** Where distributions and Node's own archives keep the licence. */
const licences = (prefix) => [join(prefix, 'LICENSE'), join(prefix, 'share/doc/node/LICENSE'), '/usr/share/doc/nodejs/LICENSE', '/usr/share/doc/nodejs/copyright'];

/** Fills `into` with bin/node, the Node that runs this, and its licence. */
export const stageNode = (into) => {
  mkdirSync(join(into, 'bin'), { recursive: true });
  copyFileSync(process.execPath, join(into, 'bin', 'node'));
  chmodSync(join(into, 'bin', 'node'), 0o755);
  const licence = licences(dirname(dirname(process.execPath))).find((path) => existsSync(path));
  if (licence === undefined) throw new Error('the licence of Node was not found beside it');
  copyFileSync(licence, join(into, 'LICENSE'));
  writeFileSync(join(into, 'version'), `${process.version} modules ${process.versions.modules}\n`);
};

export const electronPackage = (root) => dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
