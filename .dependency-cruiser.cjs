/**
 * Who may import whom: the table of the rooms, checked on every build (`npm run rooms`). A room may import itself and what is listed here;
 * everything else is refused, so a new room begins with a line in this table.
 */
const node = ['node:'];
const rooms = {
  'src/contract': ['zod'],
  'src/iso7816': [],
  'src/cose': ['tweetnacl', 'cborg'],
  'src/permit': ['src/cose'],
  'src/node-crypto': ['src/cose', 'hash-wasm', ...node],
  'src/cvc': ['src/iso7816', 'src/node-crypto'],
  'src/card': ['src/iso7816', 'src/permit', 'src/cose', 'src/node-crypto', '@noble/curves', ...node],
  // Never src/card: secure messaging shared by both sides would cancel its own bugs.
  'src/emulator': ['src/iso7816', '@noble/curves', ...node],
  'src/workflows': ['src/permit', 'src/card', 'src/contract', 'src/cose', 'src/node-crypto', ...node],
  'src/outbox': ['src/contract', 'src/cose', 'src/node-crypto', 'tweetnacl', 'better-sqlite3', 'zod', ...node],
  'src/sync': ['src/contract', 'src/outbox', 'src/cose', 'src/cvc', 'src/node-crypto', 'zod', ...node],
  'src/platform': ['src/contract', 'src/permit', 'src/cose', 'src/cvc', 'src/node-crypto', 'fastify', '@fastify/swagger', 'kysely', 'better-sqlite3', 'pkcs11js', 'pino', 'zod', ...node],
  'src/service': ['src/(?!cli|renderer|platform|emulator)', 'drivers/', 'better-sqlite3', 'pino', 'pinyin-pro', 'ws', 'zod', ...node],
  // better-sqlite3: the demo counts in the platform's database itself, not by the product's own word.
  'src/cli': ['src/(?!renderer)', 'drivers/', 'commander', 'pino', 'jpeg-js', 'better-sqlite3', 'zod', ...node],
  'src/renderer': ['src/contract', 'vue', 'vue-router', 'vue-i18n', 'element-plus', 'uqr', '@fontsource'],
  // Contract and framework alone; Vite in its own configuration.
  electron: ['src/contract', 'electron', 'vite', 'zod', ...node],
  // The CardChannel port alone, not the card's protocols.
  'drivers/pcsc': ['src/iso7816', 'src/card/channel\\.ts', 'pcsclite', ...node],
};

const escape = (text) => text.replace(/[.@]/g, '\\$&');

/** A resolved path as dependency-cruiser gives it: a file of the tree, a package below node_modules, or a builtin by its bare name. */
const pathOf = (entry) => {
  if (entry.startsWith('src/') || entry.startsWith('drivers/')) return `^${entry}`;
  return `^node_modules/(@types/)?${escape(entry)}/`;
};

/** One rule for files and packages, one for Node's builtins: the latter are told by their kind, not by a path. */
const rulesOf = ([room, allowed]) => [
  {
    name: `${room} imports only what its room may`,
    severity: 'error',
    from: { path: `^${room}/` },
    to: { pathNot: [`^${room}/`, ...allowed.filter((entry) => entry !== 'node:').map(pathOf)], dependencyTypesNot: ['core'] },
  },
  ...(allowed.includes('node:')
    ? []
    : [{ name: `${room} is pure: no Node builtins`, severity: 'error', from: { path: `^${room}/` }, to: { dependencyTypes: ['core'] } }]),
];

const known = Object.keys(rooms)
  .map((room) => `^${room}/`)
  .join('|');

module.exports = {
  forbidden: [
    ...Object.entries(rooms).flatMap(rulesOf),
    { name: 'a room stands in the table', severity: 'error', from: { path: '^(src|drivers|electron)/', pathNot: known }, to: {} },
    { name: 'nothing imports the command line', severity: 'error', from: { pathNot: '^(src/cli|tests)/' }, to: { path: '^src/cli/' } },
    // A cycle through an import of types alone is gone when the program runs.
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'the product does not import tests', severity: 'error', from: { path: '^(src|drivers|electron)/' }, to: { path: '^(tests|scripts)/' } },
    // The renderer is bundled: what it imports is in the files that ship.
    { name: 'no development dependency in the product', severity: 'error', from: { path: '^(src/(?!renderer)|drivers)/' }, to: { dependencyTypes: ['npm-dev'], pathNot: '^node_modules/@types/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // How the renderer is built is no part of it.
    exclude: { path: '^src/renderer/vite\\.config\\.ts$' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.d.ts'] },
  },
};
