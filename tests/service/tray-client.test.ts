import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceEvent, TrayCard } from '../../src/contract/index.js';
import { AppService, saveIdentity, type ServiceLog } from '../../src/service/index.js';
import { TrayClient } from '../../src/service/tray-client.js';
import { enrolled, identity, place } from './fixture.js';

const said: string[] = [];
const log: ServiceLog = { info: (event) => said.push(event), warn: (event) => said.push(event), error: (event) => said.push(event), close: () => undefined };
const card = (name: string, inserted = false): TrayCard => ({ name, kind: 'blank', label: { zh: '空白卡', en: 'Blank' }, inserted });

let server: Server;
let url: string;
let cards: unknown;
let puts: unknown[];
let changes: number;
let client: TrayClient | undefined;

beforeEach(async () => {
  [cards, puts, changes] = [[card('one'), card('two')], [], 0];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Uint8Array) => (body += String(chunk)));
    request.on('end', () => {
      if (request.method !== 'PUT') return void response.end(JSON.stringify(cards));
      const { card: name } = JSON.parse(body) as { card: string | null };
      puts.push(name);
      if (name === 'none') return void response.writeHead(400).end();
      cards = [card('one', name === 'one'), card('two', name === 'two')];
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
});
afterEach(async () => {
  client?.stop();
  client = undefined;
  said.length = 0;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const made = (address = url): TrayClient => (client = new TrayClient({ url: address, log, changed: () => (changes += 1), everyMs: 60_000 }));

describe('the tray', () => {
  it('lists, puts down, takes away, and tells when something changed', async () => {
    const tray = made();
    await tray.look();
    const before = changes;
    expect(tray.cards).toEqual([card('one'), card('two')]);
    await tray.look();
    expect(changes).toBe(before);
    expect(await tray.put('two')).toEqual({ ok: true, value: {} });
    expect(tray.cards).toEqual([card('one'), card('two', true)]);
    expect(await tray.put('none')).toMatchObject({ ok: false, code: 'INPUT_INVALID' });
    await tray.put(null);
    expect([puts, tray.cards]).toEqual([['two', 'none', null], [card('one'), card('two')]]);
    expect(changes).toBe(before + 2);
  });

  it('that says something else, or nothing, keeps what was told and is complained of once', async () => {
    const tray = made();
    await tray.look();
    for (const answer of [{}, [{ name: 'x' }], Array(65).fill(card('x'))]) {
      cards = answer;
      await tray.look();
    }
    expect(tray.cards).toHaveLength(2);
    expect(said).toEqual(['tray unreachable']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(tray.put('one')).rejects.toMatchObject({ code: 'READER_SERVICE_DOWN' });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  it.each(['https://127.0.0.1/x', 'http://localhost:1/x', 'http://192.0.2.1/', 'file:///x', 'x'])('lies on this machine; %s does not', (address) => {
    expect(() => made(address)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }) as Error);
  });
});

describe('in the service', () => {
  it('is moved by a workflow and shown in the state', async () => {
    const { data } = place();
    const service = await AppService.start({ folder: data, mode: 'police', log, pcsc: join(data, 'none'), tray: url });
    const events: ServiceEvent[] = [];
    const ui = service.attach((event) => events.push(event));
    const run = randomUUID();
    ui.call({ verb: 'start', run, input: { workflow: 'tray', card: 'one' } });
    await expect.poll(() => events.find((event) => event.event === 'done' && event.run === run)).toBeDefined();
    expect(service.state().tray).toEqual([card('one', true), card('two')]);
    await service.stop();
  });

  it('there is none where there is no tray', async () => {
    const { data } = place();
    const service = await AppService.start({ folder: data, mode: 'police', log, pcsc: join(data, 'none') });
    const events: ServiceEvent[] = [];
    service.attach((event) => events.push(event)).call({ verb: 'start', run: randomUUID(), input: { workflow: 'tray', card: null } });
    await expect.poll(() => events.find((event) => event.event === 'failed')).toMatchObject({ code: 'INPUT_INVALID', detail: 'tray' });
    expect(service.state().tray).toBeNull();
    await service.stop();
  });

  it('is refused under production trust', async () => {
    const { data, keyStore } = enrolled();
    saveIdentity(data, { ...identity(), environment: 2 }, { keyStoreDirectory: keyStore });
    await expect(AppService.start({ folder: data, mode: 'police', log, pcsc: join(data, 'none'), tray: url })).rejects.toMatchObject({ code: 'TRUST_ENVIRONMENT' });
  });
});
