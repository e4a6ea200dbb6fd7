import { createHash } from 'node:crypto';
import { coseKeyId, okpKey, p256Key, parseP256Key, signSign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import * as permit from '../../src/permit/index.js';

/** A small world of keys and one card, every part of which a test may bend before it is signed. */
export const crypto = nodeCrypto;
export const seedNamed = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());
export const publicOf = (seed: Uint8Array): Uint8Array => crypto.ed25519.publicKey(seed);
export const kidOf = (seed: Uint8Array): Uint8Array => coseKeyId(okpKey(publicOf(seed)), crypto.sha256);
export const at = (date: string): number => permit.startOfDayInChina(date) + 36_000;

export const seeds = { root: seedNamed('root'), issuer: seedNamed('issuer'), terminal: seedNamed('terminal'), status: seedNamed('status'), other: seedNamed('other') };
export const uri = 'urn:wz:status:1';
/** x and y of the generator of P-256: a point of the curve that is nobody's key. */
const point = Buffer.from(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  'hex',
);
export const chipKey = parseP256Key(p256Key(new Uint8Array(point)));

export const trustPayload: permit.TrustList = {
  number: 1,
  environment: 1,
  issuedAt: at('2026-01-01'),
  nextUpdate: at('2027-01-01'),
  keys: [
    { kid: kidOf(seeds.issuer), role: 1, publicKey: publicOf(seeds.issuer), from: at('2010-01-01'), until: at('2030-01-01'), prefixes: ['3303'] },
    { kid: kidOf(seeds.status), role: 2, publicKey: publicOf(seeds.status), from: at('2010-01-01'), until: at('2030-01-01') },
  ],
  blocked: [],
};
export const signTrust = (payload: permit.TrustList = trustPayload, seed = seeds.root): Uint8Array =>
  signSign1({ typ: permit.permitTyp.trustList, kid: kidOf(seed), payload: permit.encodeTrustList(payload), seed }, crypto.ed25519);

export const delegationPayload: permit.Delegation = {
  terminal: 'T1',
  notBefore: at('2026-01-01'),
  expires: at('2026-12-31'),
  id: new Uint8Array(8).fill(7),
  publicKey: publicOf(seeds.terminal),
  kinds: [1, 2, 3, 4],
  prefixes: ['330302'],
  firstIndex: 0,
  lastIndex: 99,
};
export const signDelegation = (payload: permit.Delegation = delegationPayload, seed = seeds.issuer, kid = kidOf(seeds.issuer)): Uint8Array =>
  signSign1({ typ: permit.permitTyp.delegation, kid, payload: permit.encodeDelegation(payload), seed, tagged: false }, crypto.ed25519);

const salt = new Uint8Array(16).fill(1);
export const number = permit.permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 1 });
export const permitPayload: permit.Permit = { salt, number, kind: 1, authority: '温州市公安局鹿城区分局', issued: '2026-03-01', statusIndex: 5 };
export const holderPayload: permit.Holder = {
  salt,
  name: '王样例',
  sex: 1,
  ethnicGroup: 1,
  birth: '1990-01-01',
  idNumber: '330302199001010013'.slice(0, 17) + permit.idNumberCheckCharacter('33030219900101001'),
  registeredAddress: '安徽省阜阳市临泉县城关镇',
};

export interface CardOptions {
  readonly permit?: permit.Permit;
  readonly sod?: Partial<permit.Sod>;
  readonly kcwt?: Uint8Array | undefined;
  readonly seed?: Uint8Array;
}

export const makeCard = (options: CardOptions = {}): permit.CardFiles => {
  const files = {
    version: Uint8Array.of(0x80, 2, 1, 0),
    permit: permit.encodePermit(options.permit ?? permitPayload),
    holder: permit.encodeHolder(holderPayload),
    photo: permit.encodePhoto({ salt, jpeg: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9) }),
    cardAccess: Uint8Array.of(6, 1, 0),
  };
  const digest = crypto.sha256;
  const sod: permit.Sod = {
    digests: {
      version: digest(files.version),
      permit: digest(files.permit),
      holder: digest(files.holder),
      photo: digest(files.photo),
      cardAccess: digest(files.cardAccess),
    },
    chipKey,
    signatureKey: chipKey,
    signedAt: at('2026-03-01'),
    statusList: { index: 5, uri },
    ...options.sod,
  };
  const kcwt = 'kcwt' in options ? options.kcwt : signDelegation();
  return { ...files, sod: signSign1({ typ: permit.permitTyp.sod, payload: permit.encodeSod(sod), kcwt, seed: options.seed ?? seeds.terminal }, crypto.ed25519) };
};

export const context = (over: Partial<permit.TrustContext> = {}): permit.TrustContext => ({ trust: trustPayload, crypto, now: at('2026-06-01'), ...over });
export const authenticate = (files: permit.CardFiles = makeCard(), over: Partial<permit.TrustContext> = {}) => permit.passiveAuthentication({ ...context(over), files });
export const authenticCard = (): permit.Authentic => {
  const card = authenticate();
  if (!card.ok) throw new Error(card.reason);
  return card;
};

export const binding = { permitNumber: number, thumbprint: permit.chipThumbprint(chipKey, crypto.sha256), counter: 1, signedAt: at('2026-03-01') };
export const endorsementPayload: permit.Endorsement = { ...binding, endorsedOn: '2026-03-01', goodUntil: '2027-03-01', authority: '鹿城' };
export const residencePayload: permit.Residence = { ...binding, division: '330302006001', address: '五马街道一号', since: '2025-01-01' };
export const signEndorsement = (payload: permit.Endorsement = endorsementPayload, seed = seeds.terminal): Uint8Array =>
  signSign1({ typ: permit.permitTyp.endorsement, payload: permit.encodeEndorsement(payload), kcwt: signDelegation(), seed }, crypto.ed25519);
export const signResidence = (payload: permit.Residence = residencePayload): Uint8Array =>
  signSign1({ typ: permit.permitTyp.residence, payload: permit.encodeResidence(payload), kcwt: signDelegation(), seed: seeds.terminal }, crypto.ed25519);
export const slotPayload: permit.ServiceSlot = { ...binding, department: 7, receipt: 'R1', state: '已受理', asOf: '2026-03-02' };
export const signSlot = (payload: permit.ServiceSlot = slotPayload, seed = seeds.terminal, kcwt = signDelegation()): Uint8Array =>
  signSign1({ typ: permit.permitTyp.serviceSlot, payload: permit.encodeServiceSlot(payload), kcwt, seed }, crypto.ed25519);

export const listWith = (statuses: [number, permit.Status][], issuedAt = at('2026-06-01') - 60, size = 100): permit.StatusList =>
  new permit.StatusList(permit.packStatuses(statuses, size), uri, issuedAt, issuedAt + 30 * 86_400, 3600);
