import { concat, encodeTlv, fromHex } from '../../src/iso7816/index.js';
import { p256KeyPair, type P256KeyPair } from '../../src/node-crypto/index.js';
import { signDeterministic } from './ecdsa-rfc6979.js';

/**
 * Certificates put together object by object, without src/cvc: what the vectors and the tests hold against it, and the only way to make what it refuses to make.
 */
export type Parts = Record<'profile' | 'authority' | 'publicKey' | 'holder' | 'chat' | 'effective' | 'expires' | 'extensions', Uint8Array>;
export type Change = Partial<Parts>;

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'latin1'));
export const none = new Uint8Array(0);
export const profileObject = (value = '00'): Uint8Array => encodeTlv(0x5f29, fromHex(value));
export const authorityObject = (reference: string): Uint8Array => encodeTlv(0x42, text(reference));
export const holderObject = (reference: string): Uint8Array => encodeTlv(0x5f20, text(reference));
/** `261124` → 02 06 01 01 02 04. */
const digits = (day: string): Uint8Array => Uint8Array.from(day, Number);
export const effectiveObject = (day: string): Uint8Array => encodeTlv(0x5f25, digits(day));
export const expiresObject = (day: string): Uint8Array => encodeTlv(0x5f24, digits(day));

export const domain = {
  81: 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
  82: 'ffffffff00000001000000000000000000000000fffffffffffffffffffffffc',
  83: '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b',
  84: '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  85: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  87: '01',
} as const;

/** 7F49 with exactly the objects of `fields`, in the order of their tags. */
export function publicKeyObject(point: Uint8Array, fields: Readonly<Record<number, string>> = {}, algorithm = '04007f00070202020203'): Uint8Array {
  const all = [...Object.entries(fields), ['86', Buffer.from(point).toString('hex')] as const].sort(([a], [b]) => Number(a) - Number(b));
  return encodeTlv(0x7f49, [encodeTlv(0x06, fromHex(algorithm)), ...all.map(([tag, value]) => encodeTlv(Number.parseInt(tag, 16), fromHex(value)))]);
}

export const chatObject = (authorization: string, type = '04007f000703010202'): Uint8Array =>
  encodeTlv(0x7f4c, [encodeTlv(0x06, fromHex(type)), encodeTlv(0x53, fromHex(authorization))]);

export const extensionsObject = (departments: string, type = '6981b890afbecbbfba93ab979ffe9482e58fea6902'): Uint8Array =>
  encodeTlv(0x65, encodeTlv(0x73, [encodeTlv(0x06, fromHex(type)), encodeTlv(0x80, fromHex(departments))]));

/** Names of whole certificates: the test CVCA, the link to the next, document verifiers, one terminal. */
export const references = {
  first: 'CNWZTEST00001',
  second: 'CNWZTEST00002',
  verifier: 'CNWZDV00001',
  foreign: 'CNWZDV00002',
  terminal: 'CNT-00000100001',
} as const;
export type Holder = keyof typeof references;

/** Keys for vectors only: 32 times the same byte. */
export const cvKeys: Readonly<Record<Holder, P256KeyPair>> = {
  first: p256KeyPair(new Uint8Array(32).fill(0x31)),
  second: p256KeyPair(new Uint8Array(32).fill(0x32)),
  verifier: p256KeyPair(new Uint8Array(32).fill(0x33)),
  foreign: p256KeyPair(new Uint8Array(32).fill(0x34)),
  terminal: p256KeyPair(new Uint8Array(32).fill(0x35)),
};

/** All five rights below each role: bits 35, 33, 26, 5 and 4. */
export const allRights = { cvca: 'ca04000030', 'dv-domestic': '8a04000030', 'dv-foreign': '4a04000030', terminal: '0a04000030' } as const;
const ordinary = { profile: profileObject(), extensions: none };
const cvcaChat = chatObject(allRights.cvca);

/** The usual certificate of each holder. A terminal's has two departments. */
export const usualParts: Readonly<Record<Holder, Parts>> = {
  first: {
    ...ordinary,
    authority: authorityObject(references.first),
    publicKey: publicKeyObject(cvKeys.first.publicKey, domain),
    holder: holderObject(references.first),
    chat: cvcaChat,
    effective: effectiveObject('240101'),
    expires: expiresObject('351231'),
  },
  second: {
    ...ordinary,
    authority: authorityObject(references.first),
    publicKey: publicKeyObject(cvKeys.second.publicKey, domain),
    holder: holderObject(references.second),
    chat: cvcaChat,
    effective: effectiveObject('260701'),
    expires: expiresObject('380630'),
  },
  verifier: {
    ...ordinary,
    authority: authorityObject(references.second),
    publicKey: publicKeyObject(cvKeys.verifier.publicKey),
    holder: holderObject(references.verifier),
    chat: chatObject(allRights['dv-domestic']),
    effective: effectiveObject('261101'),
    expires: expiresObject('270129'),
  },
  foreign: {
    ...ordinary,
    authority: authorityObject(references.second),
    publicKey: publicKeyObject(cvKeys.foreign.publicKey),
    holder: holderObject(references.foreign),
    chat: chatObject(allRights['dv-foreign']),
    effective: effectiveObject('261101'),
    expires: expiresObject('270129'),
  },
  terminal: {
    ...ordinary,
    authority: authorityObject(references.verifier),
    publicKey: publicKeyObject(cvKeys.terminal.publicKey),
    holder: holderObject(references.terminal),
    chat: chatObject(allRights.terminal),
    effective: effectiveObject('261124'),
    expires: expiresObject('261210'),
    extensions: extensionsObject('00010203'),
  },
};
export const usualSigner: Readonly<Record<Holder, Holder>> = { first: 'first', second: 'first', verifier: 'second', foreign: 'second', terminal: 'verifier' };

/** The value of 7F4E in the order of the specification. */
export const contentsOf = (p: Parts): Uint8Array => concat(p.profile, p.authority, p.publicKey, p.holder, p.chat, p.effective, p.expires, p.extensions);
export const bodyObject = (contents: Uint8Array): Uint8Array => encodeTlv(0x7f4e, contents);
export const certificateObject = (body: Uint8Array, signature: Uint8Array): Uint8Array => encodeTlv(0x7f21, [body, encodeTlv(0x5f37, signature)]);

/** Any contents, signed. */
export function signedContents(contents: Uint8Array, signer: Holder): Uint8Array {
  const body = bodyObject(contents);
  return certificateObject(body, signDeterministic(cvKeys[signer].privateKey, body));
}

/** The usual certificate with some objects changed, signed as usual or by another. */
export const certificateOf = (holder: Holder, change: Change = {}, signer: Holder = usualSigner[holder]): Uint8Array =>
  signedContents(contentsOf({ ...usualParts[holder], ...change }), signer);

/** A request with some objects changed; `more` stands behind the CHR. Its key has domain parameters, a terminal's certificate has none. */
export function requestOf(change: Pick<Change, 'profile' | 'publicKey' | 'holder'> = {}, signer: Holder = 'terminal', more: Uint8Array = none): Uint8Array {
  const { profile, publicKey, holder } = { ...usualParts.terminal, publicKey: publicKeyObject(cvKeys.terminal.publicKey, domain), ...change };
  return signedContents(concat(profile, publicKey, holder, more), signer);
}
