import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Bytes after gzip, without fonts, that a police desk loads before it checks the first card. */
const mostForPolice = 500 * 1_000;
/** Of one script: what is parsed and run at a stretch. */
const mostForScript = 200 * 1_000;

describe('the built renderer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'renderer-'));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  let manifest: Readonly<Record<string, Chunk>>;

  beforeAll(async () => {
    // As it ships: without the checks that Vue makes while one develops, and those are what vitest's own environment asks for.
    vi.stubEnv('NODE_ENV', 'production');
    await build({ configFile: fileURLToPath(new URL('../../src/renderer/vite.config.ts', import.meta.url)), build: { outDir: folder }, logLevel: 'error' });
    manifest = JSON.parse(read('manifest.json')) as typeof manifest;
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Files of these chunks and of all that they import. */
  const loaded = (keys: readonly string[]): ReadonlySet<string> => {
    const files = new Set<string>();
    const seen = new Set<string>();
    const add = (key: string): void => {
      if (seen.has(key)) return;
      seen.add(key);
      const chunk = manifest[key]!;
      for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
      for (const other of chunk.imports ?? []) add(other);
    };
    for (const key of keys) add(key);
    return files;
  };
  const zipped = (files: Iterable<string>): number => [...files].reduce((sum, file) => sum + gzipSync(read(file)).length, 0);

  test('a police desk loads at most 500 KB', () => {
    const entry = 'index.html';
    expect(manifest[entry]).toMatchObject({ isEntry: true });
    // The sign-in comes with the entry.
    const police = ['modes/police/check-screen.vue'];
    for (const key of police) expect(Object.keys(manifest)).toContain(key);
    const bytes = zipped(['index.html', 'before.js', ...loaded([entry, ...police])]);
    console.log(`police desk: ${Math.round(bytes / 1_000)} KB after gzip`);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(mostForPolice);
  });

  test('no script is so large that it runs long at a stretch', () => {
    const large = readdirSync(join(folder, 'assets')).filter((file) => file.endsWith('.js') && readFileSync(join(folder, 'assets', file)).length > mostForScript);
    expect(large).toEqual([]);
  });

  test.each(['index.html', 'keypad.html'])('%s has no script and no style of its own', (page) => {
    const html = read(page);
    expect([...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)].map(([, attributes, body]) => [/\bsrc="\.\//.test(attributes!), body])).toEqual([
      [true, ''],
      [true, ''],
    ]);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  test('style sheets name files, not data, and nothing of the network', () => {
    for (const file of readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.css'))) {
      const addresses = [...read(join('assets', file)).matchAll(/url\(\s*["']?([^"')]+)/g)].map(([, address]) => address!);
      expect(addresses.filter((address) => !/^(\.\/)?[\w.-]+\.woff2$/.test(address)), file).toEqual([]);
    }
  });

  test('the font comes in its Chinese and Latin slices, in both weights, and in nothing else', () => {
    const fonts = readdirSync(join(folder, 'assets')).filter((file) => /\.woff2?$/.test(file));
    expect(fonts.filter((file) => !/^noto-sans-sc-(\d+|latin|latin-ext)-(400|600)-normal-[\w-]+\.woff2$/.test(file))).toEqual([]);
    expect(fonts.filter((file) => file.includes('-400-')).length).toBe(fonts.filter((file) => file.includes('-600-')).length);
    expect(fonts.length).toBeGreaterThan(190);
  });
});
