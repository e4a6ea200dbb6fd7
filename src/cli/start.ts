import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { done, failed, type Outcome } from '../contract/index.js';
import type { ReaderState } from '../../drivers/pcsc/index.js';
import { dateInChina } from '../permit/index.js';
import { accessOfMode, createEnrolmentCode, initPlatform, openPlatform, setTerminalAccess } from '../platform/index.js';
import { enrolTerminal, isEnrolled, openTerminal, syncLoopOf, syncTerminal, type Terminal } from '../service/index.js';
import { stopVirtualReader } from '../emulator/index.js';
import { ensureReader, findReader, makeBlanks, putCard, shelf, takeCard } from './cards.js';
import { keyStoreOf, type DataFolder } from './data-folder.js';
import { PlatformProcess } from './demo/platform-process.js';
import { inventAdult, inventChild, portraitOf } from './invented/index.js';
import { LivePage } from './live/live-page.js';
import { pageCss, pageHtml } from './live/page.js';
import { pageScript } from './live/script.js';
import type { Output } from './output.js';

/** The address that the page is reached under holds a token of this start: other programs on this machine cannot move its cards. */
const newToken = (): string => randomBytes(16).toString('hex');

/** Makes the first start's platform and terminal; later starts find them. */
const prepare = async (folder: DataFolder, output: Output): Promise<PlatformProcess> => {
  if (!existsSync(join(folder.platform, 'keys.json'))) {
    output.progress('初始化平台 making the platform');
    await (await initPlatform(folder.platform, { environment: 'test', name: 'Wenzhou' })).close();
  }
  const process = await PlatformProcess.start(folder.root, 8460).catch(() => PlatformProcess.start(folder.root, 0));
  if (isEnrolled(folder.terminal)) return process;
  output.progress('注册终端 enrolling this terminal');
  const platform = await openPlatform(folder.platform);
  const code = await createEnrolmentCode(platform, 'counter', ['3303']).finally(() => platform.close());
  if (!code.ok) throw new Error(code.code);
  const enrolled = await enrolTerminal(folder.terminal, process.url, code.value.code, 'counter', keyStoreOf(folder.root));
  if (!enrolled.ok) throw new Error(enrolled.code);
  return process;
};

/** Virtual blanks where none of the cards on the shelf is of use: at the first start, and after a program whose virtual cards were of another form. */
const stockShelf = async (folder: DataFolder, terminal: string): Promise<void> => {
  if (usable(folder).length > 0) return;
  const platform = await openPlatform(folder.platform);
  await setTerminalAccess(platform, terminal, accessOfMode.counter).finally(() => platform.close());
  await makeBlanks(folder, 4, terminal);
};

const usable = (folder: DataFolder): ReturnType<typeof shelf> => shelf(folder).filter((card) => card.lifeCycle !== 'unreadable');

/** Issues permits of invented residents onto all virtual blanks but one, through the virtual reader. */
const fillShelf = async (folder: DataFolder, terminal: Terminal, output: Output): Promise<void> => {
  const blanks = shelf(folder).filter((card) => card.lifeCycle === 'blank');
  if (blanks.length < 4) return;
  const today = dateInChina(terminal.clock.now());
  const people = [inventAdult({ seed: 101, onDate: today, kind: 'residence' }), inventAdult({ seed: 102, onDate: today, kind: 'residence' }), inventChild({ seed: 103, onDate: today })];
  for (const [i, person] of people.entries()) {
    const card = blanks[i];
    if (card === undefined) return;
    output.progress(`签发虚拟居住证 issuing a virtual permit ${i + 1}/${people.length}`);
    await putCard(folder, card.name);
    await terminal.issue(person, portraitOf(person, today));
    await takeCard(folder);
  }
};

const send = (response: ServerResponse, type: string, body: string): void => {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'", 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  response.end(body);
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 1_000) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Platform, reader and page until a signal ends them. */
export const start = async (folder: DataFolder, output: Output, port: number): Promise<Outcome<object>> => {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return failed('INPUT_INVALID', '--port');
  const real = await realReaders();
  const virtual = real.length === 0;
  if (virtual) await ensureReader(folder);
  const platform = await prepare(folder, output);
  const socket = virtual ? findReader(folder)?.socket : undefined;
  const terminal = openTerminal(folder.terminal, { ...(socket === undefined ? {} : { env: { PCSCLITE_CSOCK_NAME: socket } }), waitForCardMs: 3_000 });
  // Off-line is normal: what could not be pushed or pulled now the loop tries again while the page runs.
  const sync = async (): Promise<void> => {
    await syncTerminal(terminal).catch(() => undefined);
  };
  if (virtual) await stockShelf(folder, terminal.identity.terminalId);
  await sync();
  if (virtual) {
    await fillShelf(folder, terminal, output);
    await sync();
  }
  const page = new LivePage(terminal, platform.url, () => (virtual ? usable(folder) : []));
  const loop = syncLoopOf(terminal);
  loop.start();
  const token = newToken();
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.writeHead(500).end());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (!path.startsWith(`/${token}/`)) return void response.writeHead(404).end();
    const at = `${request.method ?? ''} ${path.slice(token.length + 2)}`;
    if (at === 'GET ') return send(response, 'text/html', pageHtml);
    if (at === 'GET live.css') return send(response, 'text/css', pageCss);
    if (at === 'GET live.js') return send(response, 'text/javascript', pageScript);
    if (at === 'GET events') return page.listen(response);
    if (at === 'POST cards/insert' || at === 'POST cards/remove') {
      const card = (await bodyOf(request)) as { card?: unknown } | undefined;
      const known = virtual && typeof card?.card === 'string' && shelf(folder).some((each) => each.name === card.card);
      if (!known) return void response.writeHead(400).end();
      await (at === 'POST cards/insert' ? putCard(folder, String(card.card)) : takeCard(folder));
      page.shelfChanged();
      return void response.writeHead(204).end();
    }
    response.writeHead(404).end();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  }).catch(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}/${token}/`;
  page.watch();
  const ready = { page: url, platform: platform.url, reader: virtual ? 'virtual' : real.map((reader) => reader.name).join(', ') };
  if (output.json) process.stdout.write(`${JSON.stringify({ ok: true, command: 'start', ...ready })}\n`);
  else output.line(`\n  查验页面 verdict page  ${url}\n  平台 platform        ${platform.url}\n  读卡器 reader        ${ready.reader}\n\n  按 Ctrl+C 结束 · Ctrl+C ends it`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  page.close();
  server.closeAllConnections();
  server.close();
  await loop.stop();
  await terminal.close();
  await platform.stop();
  if (virtual) await stopVirtualReader(folder.reader);
  return done({});
};

/** Readers of the machine's own PC/SC; none where it does not run. */
const realReaders = async (): Promise<readonly ReaderState[]> => {
  const { PcscSupervisor } = await import('../../drivers/pcsc/index.js');
  if (!existsSync(process.env['PCSCLITE_CSOCK_NAME'] ?? '/run/pcscd/pcscd.comm')) return [];
  const supervisor = PcscSupervisor.start();
  return supervisor
    .readers()
    .catch(() => [])
    .finally(() => supervisor.stop());
};

