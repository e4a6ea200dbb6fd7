import { CoseError, parseSign1, sameBytes, verifySign1, type CryptoPort } from '../cose/index.js';

/** A key of the platform (trust list role 3) with the time it may sign in, seconds since 1970 UTC. `kid` 8 bytes, `key` Ed25519 32 bytes. */
export interface PlatformKey {
  readonly kid: Uint8Array;
  readonly key: Uint8Array;
  readonly from: number;
  readonly until: number;
}

/**
 * The payload of an object that the platform signed (COSE_Sign1, tagged), and the key that did; undefined when it does not parse, has
 * another `typ`, or verifies under none of `keys`. A kid in the object narrows the choice. The caller checks the key's time against
 * the time that the payload names.
 */
export function openPlatformObject(
  bytes: Uint8Array,
  typ: string,
  keys: readonly PlatformKey[],
  crypto: CryptoPort,
): { readonly payload: Uint8Array; readonly signer: PlatformKey } | undefined {
  let sign1: ReturnType<typeof parseSign1>;
  try {
    sign1 = parseSign1(bytes, { tagged: true });
  } catch (error) {
    if (error instanceof CoseError) return undefined;
    throw error;
  }
  if (sign1.typ !== typ) return undefined;
  const { kid } = sign1;
  const signer = keys.find((k) => (kid === undefined || sameBytes(k.kid, kid)) && verifySign1(sign1, k.key, crypto.ed25519));
  return signer === undefined ? undefined : { payload: sign1.payload, signer };
}
