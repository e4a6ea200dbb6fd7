import { syncTyp } from '../contract/index.js';
import { CborError, decodeCbor, encodeCbor, randomBytes, sameBytes, signSign1, utf8, type CryptoPort } from '../cose/index.js';
import { openPlatformObject, type PlatformKey } from '../outbox/index.js';

export interface Identity {
  readonly terminalId: string;
  /** Ed25519 seed, 32 bytes */
  readonly seed: Uint8Array;
}

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');

/** The Authorization header of sync.md 2 and its nonce, which the answer's Server-Time repeats. */
export function signRequest(
  identity: Identity,
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array; readonly time: number },
  crypto: CryptoPort,
): { readonly authorization: string; readonly nonce: Uint8Array } {
  const nonce = randomBytes(8);
  const payload = encodeCbor(
    new Map<number, unknown>([
      [1, request.method],
      [2, request.path],
      [3, crypto.sha256(request.body)],
      [4, request.time],
      [5, nonce],
    ]),
  );
  const object = signSign1({ typ: syncTyp.request, kid: utf8(identity.terminalId), payload, seed: identity.seed }, crypto.ed25519);
  return { authorization: `COSE ${base64url(object)}`, nonce };
}

/** The time in a server time object (sync.md 2); undefined unless a key of the platform signed it, within its time, for this nonce. */
export function openServerTime(object: Uint8Array, nonce: Uint8Array, keys: readonly PlatformKey[], crypto: CryptoPort): number | undefined {
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
  const time: unknown = map.get(1);
  const echoed: unknown = map.get(2);
  if (typeof time !== 'number' || !Number.isSafeInteger(time) || !(echoed instanceof Uint8Array) || !sameBytes(echoed, nonce)) return undefined;
  return time >= opened.signer.from && time <= opened.signer.until ? time : undefined;
}
