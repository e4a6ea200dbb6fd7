import { encodeTlv, parseTlv, TlvError, type Tlv } from '../iso7816/index.js';
import { CvcError } from './errors.js';
import { bitOfRight, idAuthenticationTerminal, maxCertificateBytes, roles, tag, type CvRole, type Right } from './profile.js';

/** The children of one object, which must carry exactly these tags in this order. */
export function childrenOf(parent: Tlv, ...tags: readonly number[]): readonly Tlv[] {
  const children = parent.children ?? [];
  if (children.length !== tags.length || children.some((child, i) => child.tag !== tags[i])) throw new CvcError('structure', `objects in ${parent.tag.toString(16)}`);
  return children;
}

/** {@link childrenOf} as values. The tuple is as long as `tags`. */
export function valuesOf<const T extends readonly number[]>(parent: Tlv, ...tags: T): { readonly [I in keyof T]: Uint8Array } {
  return childrenOf(parent, ...tags).map((child) => child.value) as unknown as { readonly [I in keyof T]: Uint8Array };
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The one object 7F21 that the bytes are, body and signature apart. TlvError ends here. */
export function openSigned(bytes: Uint8Array): { readonly bodyObject: Tlv; readonly body: Uint8Array; readonly signature: Uint8Array } {
  if (bytes.length > maxCertificateBytes) throw new CvcError('length', `${bytes.length} bytes`);
  let objects: Tlv[];
  try {
    objects = parseTlv(bytes, { strict: true });
  } catch (cause) {
    if (cause instanceof TlvError) throw new CvcError('der', cause.message, { cause });
    throw cause;
  }
  const [whole, ...more] = objects;
  if (whole?.tag !== tag.certificate || more.length > 0) throw new CvcError('structure', 'not one 7f21');
  const [bodyObject, signatureObject] = childrenOf(whole, tag.body, tag.signature) as readonly [Tlv, Tlv];
  if (signatureObject.value.length !== 64) throw new CvcError('signature', `${signatureObject.value.length} bytes`);
  // DER has one encoding only: this is the body as it came.
  return { bodyObject, body: encodeTlv(tag.body, bodyObject.value), signature: signatureObject.value };
}

export const encodeSigned = (body: Uint8Array, signature: Uint8Array): Uint8Array => encodeTlv(tag.certificate, [body, encodeTlv(tag.signature, signature)]);

export function checkProfileIdentifier(value: Uint8Array): void {
  if (!sameBytes(value, Uint8Array.of(0))) throw new CvcError('profile-identifier', 'not 0');
}

/** Country, mnemonic of 1 to 9 printable characters of ISO/IEC 8859-1, sequence numeric or alphanumeric (TR-03110-3 A.6.1). */
const referenceShape = /^CN[\x20-\x7e\xa0-\xff]{1,9}[0-9A-Za-z]{5}$/;

export function encodeReference(reference: string): Uint8Array {
  if (!referenceShape.test(reference)) throw new CvcError('reference', `${reference.length} characters`);
  return Uint8Array.from(reference, (character) => character.charCodeAt(0));
}

export function parseReference(value: Uint8Array): string {
  const reference = String.fromCharCode(...value);
  if (!referenceShape.test(reference)) throw new CvcError('reference', `${value.length} bytes`);
  return reference;
}

const exists = (year: number, month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Whether it is `YYYY-MM-DD` of a day that exists, 2000–2099: what a certificate can hold. */
export function isCvDate(text: string): boolean {
  const [, year, month, day] = /^(20\d\d)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  return exists(Number(year), Number(month), Number(day));
}

/** YYMMDD, each digit one byte (TR-03110-3 D.2.1.3). */
export function encodeDate(date: string): Uint8Array {
  if (!isCvDate(date)) throw new CvcError('date', 'no day of 2000–2099');
  return Uint8Array.from(date.slice(2).replaceAll('-', ''), Number);
}

export function parseDate(value: Uint8Array): string {
  if (value.length !== 6 || value.some((digit) => digit > 9)) throw new CvcError('date', 'not six digits');
  const date = `20${value.join('').replace(/(..)(..)(..)/, '$1-$2-$3')}`;
  if (!isCvDate(date)) throw new CvcError('date', 'no such day');
  return date;
}

/** 7F4C of a role and its rights. */
export function encodeChat(role: CvRole, rights: readonly Right[]): Uint8Array {
  const bits = rights.reduce((sum, right) => sum | (1n << BigInt(bitOfRight[right])), BigInt(roles.indexOf(role)) << 38n);
  const authorization = Uint8Array.from({ length: 5 }, (_, i) => Number((bits >> BigInt(8 * (4 - i))) & 0xffn));
  return encodeTlv(tag.chat, [encodeTlv(tag.objectIdentifier, idAuthenticationTerminal), encodeTlv(tag.discretionary, authorization)]);
}

/** Role and rights of a 7F4C; bits of other rights are ignored. */
export function parseChat(chat: Tlv): { readonly role: CvRole; readonly rights: readonly Right[] } {
  const [type, authorization] = valuesOf(chat, tag.objectIdentifier, tag.discretionary);
  if (!sameBytes(type, idAuthenticationTerminal)) throw new CvcError('terminal-type', 'not id-AT');
  const role = roles[(authorization[0] ?? 0) >> 6];
  if (authorization.length !== 5 || role === undefined) throw new CvcError('authorization', `${authorization.length} bytes`);
  const has = (bit: number): boolean => (((authorization[4 - (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 1;
  return { role, rights: (Object.keys(bitOfRight) as Right[]).filter((right) => has(bitOfRight[right])) };
}
