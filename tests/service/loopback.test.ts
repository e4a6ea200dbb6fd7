import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { contentSecurityPolicy, event, type ServiceEvent } from '../../src/contract/index.js';
import { Admission } from '../../src/service/process/admission.js';
import { largestMessage } from '../../src/service/process/loopback.js';
import { ServiceProcess } from './service-process.js';

const root = mkdtempSync(join(tmpdir(), 'rc-loop-'));
const renderer = join(root, 'renderer');
const args = ['--data', join(root, 'data'), '--mode', 'police', '--pcsc', join(root, 'no-pcscd'), '--renderer', renderer];
const env = { RESIDENCE_CARD_LOOPBACK_KEY: 'a key of the host' };
let service: ServiceProcess;
let port: number;
let cookie: string;

interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** A request in its bytes: no client mends the path or the headers on the way. */
const raw = (lines: readonly string[]): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let text = '';
    socket.on('data', (chunk: Uint8Array) => (text += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...body] = text.split('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: body.join('\r\n\r\n') });
    });
  });
const get = (path: string, { host = `127.0.0.1:${port}`, as = cookie, method = 'GET' } = {}): Promise<Answer> =>
  raw([`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...(as === '' ? [] : [`Cookie: ${as}`])]);
const cookieIn = ({ head }: Answer): string => /^set-cookie: ([^;]+);/im.exec(head)?.[1] ?? '';
const enter = async (address: string): Promise<Answer> => get(address.slice(address.indexOf('/?')), { as: '' });

beforeAll(async () => {
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(renderer, 'assets', 'app-1.js'), 'export {};');
  writeFileSync(join(renderer, 'assets', 'gone.js'), 'export {};');
  writeFileSync(join(renderer, 'notes.txt'), 'not served');
  writeFileSync(join(root, 'secret.html'), 'secret');
  symlinkSync(join(root, 'secret.html'), join(renderer, 'link.html'));
  service = await ServiceProcess.start([...args, '--listen', '0'], env);
  const address = await service.address();
  port = Number(new URL(address).port);
  cookie = cookieIn(await enter(address));
});
afterAll(async () => {
  await service.stop();
  rmSync(root, { recursive: true, force: true });
});

describe('a one-time address', () => {
  it('lets in once: a cookie that scripts and other sites do not get, and the page without the token', async () => {
    const address = await service.address();
    expect(new URL(address).hostname).toBe('127.0.0.1');
    const first = await enter(address);
    expect([first.status, /content="0;url=(.*?)"/.exec(first.body)?.[1]]).toEqual([200, '/']);
    expect(first.head).toMatch(/^set-cookie: residence-card-\d+=[\w.-]+; HttpOnly; SameSite=Strict; Path=\//im);
    expect((await get('/', { as: cookieIn(first) })).status).toBe(200);
    const again = await enter(address);
    expect([again.status, cookieIn(again)]).toEqual([403, '']);
    expect(again.body).toContain('已经用过');
  });

  it('is looked at by a link checker without being used', async () => {
    const address = await service.address();
    await get(address.slice(address.indexOf('/?')), { as: '', method: 'HEAD' });
    expect((await enter(address)).status).toBe(200);
  });

  it.each(['', 'x', 'A'.repeat(43)])('of another token (%j) lets nobody in', async (token) => {
    const answer = await get(`/?token=${token}`, { as: '' });
    expect([answer.status, cookieIn(answer)]).toEqual([403, '']);
  });

  it('runs out', () => {
    let now = 0;
    const admission = new Admission({ tokenMs: 1_000, now: () => now });
    const [early, late] = [admission.token(), admission.token()];
    now = 999;
    expect(admission.admit(early)).toBeDefined();
    now = 1_000;
    expect(admission.admit(late)).toBeUndefined();
  });
});

describe('the page', () => {
  it('of which a file went away is not there, and the service goes on', async () => {
    expect((await get('/assets/gone.js')).status).toBe(200);
    rmSync(join(renderer, 'assets', 'gone.js'));
    expect([(await get('/assets/gone.js')).status, (await get('/')).status]).toEqual([404, 200]);
  });

  it('comes with a policy that allows nothing foreign and nothing inline', async () => {
    const { status, head, body } = await get('/');
    expect([status, body]).toEqual([200, '<!doctype html><title>app</title>']);
    expect(head).toContain(`content-security-policy: ${contentSecurityPolicy}`);
    expect(contentSecurityPolicy).not.toContain('unsafe');
    expect(head).toMatch(/^x-content-type-options: nosniff$/im);
    expect(head).toMatch(/^referrer-policy: no-referrer$/im);
    expect(head).toMatch(/^cross-origin-opener-policy: same-origin$/im);
    expect(head).toMatch(/^cache-control: no-store$/im);
    const script = await get('/assets/app-1.js');
    expect([script.status, script.head.includes('text/javascript')]).toEqual([200, true]);
  });

  it.each(['', 'residence-card-1=x.y', 'forged'])('asks for the cookie; %j is none', async (as) => {
    const forged = as === 'forged' ? `${cookie.slice(0, -2)}AA` : as;
    for (const path of ['/', '/assets/app-1.js', '/nowhere']) expect([path, (await get(path, { as: forged })).status]).toEqual([path, 403]);
  });

  it.each(['/../secret.html', '/assets/../../secret.html', '/%2e%2e/secret.html', '/..%2fsecret.html', '/link.html', '/notes.txt', '/assets', '/index.html?x', '//127.0.0.1/x', '/assets/app-1.js%00', '/etc/passwd'])('does not serve %s', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.body]).toEqual([404, '']);
  });

  it('answers to its own name alone, and to reading alone', async () => {
    for (const host of ['localhost', `localhost:${port}`, 'rebound.example', `rebound.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) expect([host, (await get('/', { host })).status]).toEqual([host, 421]);
    expect((await get('http://rebound.example/', {})).status).toBe(421);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect([method, (await get('/', { method })).status]).toEqual([method, 405]);
  });

  it('is not reached from outside of this machine', async () => {
    // Another address of the same machine: whoever listens on all of them listens here as well.
    await expect(new Promise((resolve, reject) => connect(port, '127.0.0.2', () => resolve('open')).on('error', reject))).rejects.toThrow('ECONNREFUSED');
  });
});

interface Browser {
  readonly events: ServiceEvent[];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  until(find: (event: ServiceEvent) => boolean): Promise<ServiceEvent>;
}
const browse = (as = cookie): Promise<Browser> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/contract`, { origin: `http://127.0.0.1:${port}`, headers: { cookie: as } });
    const events: ServiceEvent[] = [];
    const waiting = new Set<() => void>();
    socket.on('message', (data: Buffer) => {
      events.push(event.parse(JSON.parse(data.toString('utf8'))));
      for (const look of waiting) look();
    });
    const closed = new Promise<number>((done) => socket.on('close', done));
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        events,
        socket,
        closed,
        until: (find) =>
          new Promise((found) => {
            const look = (): void => {
              const at = events.find(find);
              if (at !== undefined) found(at);
            };
            waiting.add(look);
            look();
          }),
      }),
    );
  });

describe('the contract over a WebSocket', () => {
  it('begins with hello and state, takes calls, tells ends', async () => {
    const browser = await browse();
    await browser.until(({ event: each }) => each === 'state');
    expect(browser.events.map(({ event: each }) => each).slice(0, 2)).toEqual(['hello', 'state']);
    const run = randomUUID();
    browser.socket.send(JSON.stringify({ verb: 'start', run, input: { workflow: 'verify' } }));
    expect(await browser.until((each) => each.event === 'failed' && each.run === run)).toMatchObject({ code: 'TERMINAL_NOT_ENROLLED' });
    const wrong = randomUUID();
    browser.socket.send(JSON.stringify({ verb: 'start', run: wrong, input: { workflow: 'look-up', permitNumber: 'x' } }));
    expect(await browser.until((each) => each.event === 'failed' && each.run === wrong)).toMatchObject({ code: 'INPUT_INVALID', detail: 'input.permitNumber' });
    browser.socket.close();
    await browser.closed;
  });

  const shake = (headers: readonly string[], path = '/contract'): Promise<Answer> =>
    raw([`GET ${path} HTTP/1.1`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...headers]);
  it('refuses strangers: no cookie, a foreign origin, no origin, another host, another path', async () => {
    const own = { host: `Host: 127.0.0.1:${port}`, origin: `Origin: http://127.0.0.1:${port}`, cookie: `Cookie: ${cookie}` };
    const without = [
      [own.host, own.origin],
      [own.host, own.cookie],
      [own.host, own.cookie, 'Origin: null'],
      [own.host, own.cookie, 'Origin: http://rebound.example'],
      [own.host, own.cookie, `Origin: https://127.0.0.1:${port}`],
      [own.host, own.cookie, `Origin: http://127.0.0.1:${port + 1}`],
      [own.origin, own.cookie, `Host: rebound.example:${port}`],
      [own.host, own.origin, `Cookie: ${cookie}x`],
    ];
    for (const headers of without) expect([headers, (await shake(headers)).status]).toEqual([headers, 403]);
    expect((await shake([own.host, own.origin, own.cookie], '/')).status).toBe(403);
  });

  it.each([
    ['no JSON', 'start', 1008],
    ['no call', '{"verb":"stop"}', 1008],
    ['a list', '[]', 1008],
    ['bytes', new Uint8Array([1, 2]), 1008],
    ['more than a photo and an application', JSON.stringify({ verb: 'start', run: randomUUID(), input: 'x'.repeat(largestMessage) }), 1009],
  ])('ends with who sends %s, and goes on for others', async (_, message, code) => {
    const [browser, other] = [await browse(), await browse()];
    browser.socket.send(message);
    expect(await browser.closed).toBe(code);
    const run = randomUUID();
    other.socket.send(JSON.stringify({ verb: 'start', run, input: { workflow: 'sync' } }));
    await other.until((each) => each.event === 'failed' && each.run === run);
    other.socket.terminate();
    await other.closed;
  });

  it('takes no ninth', async () => {
    const eight = await Promise.all(Array.from({ length: 8 }, () => browse()));
    await expect(browse()).rejects.toThrow('403');
    for (const { socket, closed } of eight) {
      socket.terminate();
      await closed;
    }
  });
});

describe('the keypad over a WebSocket of its own', () => {
  const openPad = (headers: Readonly<Record<string, string>> = { cookie }, origin = `http://127.0.0.1:${port}`): Promise<{ socket: WebSocket; heard: string[]; closed: Promise<number> }> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/keypad`, { origin, headers });
      const heard: string[] = [];
      const closed = new Promise<number>((done) => socket.on('close', done));
      socket.on('message', (data: Buffer) => {
        heard.push(data.toString('utf8'));
        resolve({ socket, heard, closed });
      });
      socket.on('error', reject);
    });

  it('hears what is asked and nothing of the contract; the state says that it is open, and that it is gone', async () => {
    const browser = await browse();
    const pad = await openPad();
    expect(await browser.until((each) => each.event === 'state' && each.state.keypad)).toBeDefined();
    expect(pad.heard).toEqual(['{"ask":null}']);
    browser.events.length = 0;
    pad.socket.close();
    await pad.closed;
    await browser.until((each) => each.event === 'state' && !each.state.keypad);
    browser.socket.terminate();
    await browser.closed;
  });

  it('is for who was let in alone', async () => {
    await expect(openPad({})).rejects.toThrow('403');
    await expect(openPad({ cookie: `${cookie}x` })).rejects.toThrow('403');
    await expect(openPad({ cookie }, 'http://rebound.example')).rejects.toThrow('403');
  });

  it.each([
    ['a call', JSON.stringify({ verb: 'start', run: randomUUID(), input: { workflow: 'sync' } })],
    ['seven digits', JSON.stringify({ id: randomUUID(), digits: '1234567' })],
    ['a long answer', JSON.stringify({ id: randomUUID(), digits: '480612' }).padEnd(300)],
    ['no JSON', '480612'.padEnd(9, 'x')],
  ])('ends with a page that sends %s', async (_, message) => {
    const pad = await openPad();
    pad.socket.send(message);
    expect(await pad.closed).toBe(1008);
  });
});

describe('a service that is started anew', () => {
  it('knows the browser again by the key of its host, on the same port; without the key nobody is known', async () => {
    await service.kill();
    service = await ServiceProcess.start([...args, '--listen', String(port)], env);
    const browser = await browse();
    await browser.until(({ event: each }) => each === 'state');
    expect(await service.stop()).toBe(0);
    expect(await browser.closed).toBe(1001);
    service = await ServiceProcess.start([...args, '--listen', String(port)]);
    expect((await get('/')).status).toBe(403);
  });
});
