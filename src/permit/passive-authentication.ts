import { sameBytes, verifySign1, type CryptoPort, type Sign1 } from '../cose/index.js';
import { decodePermit, type Permit } from './data-groups.js';
import { decodeEndorsement, decodeResidence, decodeServiceSlot, type Binding, type Endorsement, type Residence, type ServiceSlot } from './mutable-objects.js';
import { notAuthentic, parsed, parseSigned, type NotAuthentic } from './signed.js';
import { chipThumbprint, decodeSod, type Sod, type SodDigests } from './sod.js';
import type { StatusList } from './status-list.js';
import { blockedSince, clockTolerance, inArea, verifyDelegation } from './trust.js';
import { kindOfObject, permitTyp, type Delegation, type KindOfObject, type TrustedKey, type TrustList } from './trust-payloads.js';

/** What every authentication needs besides bytes. */
export interface TrustContext {
  /** undefined: this terminal has none yet, nothing can be authenticated */
  readonly trust: TrustList | undefined;
  readonly crypto: CryptoPort;
  /** seconds since 1970 */
  readonly now: number;
  /** lets an object stand whose delegation was blocked later (payload.md 2.5) */
  readonly statusList?: StatusList | undefined;
}

/** Contents of the EFs as read. SOD and Permit are always needed, the others when they were read. */
export interface CardFiles {
  readonly sod: Uint8Array;
  readonly permit: Uint8Array;
  readonly version?: Uint8Array | undefined;
  readonly holder?: Uint8Array | undefined;
  readonly photo?: Uint8Array | undefined;
  readonly cardAccess?: Uint8Array | undefined;
}

/** A card whose immutable files are genuine. It may still be a copy: that is the chip's to prove. */
export interface Authentic {
  readonly ok: true;
  readonly sod: Sod;
  readonly permit: Permit;
  /** `chipThumbprint` of the SOD's chip key */
  readonly thumbprint: Uint8Array;
  readonly delegation: Delegation;
  readonly issuer: TrustedKey;
  /** the files whose digests were compared */
  readonly compared: readonly (keyof SodDigests)[];
}

/** What a mutable object is compared with: of the card that carries it, or of a registry that knows the card. */
export interface BoundTo {
  readonly permit: { readonly number: string };
  readonly thumbprint: Uint8Array;
  readonly sod: Pick<Sod, 'statusList'>;
}

type Chained = { readonly ok: true; readonly delegation: Delegation; readonly issuer: TrustedKey } | NotAuthentic;

/** payload.md 2.2, 2.3 and the kind of 2.4: what is common to every object of a delegated key. */
const chain = (sign1: Sign1, kind: KindOfObject, signedAt: number, { trust, crypto, now }: TrustContext): Chained => {
  if (trust === undefined) return notAuthentic('chain', 'TRUST_MISSING', 'trust-list-missing');
  if (sign1.kcwt === undefined) return notAuthentic('chain', 'PAYLOAD_INVALID', 'delegation-missing');
  const result = verifyDelegation(sign1.kcwt, trust, crypto);
  if (!result.ok) return result;
  const { delegation } = result;
  if (signedAt > now + clockTolerance) return notAuthentic('chain', 'CLOCK_WRONG', 'signed-in-future');
  if (signedAt < delegation.notBefore || signedAt > delegation.expires) return notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'delegation-window');
  return delegation.kinds.includes(kind) ? result : notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'delegation-kind');
};

/** payload.md 2.5: the platform has seen this index when the list gives it any status but "not confirmed". */
const confirmed = (sod: Pick<Sod, 'statusList'>, list: StatusList | undefined): boolean => {
  const status = list?.uri === sod.statusList.uri ? list.get(sod.statusList.index) : undefined;
  return status !== undefined && status !== 3;
};

/** Passive authentication of SOD and files in the order of payload.md 4: the first failure names step, code and reason. */
export const passiveAuthentication = (input: TrustContext & { readonly files: CardFiles }): Authentic | NotAuthentic => {
  const { files, crypto, trust, statusList } = input;
  const outer = parsed(() => parseSigned(files.sod, permitTyp.sod), 'parse', 'sod-malformed');
  if (!outer.ok) return outer;
  const inner = parsed(() => decodeSod(outer.value.payload), 'parse', 'sod-malformed');
  if (!inner.ok) return inner;
  const sod = inner.value;

  const chained = chain(outer.value, kindOfObject.sod, sod.signedAt, input);
  if (!chained.ok) return chained;
  const { delegation, issuer } = chained;
  const { index } = sod.statusList;
  if (index < delegation.firstIndex || index > delegation.lastIndex) return notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'delegation-index');
  if (trust !== undefined && blockedSince(trust, delegation) !== undefined && !confirmed(sod, statusList)) {
    return notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'delegation-blocked');
  }
  if (!verifySign1(outer.value, delegation.publicKey, crypto.ed25519)) return notAuthentic('signature', 'SIGNATURE_INVALID', 'sod-signature');

  const compared = (Object.keys(sod.digests) as (keyof SodDigests)[]).filter((name) => files[name] !== undefined);
  for (const name of compared) {
    if (!sameBytes(crypto.sha256(files[name] ?? new Uint8Array(0)), sod.digests[name])) return notAuthentic('digests', 'DIGEST_MISMATCH', `digest-${name}`);
  }
  const permit = parsed(() => decodePermit(files.permit), 'permit', 'permit-malformed');
  if (!permit.ok) return permit;
  // Only now is the permit number known that payload.md 2.4 bounds by the delegation's prefixes.
  if (!inArea(delegation, permit.value.number)) return notAuthentic('permit', 'SIGNER_NOT_ENTITLED', 'delegation-area');
  if (permit.value.statusIndex !== index) return notAuthentic('index', 'DIGEST_MISMATCH', 'index-differs');
  return { ok: true, sod, permit: permit.value, thumbprint: chipThumbprint(sod.chipKey, crypto.sha256), delegation, issuer, compared };
};

export type AuthenticObject<T> = { readonly ok: true; readonly object: T; readonly delegation: Delegation } | NotAuthentic;

interface MutableKind<T extends Binding> {
  /** prefix of its reasons */
  readonly name: string;
  readonly typ: string;
  readonly kind: KindOfObject;
  readonly decode: (bytes: Uint8Array) => T;
  readonly division: (object: T) => string;
}

const mutable =
  <T extends Binding>({ name, typ, kind, decode, division }: MutableKind<T>) =>
  (bytes: Uint8Array, card: BoundTo, context: TrustContext): AuthenticObject<T> => {
    const outer = parsed(() => parseSigned(bytes, typ), 'parse', `${name}-malformed`);
    if (!outer.ok) return outer;
    const inner = parsed(() => decode(outer.value.payload), 'parse', `${name}-malformed`);
    if (!inner.ok) return inner;
    const object = inner.value;
    if (object.permitNumber !== card.permit.number) return notAuthentic('binding', 'DIGEST_MISMATCH', `${name}-other-permit`);
    if (!sameBytes(object.thumbprint, card.thumbprint)) return notAuthentic('binding', 'DIGEST_MISMATCH', `${name}-other-chip`);
    const chained = chain(outer.value, kind, object.signedAt, context);
    if (!chained.ok) return chained;
    const { delegation } = chained;
    if (!inArea(delegation, division(object))) return notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'delegation-area');
    // A confirmed card does not vouch for what a stolen terminal adds to it later: payload.md 2.5 for mutable objects.
    const since = context.trust === undefined ? undefined : blockedSince(context.trust, delegation);
    if (since !== undefined && (object.signedAt >= since || !confirmed(card.sod, context.statusList))) {
      return notAuthentic('chain', 'SIGNER_NOT_ENTITLED', 'delegation-blocked');
    }
    if (!verifySign1(outer.value, delegation.publicKey, context.crypto.ed25519)) return notAuthentic('signature', 'SIGNATURE_INVALID', `${name}-signature`);
    return { ok: true, object, delegation };
  };

/** Mutable objects of an authentic card (payload.md 4). The chip's counter is compared by the verdict: a difference is its own answer. */
export const verifyResidence = mutable<Residence>({
  name: 'residence',
  typ: permitTyp.residence,
  kind: kindOfObject.residence,
  decode: decodeResidence,
  division: (residence) => residence.division,
});
export const verifyEndorsement = mutable<Endorsement>({
  name: 'endorsement',
  typ: permitTyp.endorsement,
  kind: kindOfObject.endorsement,
  decode: decodeEndorsement,
  division: (endorsement) => endorsement.permitNumber,
});
export const verifyServiceSlot = mutable<ServiceSlot>({
  name: 'services',
  typ: permitTyp.serviceSlot,
  kind: kindOfObject.serviceSlot,
  decode: decodeServiceSlot,
  division: (slot) => slot.permitNumber,
});
