import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearStage } from '../e2e/template.js';
import { electronFolder } from '../electron/electron-25.js';
import { checkout } from '../electron/unprivileged.js';
import { checkPackedApp } from './check-packed.js';

it('packs the app, which issues and verifies a card with what it carries', { timeout: 300_000 }, async () => {
  execFileSync(process.execPath, [join(checkout, 'scripts', 'pack.mjs'), '--electron-dist', await electronFolder()], { cwd: checkout, stdio: ['ignore', 'ignore', 'inherit'] });
  const packed = join(checkout, 'dist', 'linux-unpacked');
  expect(existsSync(join(packed, 'resources', 'app.asar'))).toBe(true);
  try {
    const checks = await checkPackedApp(packed, checkout);
    expect(checks.filter(({ good }) => !good)).toEqual([]);
    expect(checks.length).toBeGreaterThan(20);
  } finally {
    clearStage(process.pid);
  }
});
