import { once } from 'node:events';
import { Agent, createServer, request, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/cli/invented/random.js';
import { errorAnswers, type NetworkFault } from './network-faults.js';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
interface PlatformAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Where a push is on its way. */
export type Stage = 'received' | 'forwarded' | 'answered';

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

/** What stands between terminal and platform: takes whole calls, and does to them what was planned. Counts a fault when it was done, not when it was planned. */
export class FaultyProxy {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;
  readonly #plans: Record<'push' | 'pull', (NetworkFault | 'none')[]> = { push: [], pull: [] };
  readonly #earlier: { readonly call: Call; readonly answer: PlatformAnswer }[] = [];
  #late: Call | undefined;
  platformPort = 0;
  /** for who wants to do something at a certain moment of a push */
  onPush: (stage: Stage) => void | Promise<void> = () => undefined;

  constructor(
    private readonly random: Random,
    private readonly count: (fault: NetworkFault) => void,
  ) {
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch(() => outgoing.destroy());
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  plan(on: 'push' | 'pull', faults: readonly (NetworkFault | 'none')[]): void {
    this.#plans[on].push(...faults);
  }
  get planned(): number {
    return [...this.#plans.push, ...this.#plans.pull].filter((fault) => fault !== 'none').length;
  }
  /** What is planned for the next push. */
  get next(): NetworkFault | 'none' {
    return this.#plans.push[0] ?? 'none';
  }
  clear(): void {
    this.#plans.push.length = 0;
    this.#plans.pull.length = 0;
    this.onPush = () => undefined;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const isPush = method === 'POST' && url !== '/v1/terminals/enrol';
    const fault = this.#plans[isPush ? 'push' : 'pull'].shift() ?? 'none';
    if (fault === 'connection-refused') {
      this.count(fault);
      incoming.socket.resetAndDestroy();
      return;
    }
    const call: Call = { method, url, headers, body: await bodyOf(incoming) };
    if (isPush) await this.onPush('received');
    const done = await this.#instead(fault, call, outgoing);
    if (done) return;
    const answering = this.#forward(call);
    // Settled below; until then a platform that dies meanwhile must not count as a rejection that nobody awaits.
    answering.catch(() => undefined);
    if (isPush) await this.onPush('forwarded');
    let answer = await answering;
    if (isPush) {
      await this.onPush('answered');
      if (answer.status === 200) this.#remember(call, answer);
      await this.#deliverLate();
    }
    if (fault === 'request-duplicated') {
      this.count(fault);
      answer = await this.#forward(call);
    }
    await this.#answer(fault, answer, outgoing);
  }

  /** Faults that keep a call from the platform or stand before it. True: the terminal has all the answer that it will get. */
  async #instead(fault: NetworkFault | 'none', call: Call, outgoing: ServerResponse): Promise<boolean> {
    switch (fault) {
      case 'request-lost':
        this.count(fault);
        outgoing.destroy();
        return true;
      case 'request-late':
        this.count(fault);
        this.#late = call;
        outgoing.destroy();
        return true;
      case 'partition':
        // Nothing ever comes back: the terminal's own time limit ends it.
        this.count(fault);
        await Promise.race([once(outgoing, 'close'), sleep(5_000)]);
        outgoing.destroy();
        return true;
      case 'request-replayed': {
        const earlier = this.#earlier.length === 0 ? undefined : this.random.pick(this.#earlier);
        if (earlier !== undefined) {
          this.count(fault);
          await this.#forward(earlier.call);
        }
        return false;
      }
      case 'receipt-replayed': {
        const earlier = this.#earlier.length === 0 ? undefined : this.random.pick(this.#earlier);
        if (earlier === undefined) return false;
        this.count(fault);
        this.#send(earlier.answer, outgoing);
        return true;
      }
      case 'delayed':
        this.count(fault);
        await sleep(this.random.between(5, 80));
        return false;
      default: {
        const { [fault]: answer } = errorAnswers as Readonly<Record<string, (typeof errorAnswers)[keyof typeof errorAnswers] | undefined>>;
        if (answer === undefined || fault === 'none') return false;
        this.count(fault);
        const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body(this.random);
        outgoing.writeHead(answer.status, { 'content-type': answer.type }).end(body);
        return true;
      }
    }
  }

  /** What the terminal gets of the platform's answer. */
  async #answer(fault: NetworkFault | 'none', answer: PlatformAnswer, outgoing: ServerResponse): Promise<void> {
    switch (fault) {
      case 'answer-lost':
        this.count(fault);
        outgoing.destroy();
        return;
      case 'answer-cut': {
        this.count(fault);
        outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length }).write(answer.body.subarray(0, answer.body.length >> 1), () => outgoing.destroy());
        return;
      }
      case 'answer-altered': {
        if (answer.body.length === 0) break;
        this.count(fault);
        const body = Buffer.from(answer.body);
        const at = this.random.between(0, body.length - 1);
        body.writeUInt8(body.readUInt8(at) ^ (1 << this.random.between(0, 7)), at);
        this.#send({ ...answer, body }, outgoing);
        return;
      }
      case 'slow': {
        this.count(fault);
        outgoing.writeHead(answer.status, answer.headers);
        const step = Math.max(1, answer.body.length >> 3);
        for (let at = 0; at < answer.body.length; at += step) {
          outgoing.write(answer.body.subarray(at, at + step));
          await sleep(3);
        }
        outgoing.end();
        return;
      }
      default:
    }
    this.#send(answer, outgoing);
  }

  #send({ status, headers, body }: PlatformAnswer, outgoing: ServerResponse): void {
    outgoing.writeHead(status, headers).end(body);
  }

  #remember(call: Call, answer: PlatformAnswer): void {
    this.#earlier.push({ call, answer });
    if (this.#earlier.length > 24) this.#earlier.shift();
  }

  /** A push that was held back arrives after a later one. */
  async #deliverLate(): Promise<void> {
    const late = this.#late;
    this.#late = undefined;
    if (late !== undefined) await this.#forward(late);
  }

  async #forward({ method, url, headers, body }: Call): Promise<PlatformAnswer> {
    const outgoing = request({ host: '127.0.0.1', port: this.platformPort, method, path: url, headers: { ...headers, host: 'platform.invalid' }, agent: this.#agent });
    outgoing.end(body);
    const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
    const answered = await bodyOf(message);
    const { connection: _connection, 'keep-alive': _keepAlive, 'transfer-encoding': _encoding, ...kept } = message.headers;
    return { status: message.statusCode ?? 502, headers: kept, body: answered };
  }
}
