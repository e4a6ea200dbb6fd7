import { done, failed, type Failure, type Success } from '../contract/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface TransportOptions {
  /** e.g. `https://platform.example`; a path in it is kept */
  readonly baseUrl: string;
  /** the platform's HTTP, Node's fetch by default */
  readonly fetch?: typeof fetch | undefined;
  /** milliseconds for a whole exchange, the body included; default 30,000 */
  readonly timeout?: number | undefined;
}

/** The longest answer that is read: a status list of some millions of entries is under 2 MiB. */
const longestAnswer = 16 * 1024 * 1024;

async function readBody(response: Response): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  if (response.body !== null) {
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      length += part.length;
      // Leaving the loop cancels the stream: an endless answer costs this much and no more.
      if (length > longestAnswer) return undefined;
      parts.push(part);
    }
  }
  const body = new Uint8Array(length);
  parts.reduce((at, part) => (body.set(part, at), at + part.length), 0);
  return body;
}

/** One HTTP exchange. What the network does wrong becomes a value here and nowhere else. Connections are kept alive by fetch itself. */
export class Transport {
  readonly #base: URL;
  readonly #fetch: typeof fetch;
  readonly #timeout: number;

  constructor(options: TransportOptions) {
    this.#base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
    this.#fetch = options.fetch ?? fetch;
    this.#timeout = options.timeout ?? 30_000;
  }

  /** The path with query that a request signature covers (sync.md 2). */
  path(call: string): string {
    const url = new URL(call.replace(/^\//, ''), this.#base);
    return url.pathname + url.search;
  }

  async exchange(method: 'GET' | 'POST', call: string, headers: Record<string, string>, body?: Uint8Array): Promise<Success<Answer> | Failure> {
    const signal = AbortSignal.timeout(this.#timeout);
    try {
      const response = await this.#fetch(new URL(call.replace(/^\//, ''), this.#base), {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/cbor' },
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
        // A redirect would carry a signed request to somebody else.
        redirect: 'manual',
        signal,
      });
      const read = await readBody(response);
      if (read === undefined) return failed('PLATFORM_ANSWER_INVALID', 'too long');
      return done({ status: response.status, headers: response.headers, body: read });
    } catch (error) {
      if (signal.aborted) return failed('PLATFORM_TIMEOUT');
      // fetch throws TypeError for everything the network does: refused, reset, cut, no name, bad certificate. Its cause holds the system's code.
      if (error instanceof TypeError) return failed('PLATFORM_UNREACHABLE', systemCode(error));
      throw error;
    }
  }
}

function systemCode(error: TypeError): string | undefined {
  const { cause } = error;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
