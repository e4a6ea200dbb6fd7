import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pictures } from './plan.js';

const path = (text: string): string => fileURLToPath(new URL(`../../${text}`, import.meta.url));
const check = () => spawnSync(process.execPath, [path('dist/tests/screens/main.js'), '--check'], { encoding: 'utf8' });

describe('the pictures in docs/screens', () => {
  it('are all there, and none too many', () => {
    expect(check()).toMatchObject({ status: 0, stderr: '' });
  });

  it('are missed when one is gone', () => {
    const { file } = pictures()[0]!;
    const there = path(`docs/screens/${file}`);
    renameSync(there, path('dist/one-picture.webp'));
    try {
      expect(check()).toMatchObject({ status: 1, stderr: `screens: missing: ${file}\n` });
    } finally {
      renameSync(path('dist/one-picture.webp'), there);
    }
  });
});
