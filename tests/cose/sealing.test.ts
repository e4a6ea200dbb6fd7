import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { CoseError, openSealed, sealingKeyPair, sealTo, secretbox, secretboxOpen } from '../../src/cose/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Suite {
  readonly testGroups: readonly { readonly tests: readonly { readonly tcId: number; readonly public: string; readonly private: string; readonly shared: string }[] }[];
}

describe('sealing', () => {
  it('opens for the recipient only, and not after any change', () => {
    const [recipient, other] = [sealingKeyPair(), sealingKeyPair()];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (plain, at) => {
        const sealed = sealTo(recipient.publicKey).seal(plain);
        expect(sealed.length).toBe(plain.length + 72);
        expect(openSealed(recipient.secretKey, sealed)).toEqual(plain);
        expect(openSealed(other.secretKey, sealed)).toBeUndefined();
        const altered = Uint8Array.from(sealed, (byte, i) => (i === at % sealed.length ? byte ^ 1 : byte));
        expect(openSealed(recipient.secretKey, altered)).toBeUndefined();
      }),
      { numRuns: 40 },
    );
    for (const length of [0, 31, 71]) expect(openSealed(recipient.secretKey, new Uint8Array(length))).toBeUndefined();
  });

  it('one sealer seals many, and keeps the ephemeral key', () => {
    const recipient = sealingKeyPair();
    const sealer = sealTo(recipient.publicKey);
    const [first, second] = [sealer.seal(Uint8Array.of(1)), sealer.seal(Uint8Array.of(1))];
    expect(first.slice(0, 32)).toEqual(sealer.ephemeralPublicKey);
    expect(toHex(first.slice(32, 56))).not.toBe(toHex(second.slice(32, 56)));
    expect(openSealed(recipient.secretKey, second)).toEqual(Uint8Array.of(1));
  });

  it('is nacl.box under the ephemeral key', () => {
    const [recipient, ephemeral, nonce] = [sealingKeyPair(), sealingKeyPair(), new Uint8Array(24).fill(3)];
    const sealed = sealTo(recipient.publicKey, { ephemeralSecretKey: ephemeral.secretKey, nonce: () => nonce }).seal(Uint8Array.of(9));
    expect(nacl.box.open(sealed.slice(56), nonce, ephemeral.publicKey, recipient.secretKey)).toEqual(Uint8Array.of(9));
  });

  it('never uses a nonce twice', () => {
    const key = new Uint8Array(32).fill(5);
    const nonces = Array.from({ length: 1_000 }, () => toHex(secretbox(key, new Uint8Array(1)).slice(0, 24)));
    expect(new Set(nonces).size).toBe(1_000);
  });

  it('secretbox opens only under its key', () => {
    const key = new Uint8Array(32).fill(5);
    expect(secretboxOpen(key, secretbox(key, Uint8Array.of(1, 2)))).toEqual(Uint8Array.of(1, 2));
    expect(secretboxOpen(new Uint8Array(32), secretbox(key, Uint8Array.of(1, 2)))).toBeUndefined();
    expect(secretboxOpen(key, new Uint8Array(39))).toBeUndefined();
  });

  standardVectors<Suite>('wycheproof/x25519_test.json', (suite, count) => {
    it('X25519 against Wycheproof: the shared secret, or a refusal where it is zero', () => {
      for (const test of suite.testGroups.flatMap((group) => group.tests)) {
        const [publicKey, secretKey] = [fromHex(test.public), fromHex(test.private)];
        const zero = /^0+$/.test(test.shared);
        if (zero) {
          expect(() => sealTo(publicKey)).toThrow(CoseError);
          expect(openSealed(secretKey, Uint8Array.from([...publicKey, ...new Uint8Array(60)]))).toBeUndefined();
        } else {
          expect([test.tcId, toHex(nacl.scalarMult(secretKey, publicKey))]).toEqual([test.tcId, test.shared]);
        }
        count();
      }
    });
  });
});
