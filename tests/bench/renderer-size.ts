import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { line, type Line } from './lines.js';

const built = fileURLToPath(new URL('../../renderer', import.meta.url));
const kilobyte = 1_024;

/** One module of Vite's manifest. */
interface Chunk {
  readonly file: string;
  readonly src?: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}

const otherModes = /modes\/(counter|kiosk)\//;

/** What a police desk may ever load: the entry, whatever it imports at once or later, and the styles of that; the screens of other modes are never asked for. */
const filesOfPolice = (manifest: Readonly<Record<string, Chunk>>): { readonly code: Set<string>; readonly assets: Set<string> } => {
  const [code, assets, seen] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const walk = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || seen.has(name) || otherModes.test(chunk.src ?? '')) return;
    seen.add(name);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) code.add(file);
    for (const file of chunk.assets ?? []) assets.add(file);
    for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) walk(next);
  };
  // The keypad's page is another entry, of counters.
  walk('index.html');
  return { code, assets };
};

/** Bytes of the renderer as built, compressed as a server would; fonts apart, which are compressed already and loaded slice by slice. */
export const rendererSize = (): Line[] => {
  const manifest = JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  const { code, assets } = filesOfPolice(manifest);
  const gzipped = [...code, 'index.html', 'before.js'].reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
  const fonts = [...assets].filter((file) => file.endsWith('.woff2'));
  return [
    line('police-renderer-gzip', gzipped / kilobyte, 'KB', { limit: { of: 'value', sign: '<=', bound: 500 } }),
    line('police-renderer-fonts', fonts.reduce((sum, file) => sum + readFileSync(join(built, file)).length, 0) / kilobyte, 'KB'),
  ];
};
