/**
 * `npm run e2e -- --app DIR`: a packed app (dist/linux-unpacked) against a real platform and a virtual reader, on a screen of its own, as a user without rights; 0 when all is as it
 * should be, else 1. Without --app: the end-to-end tests of the app in browser and Electron.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const { values, positionals } = parseArgs({ options: { app: { type: 'string' } }, allowPositionals: true });

const packed = async (folder) => {
  if (!existsSync(join(folder, 'resources', 'app.asar'))) {
    process.stderr.write(`no packed app in ${folder}: npm run pack\n`);
    return 1;
  }
  const { checkPackedApp } = await import('../dist/tests/packaging/check-packed.js');
  const { clearStage } = await import('../dist/tests/e2e/template.js');
  try {
    const checks = await checkPackedApp(folder, root);
    for (const { what, good, found } of checks) process.stdout.write(`${good ? '✓' : '✕'} ${what}: ${found}\n`);
    const bad = checks.filter(({ good }) => !good).length;
    process.stdout.write(`${checks.length - bad} passed, ${bad} failed\n`);
    return bad === 0 ? 0 : 1;
  } finally {
    clearStage(process.pid);
  }
};

process.exitCode =
  values.app === undefined
    ? (spawnSync(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...(positionals.length > 0 ? positionals : ['tests/e2e'])], { cwd: root, stdio: 'inherit' }).status ?? 1)
    : await packed(resolve(values.app));
