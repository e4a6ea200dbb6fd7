import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { CodedError, keypadAnswer } from '../../contract/index.js';
import type { AppService } from '../app-service.js';
import type { LogFields, ServiceLog } from '../log.js';
import { Admission, cookieOf, type AdmissionOptions } from './admission.js';
import { onwardPage, securityHeaders, strangerPage } from './page-headers.js';
import { servedFiles, type ServedFile } from './served-files.js';

export interface LoopbackOptions extends AdmissionOptions {
  readonly service: AppService;
  readonly log: ServiceLog;
  /** of the terminal: what its pages may ask the machine for */
  readonly mode: string;
  /** 0: any free one */
  readonly port: number;
  /** folder of the built renderer; without it only the contract is served */
  readonly renderer?: string | undefined;
  /** milliseconds between two pings; who has not answered by the next one is cut off */
  readonly pingMs?: number;
}

/** Largest message taken: a photo of 10,240 bytes in base64 and a whole application, with room. */
export const largestMessage = 128 * 1024;
/** Of a keypad: an id and six digits. */
const largestAnswer = 256;
/** Bytes that may wait for a browser that does not read. */
const mostWaiting = 8 * 1024 * 1024;
const mostConnections = 8;
const refusalsLogged = 60;

type Reason = NonNullable<LogFields['reason']>;

/** Who speaks at the other end; false: what came was none of its messages. */
interface Peer {
  take(message: unknown, bytes: number): boolean;
  close(): void;
}

/** Where a WebSocket may be opened: the clerk's page speaks the contract at one, the holder's keypad hears what is asked and answers at the other. */
const endpoints = ['/contract', '/keypad'] as const;
type Endpoint = (typeof endpoints)[number];

/**
 * The contract, the holder's keypad and the renderer on 127.0.0.1, for a browser that opened a one-time address. Other programs of this machine, pages of other origins and names that
 * somebody lets point here come no further than a refusal.
 */
export class Loopback {
  readonly #options: LoopbackOptions;
  readonly #admission: Admission;
  readonly #files: ReadonlyMap<string, ServedFile>;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessage, perMessageDeflate: false, clientTracking: true });
  readonly #answering = new WeakSet<WebSocket>();
  readonly #ping: NodeJS.Timeout;
  #refused = 0;
  #refusedSince = 0;

  private constructor(options: LoopbackOptions) {
    this.#options = options;
    this.#admission = new Admission(options);
    this.#files = options.renderer === undefined ? new Map() : servedFiles(options.renderer);
    this.#server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16 * 1024 }, (request, response) => this.#answer(request, response));
    this.#server.maxConnections = 64;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#ping = setInterval(() => this.#pingAll(), options.pingMs ?? 15_000).unref();
  }

  /** @throws CodedError INPUT_INVALID: the port is taken */
  static async start(options: LoopbackOptions): Promise<Loopback> {
    const loopback = new Loopback(options);
    await new Promise<void>((resolve, reject) => {
      loopback.#server.once('error', (cause) => reject(new CodedError('INPUT_INVALID', '--listen', { cause })));
      loopback.#server.listen(options.port, '127.0.0.1', resolve);
    });
    options.log.info('page served from', { port: loopback.port });
    return loopback;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** May be opened once, within minutes. */
  address(): string {
    return `http://${this.#host}/?token=${this.#admission.token()}`;
  }

  /** Takes no new connection; those that are open hear the end of what goes on. */
  stopListening(): void {
    clearInterval(this.#ping);
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** What was told is on its way to who reads. */
  async close(): Promise<void> {
    const closed = [...this.#sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.#sockets.clients) socket.close(1001);
    await Promise.race([Promise.all(closed), new Promise((resolve) => setTimeout(resolve, 1_000))]);
    this.#server.closeAllConnections();
  }

  get #host(): string {
    return `127.0.0.1:${this.port}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = this.#pathOf(request);
    if (path === undefined) return this.#refuse(response, 421, 'host');
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#refuse(response, 405, 'method');
    const token = request.method === 'GET' && path.pathname === '/' ? path.searchParams.get('token') : null;
    if (token !== null) return this.#admit(token, response);
    if (!this.#admission.knows(cookieOf(request.headers.cookie, this.port))) return this.#refuse(response, 403, 'cookie');
    const file = path.search === '' ? this.#files.get(path.pathname) : undefined;
    if (file === undefined) return this.#refuse(response, 404, 'path');
    const body = file.read();
    if (body === undefined) return this.#refuse(response, 404, 'path');
    response.writeHead(200, { ...this.#headers(path.pathname), 'content-type': file.type, 'content-length': body.length, 'cache-control': file.cacheControl });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #admit(token: string, response: ServerResponse): void {
    const cookie = this.#admission.admit(token);
    if (cookie === undefined) return this.#refuse(response, 403, 'token');
    this.#options.log.info('browser let in');
    // A page that goes on by itself, not a redirect: a browser that came from elsewhere (a file of its launcher) sends a strict cookie only from our own page.
    response.writeHead(200, { ...this.#headers(), 'content-type': 'text/html; charset=utf-8', 'set-cookie': Admission.header(this.port, cookie), 'cache-control': 'no-store' });
    response.end(onwardPage);
  }

  /** Without a path: a page that is nobody's, and may nothing. */
  #headers(path?: string): Readonly<Record<string, string>> {
    return securityHeaders(path === undefined ? '' : this.#options.mode, path ?? '');
  }

  #refuse(response: ServerResponse, status: number, reason: Reason): void {
    // A path that is not there is no stranger.
    if (reason !== 'path') this.#tellRefusal(reason);
    const body = Buffer.from(status === 403 ? strangerPage : '');
    response.writeHead(status, { ...this.#headers(), 'content-type': 'text/html; charset=utf-8', 'content-length': body.length, 'cache-control': 'no-store', connection: 'close' });
    response.end(body);
  }

  /** The address of a request to this very host; a name that was made to point here (DNS rebinding) is not ours. */
  #pathOf(request: IncomingMessage): URL | undefined {
    if (request.headers.host !== this.#host) return undefined;
    const url = request.url ?? '';
    return url.startsWith('/') && URL.canParse(url, `http://${this.#host}`) ? new URL(url, `http://${this.#host}`) : undefined;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    socket.on('error', () => socket.destroy());
    const endpoint = this.#endpointOf(request);
    if (typeof endpoint === 'object') {
      this.#tellRefusal(endpoint.refused);
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, Buffer.from(head), (opened) => this.#serve(opened, endpoint));
  }

  #endpointOf(request: IncomingMessage): Endpoint | { readonly refused: Reason } {
    const path = this.#pathOf(request);
    if (path === undefined) return { refused: 'host' };
    const endpoint = path.search === '' ? endpoints.find((each) => each === path.pathname) : undefined;
    if (endpoint === undefined) return { refused: 'path' };
    if (request.headers.origin !== `http://${this.#host}`) return { refused: 'origin' };
    if (!this.#admission.knows(cookieOf(request.headers.cookie, this.port))) return { refused: 'cookie' };
    return this.#sockets.clients.size >= mostConnections ? { refused: 'many' } : endpoint;
  }

  #serve(socket: WebSocket, endpoint: Endpoint): void {
    const { log } = this.#options;
    this.#answering.add(socket);
    const peer = endpoint === '/contract' ? this.#contract(socket) : this.#keypad(socket);
    log.info('connection opened', { connections: this.#sockets.clients.size });
    socket.on('pong', () => this.#answering.add(socket));
    socket.on('message', (data, binary) => {
      const message = binary ? undefined : parsedJson(data as Buffer);
      if (message === undefined) return this.#cut(socket, 'json');
      if (!peer.take(message, (data as Buffer).length)) this.#cut(socket, 'call');
    });
    // Too large, no UTF-8, not the protocol: ws closes with the code for it.
    socket.on('error', () => this.#tellRefusal('size'));
    socket.on('close', () => {
      peer.close();
      log.info('connection closed', { connections: this.#sockets.clients.size });
    });
  }

  #contract(socket: WebSocket): Peer {
    const ui = this.#options.service.attach((event) => this.#send(socket, event));
    return { take: (call) => ui.call(call), close: () => ui.detach() };
  }

  /** Nothing of the contract is told here, and no digit leaves it but to the service. */
  #keypad(socket: WebSocket): Peer {
    const pad = this.#options.service.attachKeypad((ask) => this.#send(socket, { ask }));
    return {
      take: (message, bytes) => {
        const answer = bytes > largestAnswer ? undefined : keypadAnswer.safeParse(message).data;
        if (answer !== undefined) pad.answer(answer);
        return answer !== undefined;
      },
      close: () => pad.close(),
    };
  }

  #send(socket: WebSocket, message: unknown): void {
    if (socket.bufferedAmount > mostWaiting) return this.#cut(socket, 'slow');
    socket.send(JSON.stringify(message));
  }

  #cut(socket: WebSocket, reason: Reason): void {
    this.#tellRefusal(reason);
    if (reason === 'slow' || reason === 'dead') socket.terminate();
    else socket.close(1008);
  }

  #pingAll(): void {
    for (const socket of this.#sockets.clients) {
      if (!this.#answering.delete(socket)) this.#cut(socket, 'dead');
      else socket.ping();
    }
  }

  /** Network events are logged, and nobody fills a disk with them. */
  #tellRefusal(reason: Reason): void {
    const now = performance.now();
    if (now - this.#refusedSince > 60_000) {
      if (this.#refused > refusalsLogged) this.#options.log.warn('browser refused', { skipped: this.#refused - refusalsLogged });
      this.#refusedSince = now;
      this.#refused = 0;
    }
    this.#refused += 1;
    if (this.#refused <= refusalsLogged) this.#options.log.warn('browser refused', { reason });
  }
}

const parsedJson = (data: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};
