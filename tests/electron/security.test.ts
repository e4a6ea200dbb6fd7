/**
 * Electron's own security checklist (its tutorial "Security"), item by item under its number and name, each tried in the running Electron; by source or packaging only what cannot be tried.
 */
import { createServer, type Server } from 'node:http';
import { chmodSync, copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, hostLog, inPage, prepareElectron, spawnElectron, type ElectronHome } from './driver.js';
import { smallService } from './app-folder.js';
import { openShell, shellApp, type Shell } from './shell.js';
import { checkout } from './unprivileged.js';

const app = shellApp();
let shell: Shell;
let server: Server;
let requests = 0;
let outside: string;

beforeAll(async () => {
  server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('access-control-allow-origin', '*').end('from outside');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  outside = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  shell = await openShell(app.folder);
}, 120_000);
afterAll(async () => {
  await shell.close();
  server.close();
  app.remove();
});

/** In the page, with what went wrong as text. */
const tried = (code: string): Promise<unknown> => inPage(shell, `(async () => { try { return await (async () => { ${code} })(); } catch (error) { return 'refused: ' + error.name; } })()`);
const count = (code: string): number => shell.codes().filter((entry) => entry === code).length;
const counted = (code: string, before: number): Promise<unknown> => eventually(() => count(code), (now) => now > before, code);
const sources = readdirSync(join(checkout, 'electron')).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(checkout, 'electron', name), 'utf8'));
const anySource = (pattern: RegExp): boolean => sources.some((text) => pattern.test(text));
interface Preferences {
  readonly [name: string]: unknown;
}
const preferences = (): Promise<Preferences> =>
  shell.app.evaluate(({ BrowserWindow }) => (BrowserWindow.getAllWindows()[0]!.webContents as unknown as { getLastWebPreferences(): Preferences }).getLastWebPreferences());
const ownAddress = (): Promise<string> => shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL());

/** What a start without a debugger prints within a time. */
const said = async (home: ElectronHome, ms: number): Promise<string> => {
  const child = spawnElectron(home);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Uint8Array) => (text += new TextDecoder().decode(data)));
  const over = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([over, new Promise((resolve) => setTimeout(resolve, ms))]);
  if (child.exitCode === null) child.kill('SIGTERM');
  await over;
  return text;
};

describe("Electron's security checklist", () => {
  it('1. Only load secure content', async () => {
    expect(await ownAddress()).toBe('app://residence-card/');
    expect(await inPage(shell, 'isSecureContext')).toBe(true);
    expect(await tried(`return (await fetch('${outside}')).text()`)).toBe('refused: TypeError');
    // Without the page's policy in the way: the session itself lets nothing out, whoever asks.
    const denied = count('REQUEST_DENIED');
    const session = shell.app.evaluate(async ({ BrowserWindow, net }, url) => {
      const { session: own } = BrowserWindow.getAllWindows()[0]!.webContents;
      return new Promise<string>((resolve) => {
        const request = net.request({ url, session: own });
        request.on('response', () => resolve('answered'));
        request.on('error', (error) => resolve(error.message));
        request.end();
      });
    }, outside);
    expect(await session).toMatch(/ERR_BLOCKED_BY_CLIENT/);
    await counted('REQUEST_DENIED', denied);
    expect(await shell.app.evaluate(async ({ net }) => new Promise<string>((resolve) => {
      const request = net.request('http://example.invalid/');
      request.on('response', () => resolve('answered'));
      request.on('error', (error) => resolve(error.message));
      request.end();
    }))).toMatch(/ERR_NAME_NOT_RESOLVED/);
    expect(requests).toBe(0);
  });

  it('2. Do not enable Node.js integration for remote content', async () => {
    expect(await inPage(shell, "[typeof require, typeof process, typeof module, typeof Buffer, typeof global, typeof __dirname]")).toEqual(Array(6).fill('undefined'));
    const worker = `const source = new URL('/worker.js', location.href); const worker = new Worker(source); return new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); worker.onerror = () => resolve('no worker'); })`;
    expect(await tried(worker)).toBe('undefined undefined');
    expect(await preferences()).toMatchObject({ nodeIntegration: false, nodeIntegrationInSubFrames: false });
  });

  it('3. Enable context isolation', async () => {
    expect(await preferences()).toMatchObject({ contextIsolation: true });
    // What the page changes in its own world does not reach the preload's.
    await inPage(shell, "Set.prototype.add = () => { throw new Error('changed') }; Object.prototype.kind = 'changed'");
    expect(await tried("const end = residenceCard.onEvent(() => {}); end(); return 'untouched'")).toBe('untouched');
    await inPage(shell, 'delete Object.prototype.kind');
  });

  it('4. Enable process sandboxing', async () => {
    expect(await preferences()).toMatchObject({ sandbox: true });
    const pid = await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId());
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    const command = readFileSync(`/proc/${shell.child.pid}/cmdline`, 'utf8');
    expect(command).not.toContain('no-sandbox');
    expect(readFileSync(`/proc/${shell.child.pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0\s/m);
  });

  it('5. Handle session permission requests from remote content', async () => {
    const before = count('PERMISSION_DENIED');
    expect(await tried("return (await Notification.requestPermission())")).toBe('denied');
    expect(await tried("return (await navigator.mediaDevices.getUserMedia({ audio: true, video: true })).id")).toMatch(/^refused: /);
    expect(await tried("return (await navigator.mediaDevices.getDisplayMedia({ video: true })).id")).toMatch(/^refused: /);
    expect(await tried("return new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('position'), (error) => resolve('refused ' + error.code)))")).toBe('refused 1');
    expect(await tried("return (await navigator.clipboard.readText())")).toMatch(/^refused: /);
    for (const device of ['usb', 'hid', 'serial']) expect(await tried(`return (await navigator.${device}.${device === 'serial' ? 'requestPort' : 'requestDevice'}({ filters: [] })).length ?? 0`), device).toMatch(/^(0|refused: .*)$/);
    expect(await tried("return (await navigator.bluetooth.requestDevice({ acceptAllDevices: true })).id")).toMatch(/^refused: /);
    for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read']) expect(await tried(`return (await navigator.permissions.query({ name: '${name}' })).state`), name).toBe('denied');
    expect(count('PERMISSION_DENIED')).toBeGreaterThan(before);
    expect(shell.codes()).not.toContain('HOST_FAULT');
  });

  it('6. Do not disable webSecurity', async () => {
    expect(await preferences()).toMatchObject({ webSecurity: true });
    expect(await tried("const frame = document.createElement('iframe'); frame.srcdoc = 'x'; frame.sandbox = ''; document.body.append(frame); await new Promise((resolve) => setTimeout(resolve, 200)); return frame.contentWindow.document.title")).toBe('refused: SecurityError');
    expect(anySource(/disable-web-security'(?!, )/)).toBe(false);
  });

  it('7. Define a Content-Security-Policy', async () => {
    const policy = await tried("return (await fetch('/')).headers.get('content-security-policy')");
    expect(policy).toBe("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    const inline = (element: string): string => `globalThis.ran = 0; ${element}; await new Promise((resolve) => setTimeout(resolve, 200)); return globalThis.ran`;
    expect(await tried(inline("const s = document.createElement('script'); s.textContent = 'globalThis.ran = 1'; document.head.append(s)"))).toBe(0);
    expect(await tried(inline("const d = document.createElement('div'); d.innerHTML = '<img src=x onerror=\"globalThis.ran = 1\">'; document.body.append(d)"))).toBe(0);
    expect(await tried(inline("const s = document.createElement('script'); s.src = 'data:text/javascript,globalThis.ran=1'; document.head.append(s)"))).toBe(0);
    expect(await tried(inline("const s = document.createElement('script'); s.src = URL.createObjectURL(new Blob(['globalThis.ran = 1'], { type: 'text/javascript' })); document.head.append(s)"))).toBe(0);
    // From a script of the page itself: what the debugger runs may do more than a page.
    expect(await tried("return new Promise((resolve) => { addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), { once: true }); const s = document.createElement('script'); s.src = '/evaluates.js'; document.head.append(s); })")).toBe('script-src');
    expect(await inPage(shell, 'globalThis.evaluated')).toBe('refused: EvalError');
    expect(await tried("const s = document.createElement('style'); s.textContent = 'body { color: red }'; document.head.append(s); return getComputedStyle(document.body).color")).toBe('rgb(11, 87, 164)');
    expect(await tried(`return new Promise((resolve) => { const image = new Image(); image.onload = () => resolve('loaded'); image.onerror = () => resolve('refused'); image.src = '${outside}x.png'; })`)).toBe('refused');
    expect(requests).toBe(0);
  });

  it('8. Do not enable allowRunningInsecureContent', async () => {
    expect(await preferences()).toMatchObject({ allowRunningInsecureContent: false });
    expect(await tried(`return new Promise((resolve) => { const s = document.createElement('script'); s.onload = () => resolve('loaded'); s.onerror = () => resolve('refused'); s.src = '${outside}x.js'; document.head.append(s); })`)).toBe('refused');
    expect(requests).toBe(0);
  });

  it('9. Do not enable experimental features', async () => {
    expect(await preferences()).toMatchObject({ experimentalFeatures: false });
    expect(anySource(/enable-experimental|experimentalFeatures: true/)).toBe(false);
  });

  it('10. Do not use enableBlinkFeatures', async () => {
    expect((await preferences())['enableBlinkFeatures'] ?? '').toBe('');
    expect(anySource(/enableBlinkFeatures|enable-blink-features/)).toBe(false);
  });

  it('11. Do not use allowpopups for WebViews', async () => {
    expect(await preferences()).toMatchObject({ webviewTag: false });
    expect(await tried("const view = document.createElement('webview'); view.setAttribute('allowpopups', ''); view.src = 'app://residence-card/'; document.body.append(view); await new Promise((resolve) => setTimeout(resolve, 300)); return typeof view.getURL")).toBe('undefined');
    expect(await shell.app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
  });

  it('12. Verify WebView options before creation', async () => {
    // Even a window that would allow the tag gets none: the handler is on every contents.
    const before = count('WEBVIEW_DENIED');
    const attached = await shell.app.evaluate(async ({ BrowserWindow, webContents }) => {
      const window = new BrowserWindow({ show: false, webPreferences: { webviewTag: true, sandbox: false } });
      await window.loadURL('data:text/html,<webview src="data:text/html,x"></webview>');
      await new Promise((resolve) => setTimeout(resolve, 500));
      const types = webContents.getAllWebContents().map((contents) => contents.getType());
      window.destroy();
      return types;
    });
    expect(attached).not.toContain('webview');
    expect(count('WEBVIEW_DENIED')).toBeGreaterThan(before);
  });

  it('13. Disable or limit navigation', async () => {
    const before = count('NAVIGATION_DENIED');
    for (const target of [outside, 'https://example.invalid/', 'file:///etc/passwd', 'data:text/html,x', 'app://other/', 'app://residence-card/page.css']) {
      await tried(`const link = document.createElement('a'); link.href = '${target}'; document.body.append(link); link.click(); location.href = '${target}'`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await ownAddress()).toBe('app://residence-card/');
    }
    await tried(`const form = document.createElement('form'); form.action = '${outside}'; form.method = 'post'; document.body.append(form); form.submit()`);
    await tried(`const frame = document.createElement('iframe'); frame.src = '${outside}'; document.body.append(frame)`);
    await tried("const meta = document.createElement('meta'); meta.httpEquiv = 'refresh'; meta.content = '0;url=data:text/html,x'; document.head.append(meta)");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await ownAddress()).toBe('app://residence-card/');
    expect(await inPage(shell, "document.querySelector('#mode').textContent")).toBe('police');
    expect(count('NAVIGATION_DENIED')).toBeGreaterThan(before);
    expect(requests).toBe(0);
  });

  it('14. Disable or limit creation of new windows', async () => {
    const before = count('WINDOW_DENIED');
    expect(await tried(`return window.open('${outside}')`)).toBe(null);
    expect(await tried("return window.open('app://residence-card/', '_blank', 'nodeIntegration=yes')")).toBe(null);
    await tried("const link = document.createElement('a'); link.href = '/'; link.target = '_blank'; document.body.append(link); link.click()");
    await eventually(() => count('WINDOW_DENIED'), (now) => now >= before + 3, 'three refused windows');
    expect(await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('15. Do not use shell.openExternal with untrusted content', () => {
    expect(anySource(/openExternal|\bshell\b.*from 'electron'|openPath|showItemInFolder/)).toBe(false);
  });

  it('16. Use a current version of Electron', () => {
    const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    expect(Number(manifest.devDependencies['electron']?.split('.')[0])).toBeGreaterThanOrEqual(45);
  });

  it('17. Validate the sender of all IPC messages', async () => {
    // Another window with the same preload: what it sends is refused by who it is.
    const refusals = count('PAGE_SENDER_REFUSED');
    const heard = shell.heard().length;
    const preload = join(shell.folder, 'electron', 'resources', 'app', 'dist', 'electron', 'preload.cjs');
    await shell.app.evaluate(async ({ BrowserWindow }, file) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload: file, sandbox: true } });
      await stranger.loadURL('data:text/html,x');
      await stranger.webContents.executeJavaScript("residenceCard.attach(); residenceCard.send({ verb: 'cancel', run: '6f6cbb5e-2b0a-4a3e-9d3c-0d6d3e1f8a11' })");
      await new Promise((resolve) => setTimeout(resolve, 300));
      stranger.destroy();
    }, preload);
    await eventually(() => count('PAGE_SENDER_REFUSED'), (now) => now >= refusals + 2, 'the refusals');
    const subframe = await shell.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents;
      const { mainFrame } = contents;
      // The same contents and origin, but a frame within the page; a frame that is gone; another host. The preload is in none of them, so the channel is spoken to directly.
      ipcMain.emit('residence-card:to-host', { sender: contents, senderFrame: { parent: mainFrame, url: mainFrame.url } }, { kind: 'attach' });
      ipcMain.emit('residence-card:to-host', { sender: contents, senderFrame: null }, { kind: 'attach' });
      ipcMain.emit('residence-card:to-host', { sender: contents, senderFrame: { parent: null, url: 'app://other/' } }, { kind: 'attach' });
      return contents.getURL();
    });
    expect(subframe).toBe('app://residence-card/');
    await eventually(() => count('PAGE_SENDER_REFUSED'), (now) => now >= refusals + 5, 'five refusals');
    expect(shell.heard()).toHaveLength(heard);
    // Frames of the page get no bridge at all.
    expect(await tried("const frame = document.createElement('iframe'); document.body.append(frame); return typeof frame.contentWindow.residenceCard")).toBe('undefined');
  });

  it('18. Avoid usage of the file:// protocol and prefer usage of custom protocols', async () => {
    expect(anySource(/loadFile\(|file:\/\//)).toBe(false);
    expect(await tried("return (await fetch('file:///etc/passwd')).text()")).toBe('refused: TypeError');
    for (const path of ['/../../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/assets/../../electron/main.cjs', '//etc/passwd', '/index.html/', '/%00']) expect(await tried(`return (await fetch(${JSON.stringify(path)})).status`), path).toSatisfy((answer: unknown) => answer === 404 || answer === 'refused: TypeError');
    expect(await tried("const answer = await fetch('/page.css'); return [answer.status, answer.headers.get('x-content-type-options'), answer.headers.get('content-type')]")).toEqual([200, 'nosniff', 'text/css; charset=utf-8']);
    expect(await tried("return (await fetch('/', { method: 'POST', body: 'x' })).status")).toBe(405);
  });

  it('19. Check which fuses you can change', async () => {
    // The packed app gets these from electron-builder; here they are set in a copy of this Electron's executable and tried.
    const chosen = JSON.parse(readFileSync(join(checkout, 'electron', 'fuses.json'), 'utf8')) as Record<string, boolean>;
    expect(chosen).toMatchObject({ runAsNode: false, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false, onlyLoadAppFromAsar: true, enableEmbeddedAsarIntegrityValidation: true, grantFileProtocolExtraPrivileges: false });
    const home = await prepareElectron({ appFolder: app.folder, env: { RESIDENCE_CARD_SERVICE: smallService } });
    try {
      const asNode = async (): Promise<string> => said({ ...home, args: ['-p', "'as' + ' node'"], env: { ...home.env, ELECTRON_RUN_AS_NODE: '1' } }, 3_000);
      expect(await asNode()).toContain('as node');
      expect(await said({ ...home, args: [...home.args, '--inspect=0'] }, 3_000)).toContain('Debugger listening');
      const executable = join(home.folder, 'electron', 'electron');
      // Hard links to the cache: a file of its own before it is changed.
      copyFileSync(executable, `${executable}.own`);
      renameSync(`${executable}.own`, executable);
      chmodSync(executable, 0o755);
      await flipFuses(executable, {
        version: FuseVersion.V1,
        [FuseV1Options.RunAsNode]: chosen['runAsNode']!,
        [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: chosen['enableNodeOptionsEnvironmentVariable']!,
        [FuseV1Options.EnableNodeCliInspectArguments]: chosen['enableNodeCliInspectArguments']!,
      });
      expect(await asNode()).not.toContain('as node');
      expect(await said({ ...home, args: [...home.args, '--inspect=0'] }, 3_000)).not.toContain('Debugger listening');
      // With them the app itself runs, its service too.
      expect(hostLog(home.data).map((line) => line.code)).toContain('SERVICE_READY');
    } finally {
      await home.remove();
    }
  }, 60_000);

  it('20. Do not expose Electron APIs to untrusted web content', async () => {
    expect(await inPage(shell, 'Object.entries(residenceCard).map(([name, value]) => [name, typeof value])')).toEqual([['host', 'string'], ['send', 'function'], ['attach', 'function'], ['print', 'function'], ['onEvent', 'function'], ['onLink', 'function'], ['onHost', 'function']]);
    expect(await inPage(shell, 'Object.isFrozen(residenceCard)')).toBe(true);
    expect(await tried("residenceCard.send = 1; return typeof residenceCard.send")).not.toBe('number');
    expect(await tried("globalThis.residenceCard = 1; return typeof globalThis.residenceCard")).not.toBe('number');
    // A listener is told the event alone; Electron's own event object would lead to the sender.
    expect(await tried("return new Promise((resolve) => { residenceCard.onEvent((...told) => resolve(told.length)); residenceCard.attach(); })")).toBe(1);
    expect(await inPage(shell, "Object.getOwnPropertyNames(globalThis).filter((name) => /electron|ipc/i.test(name))")).toEqual([]);
  });
});

describe('a counter takes photos', () => {
  let counter: Shell;
  beforeAll(async () => {
    counter = await openShell(app.folder, { args: ['--mode=counter', '--use-fake-device-for-media-stream'] });
  }, 120_000);
  afterAll(() => counter.close());

  const media = (constraints: object): Promise<unknown> =>
    inPage(counter, `navigator.mediaDevices.getUserMedia(${JSON.stringify(constraints)}).then((stream) => { const kinds = stream.getTracks().map((track) => track.kind); for (const track of stream.getTracks()) track.stop(); return kinds; }, (error) => 'refused: ' + error.name)`);

  it('the picture of a camera', async () => {
    expect(await media({ video: true })).toEqual(['video']);
    expect(counter.codes()).toContain('CAMERA_ALLOWED');
    expect(await inPage(counter, "fetch('/').then((answer) => answer.headers.get('permissions-policy'))")).toBe('camera=(self), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=(), display-capture=()');
  });

  it('never a microphone, alone or with it, nor anything else', async () => {
    expect(await media({ audio: true })).toBe('refused: NotAllowedError');
    expect(await media({ audio: true, video: true })).toBe('refused: NotAllowedError');
    expect(await inPage(counter, "navigator.mediaDevices.getDisplayMedia({ video: true }).then(() => 'shown', () => 'refused')")).toBe('refused');
    for (const name of ['geolocation', 'notifications', 'microphone', 'midi', 'clipboard-read']) expect(await inPage(counter, `navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`), name).toBe('denied');
  });

  it('not for a frame within the page', async () => {
    expect(await inPage(counter, "(async () => { const frame = document.createElement('iframe'); document.body.append(frame); try { await frame.contentWindow.navigator.mediaDevices.getUserMedia({ video: true }); return 'given'; } catch { return 'refused'; } })()")).toBe('refused');
  });
});

it('a packed app refuses to start with a debugger, a disabled sandbox or an extension', async () => {
  const home = await prepareElectron({ appFolder: app.folder, name: 'residence-card', env: { RESIDENCE_CARD_SERVICE: smallService } });
  try {
    for (const asked of ['--remote-debugging-port=0', '--remote-debugging-pipe', '--inspect=0', '--no-sandbox', '--disable-web-security', '--load-extension=/nowhere', '--js-flags=--expose-gc']) {
      rmSync(join(home.data, 'logs'), { recursive: true, force: true });
      const child = spawnElectron(home, [asked]);
      const over = new Promise((resolve) => child.once('exit', resolve));
      expect(await Promise.race([over, new Promise((resolve) => setTimeout(() => resolve('runs'), 10_000))]), asked).toBe(1);
      expect(hostLog(home.data).map((line) => line.code), asked).toEqual(['HOST_DEBUGGING_REFUSED']);
    }
  } finally {
    await home.remove();
  }
}, 120_000);

it('leaves nothing of the page on disk', async () => {
  const word = `invented${Date.now()}`;
  await inPage(shell, `localStorage.setItem('x', '${word}'); caches.open('${word}').then(() => 0, () => 0)`);
  await inPage(shell, `new Promise((resolve) => { const open = indexedDB.open('${word}'); open.onsuccess = () => resolve(0); open.onerror = () => resolve(0); })`);
  await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.session.flushStorageData());
  await new Promise((resolve) => setTimeout(resolve, 500));
  const files = readdirSync(shell.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    expect(readFileSync(path).includes(word), path).toBe(false);
  }
});
