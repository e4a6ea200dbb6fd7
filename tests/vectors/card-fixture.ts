import { buildStream, cardAccessFor, compressedPoint, ephemeralKey, type StreamFiles } from '../../src/card/index.js';
import {
  chipThumbprint,
  encodeDelegation,
  encodeHolder,
  encodePermit,
  encodePhoto,
  encodeResidence,
  encodeSod,
  encodeTrustList,
  idNumberCheckCharacter,
  permitNumber,
  permitTyp,
  type Residence,
  type Sod,
} from '../../src/permit/index.js';
import { authorityObject, certificateOf, references } from './cvc-objects.js';
import { bytes, day, hex, kidOf, noon, publicKeyOf, seedOf, sha256, signed, terminalId, type SignedVector } from './shared.js';

/** One invented card, as all vector files use it. */
export const chip = ephemeralKey(seedOf(0x11));
export const signatureKey = ephemeralKey(seedOf(0x12));
export const statusIndex = 1_000;
export const listUri = 'https://platform.invalid/v1/status-list';
export const versionFile = bytes('80020100810101820101830103');
/** The CVCA that the card begins with, signed by itself; on older cards it is the link behind `first`. */
export const trustPoint = certificateOf('second', { authority: authorityObject(references.second) }, 'second');
export const cardAccess = cardAccessFor(references.second);
const compressed = (point: Uint8Array): Uint8Array => compressedPoint(point) ?? new Uint8Array(0);
const salt = (n: number): Uint8Array => new Uint8Array(16).fill(n);
const digits = '33030219900101012';

export const number = permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 1 });
export const permitFile = encodePermit({ salt: salt(1), number, kind: 1, authority: '温州市公安局鹿城区分局', issued: '2026-11-24', statusIndex });
export const holderFile = encodeHolder({
  salt: salt(2),
  name: '林某某',
  sex: 2,
  ethnicGroup: 1,
  birth: '1990-01-01',
  idNumber: digits + idNumberCheckCharacter(digits),
  registeredAddress: '安徽省阜阳市某县某镇某村 12 号',
});
/** Not a picture: the card does not look into it. */
export const photoFile = encodePhoto({ salt: salt(3), jpeg: bytes('ffd8ffd9') });

export const delegationClaims = {
  terminal: terminalId,
  expires: noon + 9 * day,
  notBefore: noon - day,
  id: new Uint8Array(8).fill(3),
  publicKey: publicKeyOf('terminal'),
  kinds: [1, 2, 3, 4] as const,
  prefixes: ['330302'],
  firstIndex: 1_000,
  lastIndex: 1_999,
};
export const delegation: SignedVector = signed({
  name: 'delegation of one terminal',
  typ: permitTyp.delegation,
  signer: 'issuer',
  kid: kidOf('issuer'),
  payload: encodeDelegation(delegationClaims),
  tagged: false,
});
export const kcwt = bytes(delegation.object);

export const sodClaims: Sod = {
  digests: {
    version: sha256(versionFile),
    permit: sha256(permitFile),
    holder: sha256(holderFile),
    photo: sha256(photoFile),
    cardAccess: sha256(cardAccess),
  },
  chipKey: compressed(chip.point),
  signatureKey: compressed(signatureKey.point),
  signedAt: noon,
  statusList: { index: statusIndex, uri: listUri },
};
export const sod = signed({ name: 'SOD', typ: permitTyp.sod, signer: 'terminal', kcwt, payload: encodeSod(sodClaims) });

export const binding = { permitNumber: number, thumbprint: chipThumbprint(sodClaims.chipKey, sha256), counter: 1, signedAt: noon };
export const residenceClaims: Residence = { ...binding, division: '330302006001', address: '某某路 8 号 302 室', employer: '某某鞋业', since: '2025-01-10' };
export const residence = signed({ name: 'Residence', typ: permitTyp.residence, signer: 'terminal', kcwt, payload: encodeResidence(residenceClaims) });

export const trustList = signed({
  name: 'TrustList',
  typ: permitTyp.trustList,
  signer: 'root',
  kid: kidOf('root'),
  payload: encodeTrustList({
    number: 1,
    environment: 1,
    issuedAt: noon - 2 * day,
    nextUpdate: noon + 30 * day,
    keys: [
      { kid: kidOf('issuer'), role: 1, publicKey: publicKeyOf('issuer'), from: noon - 30 * day, until: noon + 365 * day, prefixes: ['3303'] },
      { kid: kidOf('statusList'), role: 2, publicKey: publicKeyOf('statusList'), from: noon - 30 * day, until: noon + 365 * day },
      { kid: kidOf('platform'), role: 3, publicKey: publicKeyOf('platform'), from: noon - 30 * day, until: noon + 365 * day },
    ],
    blocked: [{ terminal: 'T-000009', id: new Uint8Array(8).fill(9), since: noon - day }],
  }),
});

export const streamFiles: StreamFiles = {
  cardAccess,
  permit: permitFile,
  holder: holderFile,
  photo: photoFile,
  residence: bytes(residence.object),
  sod: bytes(sod.object),
};
export const streamCounters = { residence: 1, endorsements: 0, services: 0, cardDate: '2026-11-24', can: '205713' };
export const stream = buildStream(streamFiles, { ...streamCounters, trustPoint });
export const filesInHex = { ...Object.fromEntries(Object.entries(streamFiles).map(([name, content]) => [name, hex(content)])), version: hex(versionFile) };
