import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CvcError, encodeCvRequest, parseCvRequest } from '../../src/cvc/index.js';
import { concat, toHex } from '../../src/iso7816/index.js';
import { p256KeyPair, signP256 } from '../../src/node-crypto/index.js';
import { cvKeys, references, requestOf } from '../vectors/cvc-objects.js';
import { signDeterministic } from '../vectors/ecdsa-rfc6979.js';

describe('requests', () => {
  it('come back as they were made', () => {
    const { privateKey, publicKey } = p256KeyPair();
    const request = encodeCvRequest(references.terminal, publicKey, (message) => signP256(privateKey, message));
    expect(parseCvRequest(request)).toEqual({ holderReference: references.terminal, publicKey });
  });
  it('are what the objects of the specification, put together by hand, are', () => {
    const { privateKey, publicKey } = cvKeys.terminal;
    expect(toHex(encodeCvRequest(references.terminal, publicKey, (message) => signDeterministic(privateKey, message)))).toBe(toHex(requestOf()));
  });
  it('are not made with another key than the one they hold', () => {
    const sign = (message: Uint8Array): Uint8Array => signP256(cvKeys.verifier.privateKey, message);
    expect(() => encodeCvRequest(references.terminal, cvKeys.terminal.publicKey, sign)).toThrow(expect.objectContaining({ reason: 'signature' }));
  });
  it('changed anywhere, are refused with a CvcError', () => {
    const request = requestOf();
    const change = fc.tuple(fc.nat(request.length - 1), fc.nat(12), fc.uint8Array({ maxLength: 12 }));
    fc.assert(
      fc.property(change, ([from, length, put]) => {
        const changed = concat(request.slice(0, from), put, request.slice(from + length));
        fc.pre(toHex(changed) !== toHex(request));
        expect(() => parseCvRequest(changed)).toThrow(CvcError);
      }),
      { numRuns: 2_000 },
    );
  });
});
