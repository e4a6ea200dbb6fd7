import { okpKey } from '../cose/index.js';
import { bytesOf, decodeMap, ed25519Key, listOf, mapOf, oneOf, pattern, text, time, uint, type Reader } from './fields.js';
import { encodeChecked, labelled } from './labels.js';
import { PayloadError } from './payload-error.js';

/** `typ` of every signed object of the permit (payload.md 1). */
export const permitTyp = {
  sod: 'wz-sod',
  residence: 'wz-res',
  endorsement: 'wz-end',
  serviceSlot: 'wz-srv',
  delegation: 'wz-del',
  trustList: 'wz-trust',
  statusList: 'application/statuslist+cwt',
} as const;

/** What a delegated key may sign. */
export const kindOfObject = { sod: 1, residence: 2, endorsement: 3, serviceSlot: 4 } as const;
export type KindOfObject = (typeof kindOfObject)[keyof typeof kindOfObject];

/** 1 issuer, 2 status list, 3 platform (receipts, server time). */
export type TrustedRole = 1 | 2 | 3;
/** 1 test, 2 production: never mixed. */
export type TrustEnvironment = 1 | 2;

export interface Delegation {
  /** sub */
  readonly terminal: string;
  readonly expires: number;
  readonly notBefore: number;
  /** cti, 8 bytes */
  readonly id: Uint8Array;
  /** Ed25519, 32 bytes */
  readonly publicKey: Uint8Array;
  readonly kinds: readonly KindOfObject[];
  /** leading digits of division codes */
  readonly prefixes: readonly string[];
  readonly firstIndex: number;
  readonly lastIndex: number;
}

export interface TrustedKey {
  /** 8 bytes */
  readonly kid: Uint8Array;
  readonly role: TrustedRole;
  /** Ed25519, 32 bytes */
  readonly publicKey: Uint8Array;
  readonly from: number;
  readonly until: number;
  /** absent: everywhere */
  readonly prefixes?: readonly string[];
}

export interface BlockedDelegation {
  readonly terminal: string;
  readonly id: Uint8Array;
  readonly since: number;
}

export interface TrustList {
  /** grows with every list */
  readonly number: number;
  readonly environment: TrustEnvironment;
  readonly issuedAt: number;
  /** the next list comes at the latest */
  readonly nextUpdate: number;
  readonly keys: readonly TrustedKey[];
  readonly blocked: readonly BlockedDelegation[];
}

/** CWT claim of the scope, private use (RFC 8392 9.1). */
const claimScope = -70001;
const prefix = pattern(/^\d{1,12}$/);

const kind: Reader<KindOfObject> = oneOf<KindOfObject>(1, 2, 3, 4);
const block: Reader<readonly [number, number]> = (value, where) => {
  const [first, last, ...more] = listOf(uint, 2)(value, where);
  if (first === undefined || last === undefined || more.length > 0 || first > last) throw new PayloadError('out-of-range', where);
  return [first, last];
};

/** Payload of a delegation (CWT claims). Throws PayloadError. */
export const decodeDelegation = (bytes: Uint8Array): Delegation =>
  decodeMap(bytes, 'Delegation', (map) => {
    const claims = {
      terminal: map.required(2, text(64)),
      expires: map.required(4, time),
      notBefore: map.required(5, time),
      id: map.required(7, bytesOf(8)),
      publicKey: map.required(
        8,
        mapOf((cnf) => cnf.required(1, ed25519Key)),
      ),
    };
    const scope = map.required(
      claimScope,
      mapOf((each) => ({ kinds: each.required(1, listOf(kind, 1)), prefixes: each.required(2, listOf(prefix, 1)), indexes: each.required(3, block) })),
    );
    if (claims.expires < claims.notBefore) throw new PayloadError('out-of-range', 'Delegation.4');
    return { ...claims, kinds: scope.kinds, prefixes: scope.prefixes, firstIndex: scope.indexes[0], lastIndex: scope.indexes[1] };
  });

export const encodeDelegation = (delegation: Delegation): Uint8Array =>
  encodeChecked(
    labelled([
      [2, delegation.terminal],
      [4, delegation.expires],
      [5, delegation.notBefore],
      [7, delegation.id],
      [8, labelled([[1, okpKey(delegation.publicKey)]])],
      [
        claimScope,
        labelled([
          [1, delegation.kinds],
          [2, delegation.prefixes],
          [3, [delegation.firstIndex, delegation.lastIndex]],
        ]),
      ],
    ]),
    decodeDelegation,
  );

const trustedKey = mapOf<TrustedKey>((map) => ({
  kid: map.required(1, bytesOf(8)),
  role: map.required(2, oneOf<TrustedRole>(1, 2, 3)),
  publicKey: map.required(3, ed25519Key),
  from: map.required(4, time),
  until: map.required(5, time),
  ...map.optional(6, 'prefixes', listOf(prefix, 1)),
}));

const blockedDelegation = mapOf<BlockedDelegation>((map) => ({
  terminal: map.required(1, text(64)),
  id: map.required(2, bytesOf(8)),
  since: map.required(3, time),
}));

/** Payload of a trust list. Throws PayloadError. */
export const decodeTrustList = (bytes: Uint8Array): TrustList =>
  decodeMap(bytes, 'TrustList', (map) => ({
    number: map.required(1, uint),
    environment: map.required(2, oneOf<TrustEnvironment>(1, 2)),
    issuedAt: map.required(3, time),
    nextUpdate: map.required(4, time),
    keys: map.required(5, listOf(trustedKey)),
    blocked: map.optional(6, 'blocked', listOf(blockedDelegation)).blocked ?? [],
  }));

export const encodeTrustList = (list: TrustList): Uint8Array =>
  encodeChecked(
    labelled([
      [1, list.number],
      [2, list.environment],
      [3, list.issuedAt],
      [4, list.nextUpdate],
      [
        5,
        list.keys.map((each) =>
          labelled([
            [1, each.kid],
            [2, each.role],
            [3, okpKey(each.publicKey)],
            [4, each.from],
            [5, each.until],
            [6, each.prefixes],
          ]),
        ),
      ],
      [6, list.blocked.length === 0 ? undefined : list.blocked.map((each) => labelled([[1, each.terminal], [2, each.id], [3, each.since]]))],
    ]),
    decodeTrustList,
  );
