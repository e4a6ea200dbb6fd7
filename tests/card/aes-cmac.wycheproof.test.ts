import { describe, expect, it } from 'vitest';
import { aesCbcDecrypt, aesCbcEncrypt, pad, unpad } from '../../src/card/index.js';
import { aesCmac } from '../../src/node-crypto/index.js';
import { equal, fromHex, toHex } from '../../src/iso7816/index.js';
import { standardVectors } from '../standard-vectors.js';

interface Suite<T> {
  readonly testGroups: readonly { readonly keySize: number; readonly tagSize: number; readonly tests: readonly T[] }[];
}
interface MacCase {
  readonly tcId: number;
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
  readonly result: 'valid' | 'invalid';
}
interface CbcCase {
  readonly tcId: number;
  readonly key: string;
  readonly iv: string;
  readonly msg: string;
  readonly ct: string;
  readonly result: 'valid' | 'invalid';
}

/** PKCS #5 padding: the suite's, not the product's. Undefined when it is wrong. */
function pkcs5(data: Uint8Array): Uint8Array | undefined {
  const length = data.at(-1) ?? 0;
  const right = length >= 1 && length <= 16 && data.length >= length && data.slice(-length).every((byte) => byte === length);
  return right ? data.slice(0, -length) : undefined;
}
const pkcs5Pad = (data: Uint8Array): Uint8Array => {
  const fill = 16 - (data.length % 16);
  return Uint8Array.from([...data, ...new Array<number>(fill).fill(fill)]);
};

describe('AES-CMAC', () => {
  // RFC 4493 section 4
  it.each([
    ['', 'bb1d6929e95937287fa37d129b756746'],
    ['6bc1bee22e409f96e93d7e117393172a', '070a16b46b4d4144f79bdd9dd04a287c'],
    ['6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411', 'dfa66747de9ae63030ca32611497c827'],
  ])('RFC 4493: %s', (message, mac) => {
    expect(toHex(aesCmac(fromHex('2b7e151628aed2a6abf7158809cf4f3c'), fromHex(message)))).toBe(mac);
  });

  standardVectors<Suite<MacCase>>('wycheproof/aes_cmac_test.json', (suite, count) => {
    it('agrees with Wycheproof', () => {
      for (const group of suite.testGroups) {
        for (const test of group.tests) {
          const mac = (): Uint8Array => aesCmac(fromHex(test.key), fromHex(test.msg)).slice(0, group.tagSize / 8);
          if ([128, 192, 256].includes(group.keySize)) expect([test.tcId, equal(mac(), fromHex(test.tag))]).toEqual([test.tcId, test.result === 'valid']);
          else expect(mac).toThrow(RangeError);
          count();
        }
      }
    });
  });
});

describe('AES-CBC', () => {
  standardVectors<Suite<CbcCase>>('wycheproof/aes_cbc_pkcs5_test.json', (suite, count) => {
    it('agrees with Wycheproof', () => {
      for (const test of suite.testGroups.flatMap((group) => group.tests)) {
        const [key, iv, message, cryptogram] = [test.key, test.iv, test.msg, test.ct].map(fromHex) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
        if (test.result === 'valid') expect(toHex(aesCbcEncrypt(key, iv, pkcs5Pad(message)))).toBe(test.ct);
        const decrypt = (): Uint8Array | undefined => pkcs5(aesCbcDecrypt(key, iv, cryptogram));
        if (cryptogram.length % 16 !== 0) expect(decrypt).toThrow(RangeError);
        else expect([test.tcId, decrypt() === undefined]).toEqual([test.tcId, test.result === 'invalid']);
        count();
      }
    });
  });
});

describe('padding method 2', () => {
  it('comes off as it went on, for every length of two blocks', () => {
    for (let length = 0; length <= 32; length += 1) {
      const data = new Uint8Array(length).fill(0x80);
      expect(pad(data).length % 16).toBe(0);
      expect(unpad(pad(data))).toEqual(data);
    }
  });
  it.each([['00'.repeat(16)], ['ff'.repeat(16)], [`80${'00'.repeat(16)}${'00'.repeat(15)}`], ['']])('refuses %s', (hex) => {
    expect(unpad(fromHex(hex))).toBeUndefined();
  });
});
