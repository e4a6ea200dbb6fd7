/**
 * `app://residence-card/`: the renderer's files, by exact name out of a list made at the start, so there is no path to climb. It is a standard and secure origin of its own: neither file:
 * nor a port on the loopback. The policy is the one that the service sends to a browser.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import { contentSecurityPolicy, mayUseCamera, permissionsPolicy } from '../src/contract/page-policy.js';
import { host, scheme } from './address.js';
import { fallbackFiles } from './fallback-page.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.txt': 'text/plain; charset=utf-8',
};

const headers = (type: string, camera = false): Record<string, string> => ({
  'Content-Type': type,
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': permissionsPolicy(camera),
  'Cache-Control': 'no-store',
});

/** Before `ready`: Chromium learns of schemes once. */
export const registerScheme = (): void => {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]);
};

/** Every file below the folder, as the path of its address. */
const filesBelow = (folder: string): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) files.set(`/${relative(folder, path).split(sep).map(encodeURIComponent).join('/')}`, path);
    }
  };
  walk(folder);
  return files;
};

const refuse = (status: number): Response => new Response(null, { status, headers: headers('text/plain; charset=utf-8') });

/** `mode`: of the terminal, says what its pages may ask for. */
export const serveRenderer = (session: Session, folder: string, mode: string): void => {
  let files: ReadonlyMap<string, string> = new Map();
  try {
    files = filesBelow(folder);
  } catch {
    // No renderer beside this main process: every request is answered 404, and the fallback page stands.
  }
  session.protocol.handle(scheme, async (request) => {
    const url = new URL(request.url);
    if (url.host !== host) return refuse(404);
    if (request.method !== 'GET') return refuse(405);
    const name = url.pathname === '/' ? '/index.html' : url.pathname;
    const type = types[extname(name)] ?? 'application/octet-stream';
    const own = fallbackFiles.get(name);
    if (own !== undefined) return new Response(own, { headers: headers(type) });
    const path = files.get(name);
    return path === undefined ? refuse(404) : new Response(await readFile(path), { headers: headers(type, mayUseCamera(mode, name)) });
  });
};
