import { parseSign1, signSign1, type CryptoPort } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { decodeSod, decodeTrustList, encodeSod, permitTyp, StatusList, type TrustContext } from '../../src/permit/index.js';
import { fromHex } from '../../src/iso7816/index.js';
import { binding, kcwt, listUri, number, sod, sodClaims, trustList } from '../vectors/card-fixture.js';
import { noon, seedOf } from '../vectors/shared.js';

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

const signatureOfNobody = { ...credulous.ed25519 };
/** A SOD that vouches for these bytes as EF.Permit. */
export const sodFor = (permit: Uint8Array): Uint8Array =>
  signSign1(
    { typ: permitTyp.sod, kcwt, seed: seedOf(5), payload: encodeSod({ ...sodClaims, digests: { ...sodClaims.digests, permit: nodeCrypto.sha256(permit) } }) },
    signatureOfNobody,
  );
