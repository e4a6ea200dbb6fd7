import { deflateSync } from 'node:zlib';
import { CborTag, encodeCbor, joinBytes, parseSign1 } from '../../src/cose/index.js';
import {
  encodeDelegation,
  encodeEndorsement,
  encodeServices,
  encodeSod,
  encodeStatusListToken,
  packStatuses,
  permitTyp,
  type Delegation,
} from '../../src/permit/index.js';
import { binding, delegation, delegationClaims, filesInHex, kcwt, listUri, residence, sod, sodClaims, trustList } from './card-fixture.js';
import { bytes, day, ed25519, hex, kidOf, noon, publicKeyOf, seeds, signed, terminalId, type SignedVector, type VectorFile } from './shared.js';

/** Where a reader must stop: strict parsing of COSE, the typ, the check before the engine, the payload's closed map, or the chain. */
export type Layer = 'structure' | 'typ' | 'signature' | 'payload' | 'chain';
export interface RefusalVector {
  readonly name: string;
  readonly layer: Layer;
  readonly typ: string;
  readonly object: string;
  /** Key to verify under, where it is not the terminal's. */
  readonly publicKey?: string;
  readonly reason?: string;
}

const endorsement = signed({
  name: 'Endorsement',
  typ: permitTyp.endorsement,
  signer: 'terminal',
  kcwt,
  payload: encodeEndorsement({ ...binding, endorsedOn: '2026-11-24', goodUntil: '2027-11-24', authority: '温州市公安局鹿城区分局' }),
});
const services = signed({
  name: 'Services',
  typ: permitTyp.services,
  signer: 'terminal',
  kcwt,
  payload: encodeServices({ ...binding, slots: new Map([[7, { receipt: 'S-7-1', state: '已受理', asOf: '2026-11-24' }]]) }),
});
const packed = packStatuses(Uint8Array.of(0, 1, 2, 3, 0, 0), 6);
const statusList = signed({
  name: 'StatusListToken',
  typ: permitTyp.statusList,
  signer: 'statusList',
  kid: kidOf('statusList'),
  // Stored blocks: another zlib would compress to other bytes.
  payload: encodeStatusListToken({ uri: listUri, issuedAt: noon, expires: noon + day, ttl: 3_600, deflated: new Uint8Array(deflateSync(packed, { level: 0 })) }),
});

export const signedObjects: readonly SignedVector[] = [sod, residence, endorsement, services, delegation, trustList, statusList];

const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const littleEndian = (n: bigint): Uint8Array => bytes(n.toString(16).padStart(64, '0')).reverse();
const integer = (b: Uint8Array): bigint => BigInt(`0x${hex(Uint8Array.from(b).reverse())}`);

/** The SOD with another signature; kcwt and payload as they were. */
const resigned = (signature: Uint8Array): string => {
  const { protectedBytes, payload } = parseSign1(bytes(sod.object));
  return hex(encodeCbor(new CborTag(18, [protectedBytes, new Map([[13, kcwtArray()]]), payload, signature])));
};
const kcwtArray = (): unknown => {
  const { protectedBytes, payload, signature } = parseSign1(kcwt, { tagged: false });
  return [protectedBytes, new Map(), payload, signature];
};
const plusOrder = (signature: Uint8Array): Uint8Array => Uint8Array.from([...signature.slice(0, 32), ...littleEndian(integer(signature.slice(32)) + order)]);
const sodPayload = bytes(sod.payload);
const anySod = (payload: Uint8Array, typ: string = permitTyp.sod): string => signed({ name: '', typ, signer: 'terminal', kcwt, payload }).object;
/** Entries 1 and 2 of the SOD's map change places: `a8 01 01 02 75 "wz.…"`. */
const swapped = (): Uint8Array => {
  const [first, second] = [sodPayload.slice(1, 3), sodPayload.slice(3, 3 + 2 + 21)];
  return Uint8Array.from([...sodPayload.slice(0, 1), ...second, ...first, ...sodPayload.slice(26)]);
};
/** `18 63: 0` before label 65535 (`19 ffff`), where the order of keys puts it. */
const withUnknownKey = (): Uint8Array => {
  const at = hex(sodPayload).indexOf('19ffffa1') / 2;
  return Uint8Array.from([0xa9, ...sodPayload.slice(1, at), 0x18, 0x63, 0x00, ...sodPayload.slice(at)]);
};
const underDelegation = (claims: Partial<Delegation>): Uint8Array =>
  bytes(
    signed({
      name: '',
      typ: permitTyp.delegation,
      signer: 'issuer',
      kid: kidOf('issuer'),
      payload: encodeDelegation({ ...delegationClaims, ...claims }),
      tagged: false,
    }).object,
  );
const sodUnder = (claims: Partial<Delegation>): string =>
  signed({ name: '', typ: permitTyp.sod, signer: 'terminal', kcwt: underDelegation(claims), payload: sodPayload }).object;

const prime = 2n ** 255n - 19n;
const identityForgery = Uint8Array.from([...bytes('edc876d6831fd2105d0b4389ca2e283166469289146e2ce06faefe98b22548df'), ...littleEndian(5n)]);

const refusals = (): RefusalVector[] => [
  { name: 'trailing byte', layer: 'structure', typ: permitTyp.sod, object: `${sod.object}00` },
  { name: 'no tag', layer: 'structure', typ: permitTyp.sod, object: sod.object.slice(2) },
  { name: 'length of the array not in its shortest form', layer: 'structure', typ: permitTyp.sod, object: `d29804${sod.object.slice(4)}` },
  { name: 'another typ', layer: 'typ', typ: permitTyp.sod, object: anySod(sodPayload, permitTyp.residence) },
  { name: 'S + L', layer: 'signature', typ: permitTyp.sod, object: resigned(plusOrder(bytes(sod.signature))) },
  { name: 'R of small order', layer: 'signature', typ: permitTyp.sod, object: resigned(joinBytes(littleEndian(1n), bytes(sod.signature).slice(32))) },
  {
    name: 'public key of small order, with a forgery that engines accept',
    layer: 'signature',
    typ: permitTyp.sod,
    object: resigned(identityForgery),
    publicKey: hex(littleEndian(1n)),
  },
  {
    name: 'public key that is not canonical (p + 1)',
    layer: 'signature',
    typ: permitTyp.sod,
    object: resigned(identityForgery),
    publicKey: hex(littleEndian(prime + 1n)),
  },
  { name: 'signature of another key', layer: 'signature', typ: permitTyp.sod, object: resigned(ed25519.sign(seeds.issuer, bytes(sod.sigStructure))) },
  { name: 'map keys out of order', layer: 'payload', typ: permitTyp.sod, object: anySod(swapped()) },
  { name: 'a map key that the CDDL does not name', layer: 'payload', typ: permitTyp.sod, object: anySod(withUnknownKey()) },
  { name: 'trailing byte in the payload', layer: 'payload', typ: permitTyp.sod, object: anySod(Uint8Array.from([...sodPayload, 0])) },
  {
    name: "index outside the delegation's block",
    layer: 'chain',
    reason: 'delegation-index',
    typ: permitTyp.sod,
    object: anySod(encodeSod({ ...sodClaims, statusList: { index: 2_000, uri: listUri } })),
  },
  { name: "signed after the delegation's days", layer: 'chain', reason: 'delegation-window', typ: permitTyp.sod, object: sodUnder({ expires: noon - 3_600 }) },
  { name: "signed before the delegation's days", layer: 'chain', reason: 'delegation-window', typ: permitTyp.sod, object: sodUnder({ notBefore: noon + 60 }) },
  { name: 'a kind that the delegation does not name', layer: 'chain', reason: 'delegation-kind', typ: permitTyp.sod, object: sodUnder({ kinds: [2, 3, 4] }) },
  { name: "an area beyond the issuer's", layer: 'chain', reason: 'issuer-area', typ: permitTyp.sod, object: sodUnder({ prefixes: ['3302'] }) },
];

export const payloadVectors = (): VectorFile => ({
  title: 'Signed payloads',
  specification: 'payload.md, payload.cddl',
  now: noon,
  terminal: terminalId,
  root: hex(publicKeyOf('root')),
  issuer: { kid: hex(kidOf('issuer')), publicKey: hex(publicKeyOf('issuer')) },
  files: filesInHex,
  statuses: { list: [0, 1, 2, 3, 0, 0], packed: hex(packed) },
  valid: signedObjects,
  refused: refusals(),
});
