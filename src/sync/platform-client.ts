import { randomBytes } from 'node:crypto';
import { CodedError, syncTyp } from '../contract/index.js';
import { CborError, decodeCbor, encodeCbor, sameBytes, signSign1, type CryptoPort } from '../cose/index.js';
import { openPlatformObject, type PlatformKey } from '../outbox/index.js';
import { refusalOf, send, type Answer, type PlatformRefusal, type Transport } from './http.js';

export interface ClientOptions extends Transport {
  readonly terminalId: string;
  /** Ed25519 seed, 32 bytes */
  readonly seed: Uint8Array;
  readonly crypto: CryptoPort;
  readonly now: () => number;
  /** trusted keys of role 3 */
  readonly platformKeys: () => readonly PlatformKey[];
  /** called with each time that the platform signed for one of our own nonces */
  readonly onServerTime: (time: number) => void;
}

export type Called = { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly refusal: PlatformRefusal };

/** The map of a signed server time, checked against the nonce that was sent (sync.md 2); undefined: not the platform's word. */
export const serverTimeOf = (object: Uint8Array, nonce: Uint8Array, keys: readonly PlatformKey[], crypto: CryptoPort): number | undefined => {
  const opened = openPlatformObject(object, syncTyp.time, keys, crypto);
  if (opened === undefined) return undefined;
  let map: unknown;
  try {
    map = decodeCbor(opened.payload);
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
  if (!(map instanceof Map) || map.size !== 2) return undefined;
  const [time, echoed] = [map.get(1), map.get(2)] as [unknown, unknown];
  if (typeof time !== 'number' || !(echoed instanceof Uint8Array) || !sameBytes(echoed, nonce)) return undefined;
  return time >= opened.signer.from && time <= opened.signer.until ? time : undefined;
};

/** Signed requests of one terminal (sync.md 2). Failures of the network are thrown (CodedError), refusals of the platform are values. */
export class PlatformClient {
  constructor(private readonly options: ClientOptions) {}

  async call(method: 'GET' | 'POST', path: string, body?: Uint8Array, etag?: string): Promise<Called> {
    const { crypto, terminalId, seed, now } = this.options;
    const nonce = new Uint8Array(randomBytes(8));
    const digest = crypto.sha256(body ?? new Uint8Array());
    const payload = encodeCbor(new Map<number, unknown>([[1, method], [2, path], [3, digest], [4, Math.max(0, now())], [5, nonce]]));
    const token = signSign1({ typ: syncTyp.request, kid: new TextEncoder().encode(terminalId), payload, seed }, crypto.ed25519);
    const headers = { authorization: `COSE ${Buffer.from(token).toString('base64url')}`, ...(etag === undefined ? {} : { 'if-none-match': etag }) };
    const answer = await send(this.options, method, path, headers, body);
    this.#time(answer, nonce);
    if (answer.status === 304 || (answer.status >= 200 && answer.status < 300)) return { ok: true, answer };
    return { ok: false, refusal: refusalOf(answer) };
  }

  /** As `call`, for answers that must come: a refusal is thrown under its code. */
  async get(path: string, etag?: string): Promise<Answer> {
    const called = await this.call('GET', path, undefined, etag);
    if (called.ok) return called.answer;
    throw new CodedError(called.refusal.code, path.split('?')[0]);
  }

  #time(answer: Answer, nonce: Uint8Array): void {
    const header = answer.headers.get('server-time');
    if (header === null) return;
    const time = serverTimeOf(new Uint8Array(Buffer.from(header, 'base64url')), nonce, this.options.platformKeys(), this.options.crypto);
    if (time !== undefined) this.options.onServerTime(time);
  }
}
