import { verifySign1, type CryptoPort } from '../cose/index.js';
import { bytesBetween, decodeMap, mapOf, oneOf, text, time, uint } from './fields.js';
import { encodeChecked, labelled } from './labels.js';
import { notAuthentic, parsed, parseSigned, type NotAuthentic } from './signed.js';
import { findTrustedKey } from './trust.js';
import { permitTyp, type TrustList } from './trust-payloads.js';

/** 0 valid, 1 cancelled or lost, 2 suspended by decision, 3 not confirmed (payload.md 5). */
export type Status = 0 | 1 | 2 | 3;

/** zlib (RFC 1950) inflate, handed in. Must throw rather than give more than `limit` bytes. */
export type Inflate = (deflated: Uint8Array, limit: number) => Uint8Array;

/** CWT claims of a Status List Token. */
export interface StatusListClaims {
  /** sub */
  readonly uri: string;
  readonly issuedAt: number;
  readonly expires: number;
  /** seconds */
  readonly ttl: number;
  /** zlib of the packed list */
  readonly deflated: Uint8Array;
}

/** Largest list accepted: 64 million entries; a small file must not become all of memory. */
const largestPacked = 16 * 1024 * 1024;

/** Throws PayloadError. */
export const decodeStatusListToken = (bytes: Uint8Array): StatusListClaims =>
  decodeMap(bytes, 'StatusListToken', (map) => {
    const claims = { uri: map.required(2, text(200)), expires: map.required(4, time), issuedAt: map.required(6, time), ttl: map.required(65534, uint) };
    const deflated = map.required(
      65533,
      mapOf((list) => (list.required('bits', oneOf(2)), list.required('lst', bytesBetween(1, largestPacked)))),
    );
    return { ...claims, deflated };
  });

export const encodeStatusListToken = (claims: StatusListClaims): Uint8Array =>
  encodeChecked(
    labelled([
      [2, claims.uri],
      [4, claims.expires],
      [6, claims.issuedAt],
      [65533, { bits: 2, lst: claims.deflated }],
      [65534, claims.ttl],
    ]),
    decodeStatusListToken,
  );

/** A status list in memory. `get` is a few array reads: there is no parsing left to do. */
export class StatusList {
  /** @param packed two bits an entry, least significant first (IETF Token Status List 4.1) */
  constructor(
    readonly packed: Uint8Array,
    readonly uri: string,
    readonly issuedAt: number,
    readonly expires: number,
    readonly ttl: number,
  ) {}

  /** Entries, padding of the last byte included. */
  get size(): number {
    return this.packed.length * 4;
  }

  /** The status of an index; undefined beyond the list (查无). */
  get(index: number): Status | undefined {
    const byte = Number.isSafeInteger(index) && index >= 0 ? this.packed[Math.floor(index / 4)] : undefined;
    return byte === undefined ? undefined : (((byte >> ((index % 4) * 2)) & 3) as Status);
  }
}

/**
 * Packs statuses, two bits each. Dense: one byte a status. Sparse: pairs of index and status, everything else is `rest`. What is left of
 * the last byte is 3: a padding entry must never read as valid. Throws RangeError for an index or a status that does not fit.
 */
export const packStatuses = (statuses: Uint8Array | Iterable<readonly [number, Status]>, size: number, rest: Status = 0): Uint8Array => {
  const packed = new Uint8Array(Math.ceil(size / 4)).fill(rest * 0x55);
  const put = (index: number, status: number): void => {
    const fits = Number.isInteger(index) && index >= 0 && index < packed.length * 4 && status >= 0 && status <= 3;
    if (!fits) throw new RangeError('status or index does not fit');
    const [at, shift] = [index >>> 2, (index & 3) * 2];
    packed[at] = ((packed[at] ?? 0) & ~(3 << shift)) | (status << shift);
  };
  if (statuses instanceof Uint8Array) {
    if (statuses.length !== size) throw new RangeError('one status for each entry expected');
    for (let index = 0; index < size; index += 1) put(index, statuses[index] ?? 0);
  } else {
    for (const [index, status] of statuses) {
      if (index >= size) throw new RangeError('status or index does not fit');
      put(index, status);
    }
  }
  for (let index = size; index < packed.length * 4; index += 1) put(index, 3);
  return packed;
};

type Parsed = { readonly ok: true; readonly list: StatusList } | NotAuthentic;

/** Verifies a Status List Token (COSE_Sign1, 2 bits) under a 32-byte Ed25519 key and unpacks it. Its age is judged by the verdict. */
export const parseStatusListToken = (bytes: Uint8Array, publicKey: Uint8Array, crypto: CryptoPort, inflate: Inflate): Parsed => {
  const sign1 = parsed(() => parseSigned(bytes, permitTyp.statusList), 'parse', 'status-list-malformed');
  if (!sign1.ok) return sign1;
  if (!verifySign1(sign1.value, publicKey, crypto.ed25519)) return notAuthentic('signature', 'SIGNATURE_INVALID', 'status-list-signature');
  const claims = parsed(() => decodeStatusListToken(sign1.value.payload), 'parse', 'status-list-malformed');
  if (!claims.ok) return claims;
  const { uri, issuedAt, expires, ttl, deflated } = claims.value;
  try {
    return { ok: true, list: new StatusList(inflate(deflated, largestPacked), uri, issuedAt, expires, ttl) };
  } catch {
    // Signed and still not zlib: the port's error is of the engine's making and says nothing a person could use.
    return notAuthentic('parse', 'PAYLOAD_INVALID', 'status-list-zlib');
  }
};

/** The same under the trust list: the kid must name a key of role 2 that was in force when the list was issued. */
export const verifyStatusListToken = (bytes: Uint8Array, trust: TrustList, crypto: CryptoPort, inflate: Inflate): Parsed => {
  const sign1 = parsed(() => parseSigned(bytes, permitTyp.statusList), 'parse', 'status-list-malformed');
  if (!sign1.ok) return sign1;
  const key = findTrustedKey(trust, sign1.value.kid, 2);
  if (key === undefined) return notAuthentic('chain', 'SIGNER_UNKNOWN', 'status-list-signer-unknown');
  const result = parseStatusListToken(bytes, key.publicKey, crypto, inflate);
  const outside = result.ok && (result.list.issuedAt < key.from || result.list.issuedAt > key.until);
  return outside ? notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'status-list-signer-window') : result;
};
