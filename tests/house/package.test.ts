import { describe, expect, it } from 'vitest';
import { read } from './sources.js';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly allowScripts: Record<string, boolean>;
}
const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }> };

describe('dependencies', () => {
  it('are pinned to one version each', () => {
    for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('stand in docs/dependencies.md, each with its reasons, and nothing else does', () => {
    const rows = read('docs/dependencies.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.slice(1, -1).split('|').map((cell) => cell.trim()));
    const documented = rows.map(([name = '']) => name.replaceAll('`', ''));
    expect(documented.sort()).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort());
    for (const row of rows) for (const cell of row) expect(cell, row[0]).not.toBe('');
  });

  it('come from whatever registry the machine uses: the lock file names none', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
    expect(read('.npmrc')).not.toMatch(/registry=|_auth/);
  });

  it('run install scripts only where that is said', () => {
    const withScripts = Object.entries(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript === true && entry.optional !== true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(Object.keys(manifest.allowScripts).sort()).toEqual(withScripts.sort());
  });
});
