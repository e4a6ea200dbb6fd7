import { describe, expect, it } from 'vitest';
import { compressedPoint, ephemeralKey, sharedSecret, uncompressedPoint } from '../../src/card/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Suite {
  readonly testGroups: readonly {
    readonly tests: readonly { readonly tcId: number; readonly public: string; readonly private: string; readonly shared: string; readonly result: string; readonly flags: readonly string[] }[];
  }[];
}

/** 32-byte scalar of the suite's big integers, which may carry a sign byte or lack leading zeros. */
const scalar = (hex: string): Uint8Array => fromHex(hex.padStart(64, '0').slice(-64));

describe('ECDH on P-256', () => {
  standardVectors<Suite>('wycheproof/ecdh_secp256r1_ecpoint_test.json', (suite, count) => {
    it('agrees with Wycheproof', () => {
      for (const test of suite.testGroups.flatMap((group) => group.tests)) {
        const shared = sharedSecret(scalar(test.private), fromHex(test.public));
        const expected = test.result === 'invalid' ? undefined : test.shared;
        expect([test.tcId, shared === undefined ? undefined : toHex(shared)]).toEqual([test.tcId, expected]);
        count();
      }
    });
  });

  it('keeps 32 bytes and both forms of a point', () => {
    const { privateKey, point } = ephemeralKey();
    expect([privateKey.length, point.length]).toEqual([32, 65]);
    const compressed = compressedPoint(point);
    expect(compressed?.length).toBe(33);
    expect(uncompressedPoint(compressed ?? new Uint8Array())).toEqual(point);
    expect(sharedSecret(privateKey, compressed ?? point)).toEqual(sharedSecret(privateKey, point));
  });

  it('refuses what is no point of the curve', () => {
    const { privateKey, point } = ephemeralKey();
    const off = point.slice();
    off[64] = (off[64] ?? 0) ^ 1;
    for (const bad of [off, Uint8Array.of(0), new Uint8Array(65), point.slice(0, 64), new Uint8Array()]) expect(sharedSecret(privateKey, bad)).toBeUndefined();
  });
});
