import { coseKeyId, latin1Of, okpKey, sameBytes, verifySign1, type CryptoPort } from '../cose/index.js';
import { notAuthentic, parsed, parseSigned, type NotAuthentic } from './signed.js';
import { decodeDelegation, decodeTrustList, permitTyp, type Delegation, type TrustedKey, type TrustEnvironment, type TrustList } from './trust-payloads.js';

/** How far another machine's clock may run before ours (payload.md 2.3). */
export const clockTolerance = 300;

/**
 * Verifies a trust list under the pinned root (32-byte Ed25519 key): payload.md 2.1. A list past its next update still verifies; the
 * verdict says `trust-list-stale`. That its number grows is for the caller to compare with the list it holds.
 */
export const verifyTrustList = (
  bytes: Uint8Array,
  root: Uint8Array,
  environment: TrustEnvironment,
  crypto: CryptoPort,
  now: number,
): { readonly ok: true; readonly trust: TrustList } | NotAuthentic => {
  const sign1 = parsed(() => parseSigned(bytes, permitTyp.trustList), 'parse', 'trust-list-malformed');
  if (!sign1.ok) return sign1;
  const list = parsed(() => decodeTrustList(sign1.value.payload), 'parse', 'trust-list-malformed');
  if (!list.ok) return list;
  const kid = sign1.value.kid;
  if (kid === undefined || !sameBytes(kid, coseKeyId(okpKey(root), crypto.sha256))) return notAuthentic('chain', 'SIGNER_UNKNOWN', 'root-unknown');
  if (!verifySign1(sign1.value, root, crypto.ed25519)) return notAuthentic('signature', 'SIGNATURE_INVALID', 'trust-list-signature');
  const trust = list.value;
  if (trust.environment !== environment) return notAuthentic('chain', 'TRUST_ENVIRONMENT', 'trust-environment');
  if (trust.issuedAt > now + clockTolerance) return notAuthentic('chain', 'CLOCK_WRONG', 'trust-list-from-future');
  const named = trust.keys.every((key) => sameBytes(key.kid, coseKeyId(okpKey(key.publicKey), crypto.sha256)));
  return named ? { ok: true, trust } : notAuthentic('parse', 'PAYLOAD_INVALID', 'trust-list-kid');
};

/** The trusted key of a kid, if it has the role. */
export const findTrustedKey = (trust: TrustList, kid: Uint8Array | undefined, role: TrustedKey['role']): TrustedKey | undefined =>
  kid === undefined ? undefined : trust.keys.find((key) => key.role === role && sameBytes(key.kid, kid));

const covers = (outer: readonly string[], inner: string): boolean => outer.some((prefix) => inner.startsWith(prefix));

type VerifiedDelegation = { readonly ok: true; readonly delegation: Delegation; readonly issuer: TrustedKey };

/** Certificates that verified, by trust list: many cards carry the same few. A new trust list starts anew; what did not verify is not kept. */
const verified = new WeakMap<TrustList, Map<string, VerifiedDelegation>>();
const verifiedLimit = 256;

/**
 * Verifies a delegation under the trust list: payload.md 2.2 and its signature. What it may sign is `checkAuthority`'s. The same bytes under the same list
 * have the same answer, so they are verified once.
 */
export const verifyDelegation = (kcwt: Uint8Array, trust: TrustList, crypto: CryptoPort): VerifiedDelegation | NotAuthentic => {
  const known = verified.get(trust) ?? new Map<string, VerifiedDelegation>();
  verified.set(trust, known);
  // All of the bytes, not a digest of them: nothing has to be believed of a hash function.
  const name = latin1Of(kcwt);
  const found = known.get(name);
  if (found !== undefined) return found;
  const result = verifyNewDelegation(kcwt, trust, crypto);
  if (!result.ok) return result;
  if (known.size >= verifiedLimit) known.clear();
  known.set(name, result);
  return result;
};

const verifyNewDelegation = (kcwt: Uint8Array, trust: TrustList, crypto: CryptoPort): VerifiedDelegation | NotAuthentic => {
  const sign1 = parsed(() => parseSigned(kcwt, permitTyp.delegation, { tagged: false }), 'parse', 'delegation-malformed');
  if (!sign1.ok) return sign1;
  const claims = parsed(() => decodeDelegation(sign1.value.payload), 'parse', 'delegation-malformed');
  if (!claims.ok) return claims;
  const delegation = claims.value;
  const issuer = findTrustedKey(trust, sign1.value.kid, 1);
  if (issuer === undefined) return notAuthentic('chain', 'SIGNER_UNKNOWN', 'issuer-unknown');
  if (delegation.notBefore < issuer.from || delegation.notBefore > issuer.until) return notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'issuer-window');
  const allowed = issuer.prefixes;
  if (allowed !== undefined && !delegation.prefixes.every((prefix) => covers(allowed, prefix))) {
    return notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'issuer-area');
  }
  if (!verifySign1(sign1.value, issuer.publicKey, crypto.ed25519)) return notAuthentic('chain', 'SIGNATURE_INVALID', 'delegation-signature');
  return { ok: true, delegation, issuer };
};

/** Whether a division (6 or 12 digits) lies in the delegation's area. */
export const inArea = (delegation: Delegation, division: string): boolean => covers(delegation.prefixes, division.slice(0, 6));

/** The moment at which a delegation was blocked; undefined when it is not. */
export const blockedSince = (trust: TrustList, delegation: Delegation): number | undefined =>
  trust.blocked.find((entry) => sameBytes(entry.id, delegation.id))?.since;
