import type { CvcReason } from '../../src/cvc/index.js';
import { concat, encodeTlv, fromHex } from '../../src/iso7816/index.js';
import {
  allRights,
  authorityObject,
  bodyObject,
  certificateObject,
  certificateOf,
  chatObject,
  contentsOf,
  cvKeys,
  domain,
  effectiveObject,
  expiresObject,
  extensionsObject,
  holderObject,
  none,
  profileObject,
  publicKeyObject,
  references,
  requestOf,
  signedContents,
  usualParts,
  type Change,
  type Holder,
} from './cvc-objects.js';

/** One scenario: what is wrong, and the reason that must be told. The signature is right wherever there is one to be. */
export interface Refusal {
  readonly name: string;
  readonly reason: CvcReason;
  readonly object: Uint8Array;
}

const { first, terminal } = usualParts;
const point = cvKeys.terminal.publicKey;
const offCurve = Uint8Array.from(point, (byte, i) => (i === 64 ? byte ^ 1 : byte));
const infinity = Uint8Array.of(0);
const { 87: _cofactor, ...withoutCofactor } = domain;
const changed = (name: string, reason: CvcReason, change: Change, holder: Holder = 'terminal'): Refusal => ({ name, reason, object: certificateOf(holder, change) });
const arranged = (name: string, reason: CvcReason, contents: Uint8Array): Refusal => ({ name, reason, object: signedContents(contents, 'verifier') });
const whole = certificateOf('terminal');
const body = bodyObject(contentsOf(terminal));
const signature = whole.slice(-64);
const departments = (count: number): string => '0001'.repeat(count);
const rawDate = (tag: number, hex: string): Uint8Array => encodeTlv(tag, fromHex(hex));
/** A length in one byte more than it needs. */
const longForm = (object: Uint8Array, tagBytes: number): Uint8Array => concat(object.slice(0, tagBytes), Uint8Array.of(0x81), object.slice(tagBytes));

const form: readonly Refusal[] = [
  { name: 'nothing', reason: 'structure', object: none },
  { name: 'over 1,024 bytes', reason: 'length', object: new Uint8Array(1_025) },
  { name: 'last byte missing', reason: 'der', object: whole.slice(0, -1) },
  { name: 'a byte behind it', reason: 'der', object: concat(whole, Uint8Array.of(0)) },
  { name: 'an object behind it', reason: 'structure', object: concat(whole, profileObject()) },
  { name: 'the body alone', reason: 'structure', object: body },
  { name: 'no signature', reason: 'structure', object: encodeTlv(0x7f21, body) },
  { name: 'two signatures', reason: 'structure', object: encodeTlv(0x7f21, [body, encodeTlv(0x5f37, signature), encodeTlv(0x5f37, signature)]) },
  { name: 'signature of 63 bytes', reason: 'signature', object: certificateObject(body, signature.slice(1)) },
  { name: 'signature of 65 bytes', reason: 'signature', object: certificateObject(body, concat(Uint8Array.of(0), signature)) },
  arranged('a length that is not the shortest', 'der', contentsOf({ ...terminal, holder: longForm(terminal.holder, 2) })),
  arranged('a padding byte between two objects', 'der', contentsOf({ ...terminal, chat: concat(Uint8Array.of(0), terminal.chat) })),
  arranged('CHR before the key', 'structure', contentsOf({ ...terminal, publicKey: terminal.holder, holder: terminal.publicKey })),
  arranged('expiry before effective day in place', 'structure', contentsOf({ ...terminal, effective: terminal.expires, expires: terminal.effective })),
  arranged('CHR twice', 'structure', contentsOf({ ...terminal, holder: concat(terminal.holder, terminal.holder) })),
  arranged('no CAR', 'structure', contentsOf({ ...terminal, authority: none })),
  arranged('no rights', 'structure', contentsOf({ ...terminal, chat: none })),
  arranged('an object that is not in the profile', 'structure', contentsOf({ ...terminal, extensions: concat(terminal.extensions, fromHex('5f2e0100')) })),
];

const fields: readonly Refusal[] = [
  changed('profile 1', 'profile-identifier', { profile: profileObject('01') }),
  changed('profile in two bytes', 'profile-identifier', { profile: profileObject('0000') }),
  changed('CAR of another country', 'reference', { authority: authorityObject('DEWZDV00001') }),
  changed('CHR of 17 characters', 'reference', { holder: holderObject('CNT-000000100001X') }),
  changed('CHR of 6 characters', 'reference', { holder: holderObject('CN0001') }),
  changed('CHR with a control character', 'reference', { holder: holderObject('CNT-\t0000100001') }),
  changed('CHR whose sequence is not alphanumeric', 'reference', { holder: holderObject('CNT-0000010000-') }),
  changed('key for ECDSA with SHA-1', 'algorithm', { publicKey: publicKeyObject(point, {}, '04007f00070202020201') }),
  changed('point beside the curve', 'point', { publicKey: publicKeyObject(offCurve) }),
  changed('point at infinity', 'point', { publicKey: publicKeyObject(infinity) }),
  changed('compressed point', 'point', { publicKey: publicKeyObject(Uint8Array.of(2 + ((point[64] ?? 0) & 1), ...point.slice(1, 33))) }),
  changed('hybrid point', 'point', { publicKey: publicKeyObject(Uint8Array.of(6 + ((point[64] ?? 0) & 1), ...point.slice(1))) }),
  changed('rights of an inspection system', 'terminal-type', { chat: chatObject(allRights.terminal, '04007f000703010201') }),
  changed('rights in four bytes', 'authorization', { chat: chatObject('0a040000') }),
  changed('rights in six bytes', 'authorization', { chat: chatObject('0a0400003000') }),
  changed('30 February', 'date', { effective: effectiveObject('260230') }),
  changed('29 February of a common year', 'date', { expires: expiresObject('270229') }),
  changed('month 13', 'date', { expires: expiresObject('271301') }),
  changed('day 0', 'date', { effective: effectiveObject('261100') }),
  changed('packed date', 'date', { effective: rawDate(0x5f25, '261124') }),
  changed('date in ASCII', 'date', { effective: rawDate(0x5f25, '323631313234') }),
  changed('a digit above 9', 'date', { expires: rawDate(0x5f24, '02060c01020a') }),
  changed('expires the day before it is effective', 'validity', { expires: expiresObject('261123') }),
  changed('CVCA without domain parameters', 'domain-parameters', { publicKey: publicKeyObject(cvKeys.first.publicKey) }, 'first'),
  changed('terminal with domain parameters', 'domain-parameters', { publicKey: publicKeyObject(point, domain) }),
  changed('document verifier with domain parameters', 'domain-parameters', { publicKey: publicKeyObject(cvKeys.verifier.publicKey, domain) }, 'verifier'),
  changed('CVCA with another b', 'domain-parameters', { publicKey: publicKeyObject(cvKeys.first.publicKey, { ...domain, 83: `${domain[83].slice(0, -2)}4a` }) }, 'first'),
  changed('CVCA whose base point is its key', 'domain-parameters', { publicKey: publicKeyObject(cvKeys.first.publicKey, { ...domain, 84: Buffer.from(cvKeys.first.publicKey).toString('hex') }) }, 'first'),
  changed('CVCA with cofactor 0001', 'domain-parameters', { publicKey: publicKeyObject(cvKeys.first.publicKey, { ...domain, 87: '0001' }) }, 'first'),
  changed('CVCA without the cofactor', 'structure', { publicKey: publicKeyObject(cvKeys.first.publicKey, withoutCofactor) }, 'first'),
];

const extensions: readonly Refusal[] = [
  changed('17 departments', 'departments', { extensions: extensionsObject(departments(17)) }),
  changed('half a department', 'departments', { extensions: extensionsObject('000102') }),
  changed('another extension', 'extension', { extensions: extensionsObject('0001', '04007f000703010301') }),
  changed('document verifier with departments', 'extension', { extensions: extensionsObject('0001') }, 'verifier'),
  changed('CVCA with departments', 'extension', { extensions: extensionsObject('0001') }, 'first'),
  changed('empty extensions', 'structure', { extensions: encodeTlv(0x65, none) }),
  changed('departments twice', 'structure', { extensions: encodeTlv(0x65, concat(terminal.extensions.slice(2), terminal.extensions.slice(2))) }),
  changed('departments without their list', 'structure', { extensions: encodeTlv(0x65, encodeTlv(0x73, encodeTlv(0x06, fromHex('6981b890afbecbbfba93ab979ffe9482e58fea6902')))) }),
];

export const refusedCertificates: readonly Refusal[] = [...form, ...fields, ...extensions];

export const refusedRequests: readonly Refusal[] = [
  { name: 'signed with another key', reason: 'signature', object: requestOf({}, 'verifier') },
  { name: 'without domain parameters', reason: 'domain-parameters', object: requestOf({ publicKey: publicKeyObject(point) }) },
  { name: 'with another b', reason: 'domain-parameters', object: requestOf({ publicKey: publicKeyObject(point, { ...domain, 83: `${domain[83].slice(0, -2)}4a` }) }) },
  { name: 'with a CAR', reason: 'structure', object: signedContents(concat(terminal.profile, authorityObject(references.verifier), publicKeyObject(point, domain), terminal.holder), 'terminal') },
  { name: 'with rights', reason: 'structure', object: requestOf({}, 'terminal', terminal.chat) },
  { name: 'a certificate', reason: 'structure', object: certificateOf('terminal', {}, 'terminal') },
  { name: 'point beside the curve', reason: 'point', object: requestOf({ publicKey: publicKeyObject(offCurve, domain) }) },
  { name: 'CHR of another country', reason: 'reference', object: requestOf({ holder: holderObject('DET-00000100001') }) },
  { name: 'profile 1', reason: 'profile-identifier', object: requestOf({ profile: profileObject('01') }) },
  { name: 'the key of a CVCA for ECDSA with SHA-512', reason: 'algorithm', object: requestOf({ publicKey: publicKeyObject(point, domain, '04007f00070202020205') }) },
  { name: 'not one object', reason: 'structure', object: first.profile },
];
