import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/iso7816/index.js';
import { isP256Point, p256KeyPair, signP256, verifyP256 } from '../../src/node-crypto/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Suite {
  readonly testGroups: readonly {
    readonly publicKey: { readonly uncompressed: string };
    readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: 'valid' | 'invalid' }[];
  }[];
}

describe('ECDSA on P-256 with SHA-256, r ‖ s', () => {
  standardVectors<Suite>('wycheproof/ecdsa_secp256r1_sha256_p1363_test.json', (suite, count) => {
    it('agrees with Wycheproof', () => {
      for (const { publicKey, tests } of suite.testGroups) {
        for (const test of tests) {
          const verified = verifyP256(fromHex(publicKey.uncompressed), fromHex(test.msg), fromHex(test.sig));
          expect([test.tcId, verified]).toEqual([test.tcId, test.result === 'valid']);
          count();
        }
      }
    });
  });

  const message = Uint8Array.of(1, 2, 3);
  it('signs what verifies, and another message or key does not', () => {
    const [pair, other] = [p256KeyPair(), p256KeyPair()];
    const signature = signP256(pair.privateKey, message);
    expect([pair.privateKey.length, pair.publicKey.length, signature.length]).toEqual([32, 65, 64]);
    expect(p256KeyPair(pair.privateKey)).toEqual(pair);
    expect(verifyP256(pair.publicKey, message, signature)).toBe(true);
    expect(verifyP256(other.publicKey, message, signature)).toBe(false);
    expect(verifyP256(pair.publicKey, message.slice(1), signature)).toBe(false);
    expect(verifyP256(pair.publicKey, message, signature.slice(1))).toBe(false);
  });

  it('keeps the leading zeros of a small scalar', () => {
    const pair = p256KeyPair(fromHex('01'.padStart(64, '0')));
    expect(pair.privateKey).toEqual(fromHex('01'.padStart(64, '0')));
    expect(verifyP256(pair.publicKey, message, signP256(pair.privateKey, message))).toBe(true);
  });

  it.each([
    ['0', '00'.repeat(32)],
    ['the order', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'],
    ['31 bytes', '01'.repeat(31)],
    ['33 bytes', '01'.repeat(33)],
  ])('refuses a scalar that is none: %s', (_, scalar) => {
    expect(() => p256KeyPair(fromHex(scalar))).toThrow(RangeError);
    expect(() => signP256(fromHex(scalar), message)).toThrow(RangeError);
  });

  it('knows a point of the curve', () => {
    const { privateKey, publicKey } = p256KeyPair();
    const off = publicKey.slice();
    off[64] = (off[64] ?? 0) ^ 1;
    expect(isP256Point(publicKey)).toBe(true);
    for (const bad of [off, Uint8Array.of(0), new Uint8Array(65), publicKey.slice(0, 33), new Uint8Array(0), Uint8Array.of(6, ...publicKey.slice(1))]) {
      expect(isP256Point(bad)).toBe(false);
      expect(verifyP256(bad, message, signP256(privateKey, message))).toBe(false);
    }
  });
});
