import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asPsoData, CvcError, cvcReasons, encodeCvCertificate, parseCvCertificate, verifyCvCertificate, type CvBody, type CvcReason } from '../../src/cvc/index.js';
import { concat, encodeTlv, toHex } from '../../src/iso7816/index.js';
import { signP256, verifyP256 } from '../../src/node-crypto/index.js';
import { certificateOf, cvKeys, holderObject, references } from '../vectors/cvc-objects.js';
import { refusedCertificates, refusedRequests } from '../vectors/cvc-refusals.js';
import { signDeterministic } from '../vectors/ecdsa-rfc6979.js';
import { anyBody, terminalBody } from './bodies.js';

const unsigned = (): Uint8Array => new Uint8Array(64);
const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (error instanceof CvcError) return error.reason;
    throw error;
  }
};

describe('certificates', () => {
  it('come back as they were made, and signed over the body', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const encoded = encodeCvCertificate(body, (message) => signP256(cvKeys.first.privateKey, message));
        const { encoded: kept, body: signedBody, signature, ...parsed } = parseCvCertificate(encoded);
        expect(parsed).toEqual(body);
        expect(kept).toEqual(encoded);
        expect(encodeTlv(0x7f21, concat(signedBody, encodeTlv(0x5f37, signature)))).toEqual(encoded);
        expect(verifyP256(cvKeys.first.publicKey, signedBody, signature)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('are what the objects of the specification, put together by hand, are', () => {
    const made = encodeCvCertificate(terminalBody, (message) => signDeterministic(cvKeys.verifier.privateKey, message));
    expect(toHex(made)).toBe(toHex(certificateOf('terminal')));
  });

  it('verify under the key of who signed, alone', () => {
    const certificate = parseCvCertificate(certificateOf('terminal'));
    expect(verifyCvCertificate(certificate, cvKeys.verifier.publicKey)).toBe(true);
    expect(verifyCvCertificate(certificate, cvKeys.terminal.publicKey)).toBe(false);
    expect(verifyCvCertificate(certificate, new Uint8Array(65))).toBe(false);
  });

  it('go to the card without their outermost object', () => {
    const certificate = parseCvCertificate(certificateOf('first'));
    expect(encodeTlv(0x7f21, asPsoData(certificate))).toEqual(certificate.encoded);
  });

  it('hold the bytes that they were parsed from, not the caller’s array', () => {
    const bytes = certificateOf('terminal');
    const certificate = parseCvCertificate(bytes);
    bytes.fill(0);
    expect(toHex(certificate.encoded)).toBe(toHex(certificateOf('terminal')));
  });

  it('have reasons that are all told by some scenario of the vectors', () => {
    const told = [...refusedCertificates, ...refusedRequests].map(({ reason }) => reason);
    expect([...new Set(told)].sort()).toEqual([...cvcReasons].sort());
  });
});

describe('a holder reference', () => {
  it.each([['CN00001', 'reference'], ['CNA00001', 'accepted'], ['CNABCDEFGHI00001', 'accepted'], ['CNABCDEFGHIJ00001', 'reference']])('%s: a mnemonic of 1 to 9 between country and sequence', (reference, expected) => {
    expect(reasonOf(() => parseCvCertificate(certificateOf('terminal', { holder: holderObject(reference) })))).toBe(expected);
    expect(reasonOf(() => encodeCvCertificate({ ...terminalBody, holderReference: reference }, unsigned))).toBe(expected);
  });
});

describe('bytes that were a certificate', () => {
  const whole = [certificateOf('first'), certificateOf('verifier'), certificateOf('terminal')];
  /** Still a certificate, of the very same encoding; or a CvcError. Anything else that is thrown fails the property. */
  const judge = (bytes: Uint8Array): void => {
    if (reasonOf(() => parseCvCertificate(bytes)) !== 'accepted') return;
    const { encoded, signature, ...body } = parseCvCertificate(bytes);
    expect(encoded).toEqual(bytes);
    expect(parseCvCertificate(encodeCvCertificate(body, () => signature))).toMatchObject({ ...body, body: expect.any(Uint8Array) });
  };
  it('changed, cut, lengthened or swapped', () => {
    const change = fc.tuple(fc.nat(500), fc.nat(500), fc.uint8Array({ maxLength: 12 }));
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.array(change, { minLength: 1, maxLength: 4 }), (start, changes) => {
        judge(changes.reduce((bytes, [from, length, put]) => concat(bytes.slice(0, from), put, bytes.slice(from + (length % 13))), start));
      }),
      { numRuns: 3_000 },
    );
  });
  it('any bytes at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1_200 }), (bytes) => judge(bytes)), { numRuns: 2_000 });
  });
  it('objects inside objects, up to the length that is looked at', () => {
    let nested: Uint8Array = new Uint8Array(0);
    while (nested.length < 1_000) nested = encodeTlv(0x7f21, nested);
    expect(reasonOf(() => parseCvCertificate(nested))).toBe('der');
  });
});

describe('a body that is none', () => {
  it.each<[string, CvcReason, Partial<CvBody>]>([
    ['a CAR of 17 characters', 'reference', { authorityReference: 'CN123456789012345' }],
    ['a CHR beyond ISO/IEC 8859-1', 'reference', { holderReference: 'CN终端00001' }],
    ['a CHR that ends in a line break', 'reference', { holderReference: `${references.terminal}\n` }],
    ['a key beside the curve', 'point', { publicKey: new Uint8Array(65).fill(4) }],
    ['a compressed key', 'point', { publicKey: Uint8Array.of(2, ...terminalBody.publicKey.slice(1, 33)) }],
    ['a day that does not exist', 'date', { expires: '2027-02-30' }],
    ['a year before 2000', 'date', { effective: '1999-12-31' }],
    ['a year from 2100 on', 'date', { expires: '2100-01-01' }],
    ['a date with a time', 'date', { expires: '2026-12-10T00:00:00Z' }],
    ['expiry before effective day', 'validity', { expires: '2026-11-23' }],
    ['17 departments', 'departments', { departments: Array.from({ length: 17 }, (_, i) => i) }],
    ['a department beyond 16 bits', 'departments', { departments: [0x10000] }],
    ['a department below 0', 'departments', { departments: [-1] }],
    ['half a department', 'departments', { departments: [1.5] }],
    ['departments of a document verifier', 'extension', { role: 'dv-domestic' }],
  ])('is not signed: %s', (_, reason, change) => {
    const sign = (): never => {
      throw new Error('signed');
    };
    expect(reasonOf(() => encodeCvCertificate({ ...terminalBody, ...change }, sign))).toBe(reason);
  });
  it('a signature of another length', () => {
    expect(reasonOf(() => encodeCvCertificate(terminalBody, () => new Uint8Array(70)))).toBe('signature');
    expect(reasonOf(() => encodeCvCertificate(terminalBody, unsigned))).toBe('accepted');
  });
});
