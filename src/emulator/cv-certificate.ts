import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { fromHex } from '../iso7816/index.js';
import { bytesNumber, sameBytes } from './aes.js';
import { DerError, type DerReader, readDer } from './der-reader.js';
import { rightsOf, type Role, roleOf } from './rights.js';

/** id-TA-ECDSA-SHA-256 */
export const TA_PROTOCOL = fromHex('04007f00070202020203');
const ID_AT = fromHex('04007f000703010202');
const ID_DEPARTMENTS = fromHex('6981b890afbecbbfba93ab979ffe9482e58fea6902');
const SIGNATURE = 64;
const POINT = 65;
const MOST_DEPARTMENTS = 16;

/** P-256 (FIPS 186-4 D.1.2.3) as the objects 81 to 85 and 87 of a CVCA's key. */
const PRIME = fromHex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff');
const DOMAIN_BEFORE_POINT: readonly (readonly [tag: number, value: Uint8Array])[] = [
  [0x81, PRIME],
  [0x82, fromHex('ffffffff00000001000000000000000000000000fffffffffffffffffffffffc')],
  [0x83, fromHex('5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b')],
  [
    0x84,
    fromHex(
      '04 6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296 4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    ),
  ],
  [0x85, fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')],
];
const COFACTOR = Uint8Array.of(1);

/** A card-verifiable certificate of firmware-specs/terminal-authentication.md 1, taken apart and not yet believed. */
export interface CvCertificate {
  /** The whole encoded 7F4E: what is signed. */
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  /** certification authority reference: who signed it */
  readonly authority: Uint8Array;
  /** certificate holder reference */
  readonly reference: Uint8Array;
  readonly point: Uint8Array;
  readonly hasDomainParameters: boolean;
  readonly role: Role;
  readonly rights: number;
  /** YYMMDD in BCD, both days included */
  readonly effective: Uint8Array;
  readonly expires: Uint8Array;
  readonly departments: readonly number[];
}

/** What 7F21 holds (the data of PSO:VERIFY CERTIFICATE). Undefined for anything that section 1 does not describe. */
export const parseCertificate = (contents: Uint8Array): CvCertificate | undefined => readDer(contents, (reader) => readCertificate(reader, contents));

function readCertificate(reader: DerReader, contents: Uint8Array): CvCertificate {
  const fields = reader.inside(0x7f4e, readBody);
  const body = contents.slice(0, reader.position);
  return { ...fields, body, signature: reader.take(0x5f37, SIGNATURE) };
}

function readBody(body: DerReader): Omit<CvCertificate, 'body' | 'signature'> {
  if (body.take(0x5f29, 1)[0] !== 0) throw new DerError('profile');
  const authority = reference(body.take(0x42));
  const key = body.inside(0x7f49, readPublicKey);
  const holder = reference(body.take(0x5f20));
  const chat = body.inside(0x7f4c, (template) => {
    expectBytes(template.take(0x06), ID_AT);
    return template.take(0x53, 5);
  });
  const role = roleOf(chat);
  const effective = day(body.take(0x5f25, 6));
  const expires = day(body.take(0x5f24, 6));
  if (bytesNumber(expires) < bytesNumber(effective)) throw new DerError('expires before it is effective');
  if (body.isNext(0x65) && role !== 'terminal') throw new DerError('extensions');
  const departments = body.isNext(0x65) ? body.inside(0x65, readExtensions) : [];
  return { authority, reference: holder, ...key, role, rights: rightsOf(chat), effective, expires, departments };
}

function readPublicKey(key: DerReader): { point: Uint8Array; hasDomainParameters: boolean } {
  expectBytes(key.take(0x06), TA_PROTOCOL);
  const hasDomainParameters = key.isNext(0x81);
  if (hasDomainParameters) for (const [tag, value] of DOMAIN_BEFORE_POINT) expectBytes(key.take(tag), value);
  const point = key.take(0x86, POINT);
  if (findPublicKey(point) === undefined) throw new DerError('no point of the curve');
  if (hasDomainParameters) expectBytes(key.take(0x87), COFACTOR);
  return { point, hasDomainParameters };
}

function readExtensions(extensions: DerReader): number[] {
  return extensions.inside(0x73, (template) => {
    expectBytes(template.take(0x06), ID_DEPARTMENTS);
    const list = template.take(0x80);
    if (list.length % 2 !== 0 || list.length > 2 * MOST_DEPARTMENTS) throw new DerError('departments');
    return Array.from({ length: list.length / 2 }, (_, i) => bytesNumber(list.slice(2 * i, 2 * i + 2)));
  });
}

function expectBytes(found: Uint8Array, expected: Uint8Array): void {
  if (!sameBytes(found, expected)) throw new DerError('another value is due');
}

const isAlphanumeric = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/** Country CN, a mnemonic of 1 to 9, a sequence of 5 letters or digits (TR-03110-3 A.6.1); printable characters of ISO/IEC 8859-1. */
function reference(bytes: Uint8Array): Uint8Array {
  const printable = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte >= 0xa0);
  if (bytes.length < 8 || bytes.length > 16 || bytes[0] !== 0x43 || bytes[1] !== 0x4e || !printable) throw new DerError('reference');
  if (!bytes.slice(-5).every(isAlphanumeric)) throw new DerError('sequence of a reference');
  return bytes;
}

/** Six digits, a byte each, of a day from 2000 to 2099 that exists; as YYMMDD in BCD. */
function day(digits: Uint8Array): Uint8Array {
  if (digits.some((digit) => digit > 9)) throw new DerError('digit');
  const [year, month, date] = [0, 2, 4].map((at) => (digits[at] ?? 0) * 10 + (digits[at + 1] ?? 0));
  if (year === undefined || month === undefined || date === undefined || month < 1 || month > 12) throw new DerError('month');
  const days = month === 2 ? (year % 4 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  if (date < 1 || date > days) throw new DerError('day');
  return Uint8Array.from({ length: 3 }, (_, i) => ((digits[2 * i] ?? 0) << 4) | (digits[2 * i + 1] ?? 0));
}

/** Undefined when the bytes are no uncompressed point of P-256 other than infinity. */
function findPublicKey(point: Uint8Array): KeyObject | undefined {
  if (point.length !== POINT || point[0] !== 0x04) return undefined;
  const coordinate = (from: number): string => Buffer.from(point.slice(from, from + 32)).toString('base64url');
  try {
    return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) } });
  } catch {
    return undefined;
  }
}

/** ECDSA P-256 with SHA-256 over `message`; `signature` is plain r and s, 64 bytes. `point` has been checked before it was kept. */
export function verifySignature(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = findPublicKey(point);
  return key !== undefined && verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
