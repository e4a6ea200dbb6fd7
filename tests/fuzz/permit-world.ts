import { parseSign1, signSign1, type CryptoPort } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import {
  decodeSod, decodeTrustList, encodeDelegation, encodeResidence, encodeSod, permitNumber, permitTyp, StatusList, type Delegation, type Residence, type Sod, type TrustContext,
} from '../../src/permit/index.js';
import { fromHex } from '../../src/iso7816/index.js';
import { binding, delegationClaims, kcwt, listUri, number, residenceClaims, sod, sodClaims, trustList } from '../vectors/card-fixture.js';
import { kidOf, noon, seedOf } from '../vectors/shared.js';

/** Takes every signature: a mutated object does not stop at the check that keeps it out in earnest, and what is behind that check is tried too. */
export const credulous: CryptoPort = {
  sha256: nodeCrypto.sha256,
  ed25519: { verify: () => true, sign: () => new Uint8Array(64), publicKey: () => seedOf(5) },
};

export const trust = decodeTrustList(parseSign1(fromHex(trustList.object)).payload);
export const statusList = new StatusList(new Uint8Array(4_096), listUri, noon, noon + 86_400, 3_600);
export const contextOf = (crypto: CryptoPort): TrustContext => ({ trust, crypto, now: noon, statusList });
/** What mutable objects are compared with. */
export const boundTo = { permit: { number }, thumbprint: binding.thumbprint, sod: decodeSod(parseSign1(fromHex(sod.object)).payload) };

const signed = (typ: string, payload: Uint8Array, by: Uint8Array | undefined, tagged = true): Uint8Array =>
  signSign1({ typ, payload, kcwt: by, tagged, seed: seedOf(5), ...(tagged ? {} : { kid: kidOf('issuer') }) }, credulous.ed25519);
const delegationOf = (claims: Partial<Delegation>): Uint8Array => signed(permitTyp.delegation, encodeDelegation({ ...delegationClaims, ...claims }), undefined, false);
const sodOf = (claims: Partial<Sod>, by: Uint8Array | undefined = kcwt): Uint8Array => signed(permitTyp.sod, encodeSod({ ...sodClaims, ...claims }), by);
const residenceOf = (claims: Partial<Residence>, by: Uint8Array | undefined = kcwt): Uint8Array => signed(permitTyp.residence, encodeResidence({ ...residenceClaims, ...claims }), by);

/** Right in form, and each refused by another rule of the chain of trust once its signature counts as right. */
export const refusedByRule: readonly Uint8Array[] = [
  sodOf({}), signed(permitTyp.sod, encodeSod(sodClaims), undefined), sodOf({ signedAt: noon + 1_000 }), sodOf({ signedAt: noon - 9 * 86_400 }), sodOf({ statusList: { index: 5, uri: 'urn:x' } }), sodOf({ digests: { ...sodClaims.digests, permit: seedOf(9) } }),
  sodOf({}, delegationOf({ kinds: [2] })), sodOf({}, delegationOf({ prefixes: ['330303'] })), sodOf({}, delegationOf({ prefixes: ['44'] })), sodOf({}, delegationOf({ notBefore: 1, expires: 2 })), sodOf({}, delegationOf({ firstIndex: 0, lastIndex: 1 })),
  sodOf({}, signed(permitTyp.delegation, Uint8Array.of(0xa0), undefined, false)), sodOf({ statusList: { index: 1_001, uri: sodClaims.statusList.uri } }), signed(permitTyp.sod, Uint8Array.of(0xa0), kcwt),
  residenceOf({}), residenceOf({ permitNumber: permitNumber({ division6: '330302', year: 2026, kind: 1, sequence: 2 }) }), residenceOf({ thumbprint: new Uint8Array(8) }), residenceOf({ division: '440302006001' }), residenceOf({ signedAt: noon + 200 }), residenceOf({}, delegationOf({ kinds: [1] })),
  signed(permitTyp.residence, Uint8Array.of(0xa0), kcwt), delegationOf({}), delegationOf({ prefixes: ['44'] }),
];

/** A SOD that vouches for these bytes as EF.Permit. */
export const sodFor = (permit: Uint8Array): Uint8Array =>
  signSign1(
    { typ: permitTyp.sod, kcwt, seed: seedOf(5), payload: encodeSod({ ...sodClaims, digests: { ...sodClaims.digests, permit: nodeCrypto.sha256(permit) } }) },
    credulous.ed25519,
  );
