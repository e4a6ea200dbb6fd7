/**
 * How the app is packed. `npm run pack` (scripts/pack.mjs) lays everything out in `dist/stage` first: `app` (bundles of Electron's main process, preload and renderer, no node_modules),
 * `service` (the bundle of the service with the packages that it imports, native modules built for Node) and `node` (that Node). The service stays outside the archive: it is
 * run by its own Node, which reads no asar. What can be built where: docs/operators.md.
 */
const fuses = require('./electron/fuses.json');

/** What Electron links to, the card service with its driver for CCID readers, and a font for rare characters in names. */
const libraries = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libnotify4', 'xdg-utils', 'libatspi2.0-0', 'libuuid1', 'libsecret-1-0'];
const depends = [...libraries, 'pcscd', 'libpcsclite1', 'libccid', 'libstdc++6', 'fonts-hanazono'];

/** @type {import('electron-builder').Configuration} */
module.exports = {
  appId: 'cn.residence-card.terminal',
  productName: 'Residence Card Terminal',
  copyright: 'residence-card',
  directories: { app: 'dist/stage/app', output: 'dist', buildResources: 'packaging' },
  // electron-builder would take the packages of the whole product, found above the stage, into the archive.
  files: ['dist/electron', 'dist/renderer', 'package.json', '!node_modules', '!**/node_modules/**'],
  extraResources: [
    { from: 'dist/stage/service', to: 'service' },
    // Left out of the entry above by electron-builder, unless it is named.
    { from: 'dist/stage/service/node_modules', to: 'service/node_modules' },
    { from: 'dist/stage/node', to: 'node' },
  ],
  asar: true,
  // Native modules belong to the service and are built for its Node: rebuilding them for Electron would break them.
  npmRebuild: false,
  nodeGypRebuild: false,
  buildDependenciesFromSource: false,
  electronFuses: fuses,
  publish: null,
  linux: {
    target: ['deb', 'AppImage'],
    executableName: 'residence-card-terminal',
    icon: 'packaging/icons',
    category: 'Office',
    synopsis: 'IC residence permit terminal',
    description: 'Issues, reads and verifies IC residence permits through PC/SC readers',
    maintainer: 'residence-card <residence-card@localhost>',
    desktop: { entry: { Name: 'Residence Card Terminal', 'Name[zh_CN]': '居住证终端', Comment: 'IC residence permits', 'Comment[zh_CN]': 'IC卡居住证 签发与查验', StartupWMClass: 'residence-card-terminal' } },
  },
  deb: { packageName: 'residence-card-terminal', depends, priority: 'optional' },
  win: { target: ['nsis'], icon: 'packaging/icons/256x256.png', executableName: 'residence-card-terminal' },
  nsis: { oneClick: false, perMachine: true, allowToChangeInstallationDirectory: true, shortcutName: '居住证终端', installerLanguages: ['zh_CN', 'en_US'], deleteAppDataOnUninstall: false },
};
