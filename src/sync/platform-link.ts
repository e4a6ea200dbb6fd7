import { done, type Success } from '../contract/index.js';
import type { CryptoPort } from '../cose/index.js';
import type { Clock, Outbox } from '../outbox/index.js';
import { failureOf, type SyncFailure } from './failure.js';
import { openServerTime, signRequest, type Identity } from './signed-request.js';
import { Pulled, tolerableSkew } from './state.js';
import { Transport, type Answer, type TransportOptions } from './transport.js';

export interface LinkOptions extends TransportOptions, Identity {
  readonly outbox: Outbox;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
}

const noBody = new Uint8Array();
/** A clock that stays right is written down once a minute, not with every answer. */
const noteEvery = 60;

/** Signed requests of an enrolled terminal, and the clock judged by every answer. */
export class PlatformLink {
  readonly pulled: Pulled;
  readonly #options: LinkOptions;
  readonly #transport: Transport;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
    this.pulled = new Pulled(options.outbox.settings);
  }

  /** 2xx and 304 are answers; every other status is its failure. */
  async call(method: 'GET' | 'POST', call: string, body?: Uint8Array, headers: Record<string, string> = {}): Promise<Success<Answer> | SyncFailure> {
    const { clock, crypto } = this.#options;
    const { authorization, nonce } = signRequest(
      this.#options,
      { method, path: this.#transport.path(call), body: body ?? noBody, time: clock.now() },
      crypto,
    );
    const answer = await this.#transport.exchange(method, call, { ...headers, authorization }, body);
    if (!answer.ok) return answer;
    this.#judgeClock(answer.value, nonce);
    const { status } = answer.value;
    return (status >= 200 && status < 300) || status === 304 ? done(answer.value) : failureOf(answer.value, clock.now());
  }

  /** Seconds since 1970 UTC as the platform would say: a clock known to be wrong must not decide whether a list is current. */
  now(): number {
    const judged = this.pulled.clock();
    const own = this.#options.clock.now();
    return judged?.wrong === true ? own + judged.skew : own;
  }

  /** A missing or unsigned time says nothing about the clock; what else the answer is worth shows by its own signature. */
  #judgeClock(answer: Answer, nonce: Uint8Array): void {
    const { clock, crypto, outbox } = this.#options;
    const header = answer.headers.get('server-time');
    if (header === null || header.length > 2_000) return;
    const time = openServerTime(new Uint8Array(Buffer.from(header, 'base64url')), nonce, this.pulled.platformKeys(), crypto);
    if (time === undefined) return;
    const own = clock.now();
    const before = this.pulled.clock();
    const wrong = Math.abs(time - own) > tolerableSkew;
    if (before !== undefined && before.wrong === wrong && Math.abs(time - before.serverTime) < noteEvery) return;
    outbox.boundTime(time);
    this.pulled.setClock(time, own);
  }
}
