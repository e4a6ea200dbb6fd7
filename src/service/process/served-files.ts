import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { contentTypes } from './page-headers.js';

export interface ServedFile {
  readonly type: string;
  readonly cacheControl: string;
  /** undefined: it is not there any more (a new build) */
  read(): Uint8Array | undefined;
}

const contentOf = (file: string): Uint8Array | undefined => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};

/** The files of a built renderer by the path of their address. Listed once: a path that is not in the list leads nowhere, whatever it is spelt like. Links are not followed. */
export const servedFiles = (folder: string): ReadonlyMap<string, ServedFile> => {
  const files = new Map<string, ServedFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = contentTypes[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).map(encodeURIComponent).join('/')}`;
    // Names of built assets change with their content.
    const cacheControl = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store';
    files.set(path, { type, cacheControl, read: () => contentOf(file) });
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
};
