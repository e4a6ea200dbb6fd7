import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { CodedError, syncTyp } from '../../src/contract/index.js';
import { decodeCbor, encodeCbor, parseSign1, signSign1, verifySign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import type { Outbox } from '../../src/outbox/index.js';
import { PlatformClient, push, type Pushed, type PushFailure } from '../../src/sync/index.js';
import { clock, platformBox, platformKeys, platformKid, platformSeed, signReceipt, terminalId } from '../outbox/fixture.js';

export const seed = new Uint8Array(32).fill(21);

/** Cuts the connection instead of answering, or never answers. */
export type Act = 'cut' | 'never';
export interface Said {
  readonly status: number;
  readonly body?: Uint8Array | string | undefined;
  readonly headers?: Record<string, string>;
}
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
  /** nonce of the signed request; empty when there is no Authorization */
  readonly nonce: Uint8Array;
}
export type Play = (asked: Asked) => Said | Act | Promise<Said | Act>;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const nonceOf = (authorization: string | undefined): Uint8Array => {
  if (authorization === undefined) return new Uint8Array();
  const sign1 = parseSign1(new Uint8Array(Buffer.from(authorization.replace(/^COSE /, ''), 'base64url')));
  if (sign1.typ !== syncTyp.request || !verifySign1(sign1, nodeCrypto.ed25519.publicKey(seed), nodeCrypto.ed25519)) throw new Error('the request is not signed');
  const map = decodeCbor(sign1.payload) as Map<number, unknown>;
  return map.get(5) as Uint8Array;
};

/** A real HTTP server on the loopback that answers as the test says. */
export async function platformThat(play: Play): Promise<{ baseUrl: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = '', url = '', headers } = request;
    const one: Asked = { method, path: url, headers, body: new Uint8Array(Buffer.concat(parts)), nonce: nonceOf(headers.authorization) };
    asked.push(one);
    const said = await play(one);
    if (said === 'cut') request.socket.destroy();
    else if (said !== 'never') response.writeHead(said.status, said.headers).end(said.body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(599).end(String(error)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export const json = (status: number, body: Record<string, unknown>, headers: Record<string, string> = {}): Said => ({ status, body: JSON.stringify(body), headers });

export const serverTime = (time: number, nonce: Uint8Array, by: Uint8Array = platformSeed): Record<string, string> => ({
  'server-time': Buffer.from(signSign1({ typ: syncTyp.time, kid: platformKid, payload: encodeCbor(new Map<number, unknown>([[1, time], [2, nonce]])), seed: by }, nodeCrypto.ed25519)).toString('base64url'),
});

/** Head and records of a pushed batch, its signature checked. */
export function batchOf(body: Uint8Array): { first: number; last: number; head: Map<number, unknown>; records: unknown[][] } {
  const [batch, records] = decodeCbor(body) as [Uint8Array, unknown[][]];
  const sign1 = parseSign1(batch);
  if (sign1.typ !== syncTyp.batch || !verifySign1(sign1, nodeCrypto.ed25519.publicKey(seed), nodeCrypto.ed25519)) throw new Error('the batch is not signed');
  const head = decodeCbor(sign1.payload) as Map<number, unknown>;
  return { first: head.get(3) as number, last: head.get(4) as number, head, records };
}

/** The receipt that an honest platform gives for a batch. */
export const receiptFor = (body: Uint8Array, quarantined: unknown[] = []): Said => {
  const { head } = batchOf(body);
  const map = new Map<number, unknown>([
    [1, head.get(1)],
    [2, head.get(2)],
    [3, head.get(3)],
    [4, head.get(4)],
    [5, head.get(6)],
    [6, clock.now()],
    [7, quarantined],
    [8, platformBox.publicKey],
  ]);
  return { status: 200, body: signReceipt(map) };
};

export const clientOf = (baseUrl: string, more: { timeoutMs?: number; onServerTime?: (time: number) => void } = {}): PlatformClient =>
  new PlatformClient({
    baseUrl,
    timeoutMs: more.timeoutMs ?? 5_000,
    fetch,
    terminalId,
    seed,
    crypto: nodeCrypto,
    now: clock.now,
    platformKeys: () => platformKeys,
    onServerTime: more.onServerTime ?? (() => undefined),
  });

export const pushTo = (baseUrl: string, outbox: Outbox, timeoutMs = 5_000): Promise<{ readonly ok: true; readonly value: Pushed } | PushFailure> =>
  push({ client: clientOf(baseUrl, { timeoutMs }), outbox, crypto: nodeCrypto, seed, now: clock.now, platformKeys: () => platformKeys });

/** The failure code of a promise that rejects with a CodedError, or of a refused outcome. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    const outcome = await work;
    return typeof outcome === 'object' && outcome !== null && 'code' in outcome ? String(outcome.code) : 'done';
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}
