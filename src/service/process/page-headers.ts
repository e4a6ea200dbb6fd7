import { contentSecurityPolicy, mayUseCamera, permissionsPolicy } from '../../contract/index.js';

/** That nobody frames, opens or sniffs a page of ours, and what the page at a path may ask for. `mode`: of the terminal. */
export const securityHeaders = (mode: string, path: string): Readonly<Record<string, string>> => ({
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': permissionsPolicy(mayUseCamera(mode, path)),
});

/** By the end of a file's name; what is not here is not served. */
export const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
};

/** What a browser is shown for a moment when it was let in. */
export const onwardPage = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>居住证终端</title><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url=/"></html>\n';

/** What a browser is shown that may not come in. */
export const strangerPage = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>居住证终端 · Residence card terminal</title>
<body><p>这个地址已经用过或已过期。请从启动程序取新的地址。</p><p lang="en">This address was used already or has run out. Take a new one from the program that started the service.</p></body></html>
`;
