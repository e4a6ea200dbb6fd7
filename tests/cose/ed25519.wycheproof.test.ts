import { describe, expect, it } from 'vitest';
import { tweetnaclEngine, verifyEd25519 } from '../../src/cose/index.js';
import { nodeEd25519 } from '../../src/node-crypto/index.js';
import { fromHex } from '../../src/iso7816/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Suite {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly { readonly tcId: number; readonly comment: string; readonly msg: string; readonly sig: string; readonly result: 'valid' | 'invalid' }[];
  }[];
}

describe('Ed25519 against Wycheproof', () => {
  standardVectors<Suite>('wycheproof/ed25519_test.json', (suite, count) => {
    it.each([
      ['node:crypto', nodeEd25519],
      ['tweetnacl', tweetnaclEngine],
    ])('%s gives the expected result for every vector', (_, engine) => {
      for (const { publicKey, tests } of suite.testGroups) {
        for (const test of tests) {
          const verified = verifyEd25519(engine, fromHex(publicKey.pk), fromHex(test.msg), fromHex(test.sig));
          expect([test.tcId, verified]).toEqual([test.tcId, test.result === 'valid']);
          count();
        }
      }
    });
  });
});
