/** The app as it lies in Electron's `resources/app`: the bundles of this checkout and a renderer, the real one unless stated. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './unprivileged.js';

export const testPage = join(checkout, 'tests', 'electron', 'page');
export const smallService = join(checkout, 'tests', 'electron', 'small-service.mjs');

/** Fills `into`, which must not hold an app yet. */
export const assembleApp = (into: string, renderer = join(checkout, 'dist', 'renderer')): void => {
  const bundles = join(checkout, 'dist', 'electron');
  if (!existsSync(join(bundles, 'main.cjs'))) throw new Error('the app is not bundled: node scripts/build-app.mjs');
  if (!existsSync(join(renderer, 'index.html'))) throw new Error(`no renderer in ${renderer}`);
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'package.json'), JSON.stringify({ name: 'residence-card', version: '0.1.0', main: 'dist/electron/main.cjs' }));
  cpSync(bundles, join(into, 'dist', 'electron'), { recursive: true });
  cpSync(renderer, join(into, 'dist', 'renderer'), { recursive: true });
};
