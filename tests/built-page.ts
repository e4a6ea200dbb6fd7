/** Pages of the tests and of the renderer itself, built as the renderer is and served as it is served: the same plugins, fonts and content security policy. */
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import { build, loadConfigFromFile, type UserConfig } from 'vite';
import { contentSecurityPolicy } from '../src/contract/index.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };

export interface BuiltPage {
  readonly folder: string;
  remove(): void;
}

/** `page`: the folder of an index.html; the renderer's own pages without. */
export const buildPage = async (page?: string): Promise<BuiltPage> => {
  const folder = mkdtempSync(join(tmpdir(), 'rc-print-'));
  // As it ships, whatever vitest's own environment says.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    const config: UserConfig = (await loadConfigFromFile({ command: 'build', mode: 'production' }, here('../src/renderer/vite.config.ts')))?.config ?? {};
    // Put in their places one by one: merged, the renderer's own pages would be built too.
    const own = page === undefined ? {} : { input: join(page, 'index.html') };
    const rolldownOptions = { ...config.build?.rolldownOptions, ...own };
    await build({ ...config, configFile: false, ...(page === undefined ? {} : { root: page }), build: { ...config.build, outDir: folder, rolldownOptions }, logLevel: 'error' });
  } finally {
    process.env.NODE_ENV = before;
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

export interface ServedPage {
  readonly address: string;
  readonly server: Server;
  close(): void;
}

export const servePage = async (folder: string): Promise<ServedPage> => {
  const server = createServer((request, response) => {
    const file = join(folder, request.url === '/' ? 'index.html' : (request.url ?? '').split('?')[0] ?? '');
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': contentSecurityPolicy }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server, close: () => server.close() };
};
