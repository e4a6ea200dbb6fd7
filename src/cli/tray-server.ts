import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { PcscSupervisor } from '../../drivers/pcsc/index.js';
import type { TrayCard } from '../contract/index.js';
import { findReader, putCard, shelf, takeCard } from './cards.js';
import type { DataFolder } from './data-folder.js';
import { readLabels, trayOf } from './start-data/labels.js';

const order = z.strictObject({ card: z.string().max(80).nullable() });
const longestBody = 1_000;

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > longestBody) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * The tray of virtual cards of `npm start` (docs/app.md): `GET` lists them, `PUT` with `{"card": name|null}` puts one on the virtual reader or takes away what lies there. Loopback
 * only; the address holds a token of this start, so other programs of this machine cannot move its cards. It moves cards and knows nothing of what is on them.
 */
export class TrayServer {
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response).catch(() => response.headersSent || response.writeHead(500).end());
  });
  readonly #path = `/${randomBytes(16).toString('hex')}/tray`;
  #readers: PcscSupervisor | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(private readonly folder: DataFolder) {}

  static async start(folder: DataFolder): Promise<TrayServer> {
    const tray = new TrayServer(folder);
    tray.#server.listen(0, '127.0.0.1');
    await once(tray.#server, 'listening');
    return tray;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}${this.#path}`;
  }

  list(): TrayCard[] {
    return trayOf(shelf(this.folder), readLabels(this.folder));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#turn.catch(() => undefined);
    await this.#readers?.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== this.#path) return void response.writeHead(404).end();
    if (request.method === 'GET') return this.#send(response, this.list());
    if (request.method !== 'PUT') return void response.writeHead(405, { allow: 'GET, PUT' }).end();
    const asked = order.safeParse(await bodyOf(request));
    if (!asked.success) return void response.writeHead(400).end();
    const moved = await this.#inTurn(() => this.#move(asked.data.card));
    if (moved) this.#send(response, this.list());
    else response.writeHead(404).end();
  }

  /** False: there is no such card. */
  async #move(card: string | null): Promise<boolean> {
    if (card === null) {
      // An empty reader is what was asked for.
      await takeCard(this.folder);
      return true;
    }
    if (!shelf(this.folder).some(({ name, lifeCycle }) => name === card && lifeCycle !== 'unreadable')) return false;
    return (await putCard(this.folder, card, 0, undefined, () => this.#watcher().readers())).ok;
  }

  #watcher(): PcscSupervisor {
    const socket = findReader(this.folder)?.socket;
    return (this.#readers ??= PcscSupervisor.start(socket === undefined ? {} : { env: { PCSCLITE_CSOCK_NAME: socket } }));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #send(response: ServerResponse, cards: readonly TrayCard[]): void {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    response.end(JSON.stringify(cards));
  }
}
