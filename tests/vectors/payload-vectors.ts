import { deflateSync } from 'node:zlib';
import { CborTag, decodeCbor, encodeCbor, joinBytes, parseSign1 } from '../../src/cose/index.js';
import {
  encodeDelegation,
  encodeEndorsement,
  encodeServiceSlot,
  encodeSod,
  encodeStatusListToken,
  packStatuses,
  permitNumber,
  permitTyp,
  type Delegation,
  type ServiceSlot,
} from '../../src/permit/index.js';
import { binding, delegation, delegationClaims, filesInHex, kcwt, listUri, residence, sod, sodClaims, trustList } from './card-fixture.js';
import { bytes, day, ed25519, hex, kidOf, noon, publicKeyOf, seeds, signed, terminalId, type SignedVector, type VectorFile } from './shared.js';

/** Where a reader must stop: strict parsing of COSE, the typ, the check before the engine, the payload's closed map, what binds it to the card, or the chain. */
export type Layer = 'structure' | 'typ' | 'signature' | 'payload' | 'binding' | 'chain';
export interface RefusalVector {
  readonly name: string;
  readonly layer: Layer;
  readonly typ: string;
  readonly object: string;
  /** Key to verify under, where it is not the terminal's. */
  readonly publicKey?: string;
  readonly reason?: string;
}

/** Slots that were read of one chip, against the counters that it tells (payload.md 6, counters). */
export interface SlotsVector {
  readonly name: string;
  /** the services counter, and DO 94 as pairs of department and counter */
  readonly services: number;
  readonly listed: readonly (readonly [number, number])[];
  /** names of accepted objects; `all`: nothing else could have been read */
  readonly read: readonly string[];
  readonly all: boolean;
  readonly reason: 'counters-equal' | 'counter-differs-services';
}

const endorsement = signed({
  name: 'Endorsement',
  typ: permitTyp.endorsement,
  signer: 'terminal',
  kcwt,
  payload: encodeEndorsement({ ...binding, endorsedOn: '2026-11-24', goodUntil: '2027-11-24', authority: '温州市公安局鹿城区分局' }),
});
const slotClaims: ServiceSlot = { ...binding, department: 7, receipt: 'S-7-1', state: '已受理', asOf: '2026-11-24' };
const slotUnder = (delegated: Uint8Array, payload: Uint8Array, name = '', typ: string = permitTyp.serviceSlot): SignedVector =>
  signed({ name, typ, signer: 'terminal', kcwt: delegated, payload });
const slotOf = (name: string, claims: Partial<ServiceSlot>): SignedVector => slotUnder(kcwt, encodeServiceSlot({ ...slotClaims, ...claims }), name);
const slots = [
  slotOf('ServiceSlot', {}),
  slotOf('ServiceSlot of another department', { counter: 2, department: 65_534, receipt: 'S-65534-1' }),
  slotOf('ServiceSlot written again', { counter: 3, state: '办结' }),
] as const;
const packed = packStatuses(Uint8Array.of(0, 1, 2, 3, 0, 0), 6);
const statusList = signed({
  name: 'StatusListToken',
  typ: permitTyp.statusList,
  signer: 'statusList',
  kid: kidOf('statusList'),
  // Stored blocks: another zlib would compress to other bytes.
  payload: encodeStatusListToken({ uri: listUri, issuedAt: noon, expires: noon + day, ttl: 3_600, deflated: new Uint8Array(deflateSync(packed, { level: 0 })) }),
});

export const signedObjects: readonly SignedVector[] = [sod, residence, endorsement, ...slots, delegation, trustList, statusList];

const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const littleEndian = (n: bigint): Uint8Array => bytes(n.toString(16).padStart(64, '0')).reverse();
const integer = (b: Uint8Array): bigint => BigInt(`0x${hex(Uint8Array.from(b).reverse())}`);

/** An object with another signature or payload; headers as they were. */
const altered = (object: string, change: { readonly payload?: Uint8Array; readonly signature?: Uint8Array }): string => {
  const { protectedBytes, payload, signature } = { ...parseSign1(bytes(object)), ...change };
  return hex(encodeCbor(new CborTag(18, [protectedBytes, new Map([[13, kcwtArray()]]), payload, signature])));
};
const resigned = (signature: Uint8Array): string => altered(sod.object, { signature });
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

/** The payload of a slot with other labels; undefined takes one out. */
const bentSlot = (labels: Readonly<Record<number, unknown>>): Uint8Array => {
  const map = decodeCbor(bytes(slots[0].payload)) as Map<number, unknown>;
  for (const [label, value] of Object.entries(labels)) map.set(Number(label), value);
  return encodeCbor(new Map([...map].filter(([, value]) => value !== undefined)));
};
const badSlot = (layer: Layer, name: string, object: string, reason?: string): RefusalVector => ({
  name: `slot: ${name}`, layer, typ: permitTyp.serviceSlot, object, ...(reason === undefined ? {} : { reason }),
});
const slotRefusals = (): RefusalVector[] => [
  badSlot('typ', 'the typ of an endorsement', slotUnder(kcwt, bytes(slots[0].payload), '', permitTyp.endorsement).object),
  badSlot('payload', 'department 0', slotUnder(kcwt, bentSlot({ 5: 0 })).object),
  badSlot('payload', 'department 65535, which stands for every one', slotUnder(kcwt, bentSlot({ 5: 65_535 })).object),
  badSlot('payload', 'no state', slotUnder(kcwt, bentSlot({ 7: undefined })).object),
  badSlot('payload', 'a label that the CDDL does not name', slotUnder(kcwt, bentSlot({ 9: 0 })).object),
  badSlot(
    'payload',
    'the slots of all departments in one object',
    slotUnder(kcwt, bentSlot({ 5: new Map([[7, new Map<number, unknown>([[1, 'S-7-1'], [2, '已受理'], [3, new CborTag(1004, '2026-11-24')]])]]), 6: undefined, 7: undefined, 8: undefined })).object,
  ),
  badSlot('binding', 'another permit', slotOf('', { permitNumber: permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 2 }) }).object, 'services-other-permit'),
  badSlot('binding', 'another chip', slotOf('', { thumbprint: new Uint8Array(8).fill(8) }).object, 'services-other-chip'),
  badSlot('signature', 'the department changed after it was signed', altered(slots[0].object, { payload: bentSlot({ 5: 8 }) })),
  badSlot('chain', 'a kind that the delegation does not name', slotUnder(underDelegation({ kinds: [1, 2, 3] }), bytes(slots[0].payload)).object, 'delegation-kind'),
];

const [first, other, again] = slots.map(({ name }) => name) as [string, string, string];
const listed = [[7, 3], [65_534, 2]] as const;
const slotsOfChips: readonly SlotsVector[] = [
  { name: 'no slot', services: 0, listed: [], read: [], all: true, reason: 'counters-equal' },
  { name: 'each slot under its own counter', services: 3, listed, read: [again, other], all: true, reason: 'counters-equal' },
  { name: 'one of two, the other may not be read', services: 3, listed, read: [other], all: false, reason: 'counters-equal' },
  { name: 'an older slot put back', services: 3, listed, read: [first, other], all: true, reason: 'counter-differs-services' },
  { name: 'a slot taken out', services: 3, listed, read: [again], all: true, reason: 'counter-differs-services' },
  { name: 'a slot that the chip does not list', services: 3, listed: [[7, 3]], read: [again, other], all: true, reason: 'counter-differs-services' },
  { name: 'a slot that the chip does not list, not all may be read', services: 3, listed: [[7, 3]], read: [other], all: false, reason: 'counter-differs-services' },
  { name: 'one department twice', services: 3, listed, read: [again, again], all: true, reason: 'counter-differs-services' },
  { name: 'a services counter below that of a slot', services: 2, listed, read: [again, other], all: true, reason: 'counter-differs-services' },
];

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
  ...slotRefusals(),
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
  slots: slotsOfChips,
});
