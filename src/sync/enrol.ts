import { done, failed, syncTyp, type Success } from '../contract/index.js';
import { CoseError, decodeCbor, encodeCbor, okpKey, parseOkpKey, sameBytes, sealingKeyPair, signSign1, type CryptoPort } from '../cose/index.js';
import type { Clock, PlatformKey, Settings } from '../outbox/index.js';
import { parseEnrolmentCode } from './enrolment-code.js';
import { failureOf, type SyncFailure } from './failure.js';
import { openServerTime } from './signed-request.js';
import { Pulled } from './state.js';
import { Transport, type TransportOptions } from './transport.js';
import type { Verifiers } from './verifiers.js';

export interface EnrolOptions extends TransportOptions {
  /** as the administrator handed it over */
  readonly code: string;
  readonly name: string;
  /** Ed25519 seed of the new terminal, 32 bytes; kept by the caller before the call, since a lost answer is asked for again with the same keys */
  readonly seed: Uint8Array;
  /** X25519 secret key of the new terminal, 32 bytes */
  readonly boxSecret: Uint8Array;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  readonly verifiers: Pick<Verifiers, 'trustList'>;
}

/** What an enrolled terminal keeps: its id, the pinned root (Ed25519, 32 bytes), the platform's X25519 key, and the first trust list, verified. */
export interface Enrolment {
  readonly terminalId: string;
  readonly root: Uint8Array;
  readonly platformSealingKey: Uint8Array;
  readonly trustList: Uint8Array;
  readonly trustNumber: number;
  readonly platformKeys: readonly PlatformKey[];
  readonly serverTime: number;
  /** this machine's own time at that moment */
  readonly enrolledAt: number;
}

interface EnrolAnswer {
  readonly terminalId: string;
  readonly rootKey: unknown;
  readonly trustList: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly time: Uint8Array;
}

function parseAnswer(body: Uint8Array): EnrolAnswer | undefined {
  const map = decodeCbor(body);
  if (!(map instanceof Map) || map.size !== 5) return undefined;
  const [terminalId, rootKey, trustList, sealingKey, time]: unknown[] = [1, 2, 3, 4, 5].map((label) => map.get(label));
  if (typeof terminalId !== 'string' || terminalId === '' || terminalId.length > 64) return undefined;
  if (!(trustList instanceof Uint8Array) || !(sealingKey instanceof Uint8Array) || sealingKey.length !== 32 || !(time instanceof Uint8Array)) return undefined;
  return { terminalId, rootKey, trustList, sealingKey, time };
}

/** The time that the answer claims; nothing is decided by it alone: the time object is verified after the trust list that names its key. */
function claimedTime(object: Uint8Array): number | undefined {
  const tagged = decodeCbor(object);
  const fields: unknown = typeof tagged === 'object' && tagged !== null && 'contents' in tagged ? tagged.contents : undefined;
  const payload: unknown = Array.isArray(fields) ? fields[2] : undefined;
  const map = payload instanceof Uint8Array ? decodeCbor(payload) : undefined;
  const time: unknown = map instanceof Map ? map.get(1) : undefined;
  return typeof time === 'number' ? time : undefined;
}

/**
 * Enrols a new terminal (sync.md 1). The root is pinned by the hash in the code; everything else must verify under it, or nothing is kept.
 * A machine whose clock is wrong enrols all the same and is told so by `serverTime`.
 */
export async function enrol(options: EnrolOptions): Promise<Success<Enrolment> | SyncFailure> {
  const { crypto, clock, seed } = options;
  const code = parseEnrolmentCode(options.code);
  if (code === undefined) return failed('ENROL_CODE_WRONG', 'not 32 symbols of Crockford base 32');
  const payload = encodeCbor(
    new Map<number, unknown>([
      [1, code.secret],
      [2, options.name],
      [3, okpKey(crypto.ed25519.publicKey(seed))],
      [4, sealingKeyPair(options.boxSecret).publicKey],
    ]),
  );
  const body = signSign1({ typ: syncTyp.enrol, payload, seed }, crypto.ed25519);
  const answered = await new Transport(options).exchange('POST', '/v1/terminals/enrol', {}, body);
  if (!answered.ok) return answered;
  if (answered.value.status !== 201) {
    return answered.value.status >= 300 ? failureOf(answered.value, clock.now()) : failed('PLATFORM_ANSWER_INVALID', `HTTP ${answered.value.status}`);
  }
  try {
    const answer = parseAnswer(answered.value.body);
    if (answer === undefined) return failed('PLATFORM_ANSWER_INVALID', 'shape');
    const root = parseOkpKey(answer.rootKey);
    if (!sameBytes(crypto.sha256(encodeCbor(okpKey(root))).slice(0, 10), code.rootHash)) return failed('ROOT_MISMATCH');
    const claimed = claimedTime(answer.time);
    if (claimed === undefined) return failed('PLATFORM_ANSWER_INVALID', 'server time');
    const trust = options.verifiers.trustList(answer.trustList, root, claimed);
    if (!trust.ok) return trust;
    const serverTime = openServerTime(answer.time, code.secret.slice(0, 8), trust.value.platformKeys, crypto);
    if (serverTime === undefined) return failed('PLATFORM_ANSWER_INVALID', 'server time');
    return done({
      terminalId: answer.terminalId,
      root,
      platformSealingKey: answer.sealingKey,
      trustList: answer.trustList,
      trustNumber: trust.value.number,
      platformKeys: trust.value.platformKeys,
      serverTime,
      enrolledAt: clock.now(),
    });
  } catch (error) {
    if (error instanceof CoseError) return failed('PLATFORM_ANSWER_INVALID', 'encoding');
    throw error;
  }
}

/** Puts what the enrolment brought into the new terminal's outbox: without the trust list no receipt verifies. */
export function keepEnrolment(settings: Settings, enrolment: Enrolment): void {
  const pulled = new Pulled(settings);
  pulled.setTrust(enrolment.trustList, undefined, enrolment.trustNumber, enrolment.platformKeys);
  pulled.setClock(enrolment.serverTime, enrolment.enrolledAt);
}
