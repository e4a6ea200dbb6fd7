import { describe, expect, it } from 'vitest';
import { nodeCrypto, nodeEd25519 } from '../../src/node-crypto/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';

describe('nodeCrypto', () => {
  // RFC 8032 7.1, test 2
  const seed = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
  const key = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  const signature =
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

  it('RFC 8032 7.1 test 2', () => {
    expect(nodeEd25519.publicKey(seed)).toEqual(key);
    expect(toHex(nodeEd25519.sign(seed, Uint8Array.of(0x72)))).toBe(signature);
    expect(nodeEd25519.verify(key, Uint8Array.of(0x72), fromHex(signature))).toBe(true);
  });
  it('FIPS 180-4: SHA-256 of "abc"', () => {
    const digest = nodeCrypto.sha256(Uint8Array.of(0x61, 0x62, 0x63));
    expect(toHex(digest)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(digest.constructor).toBe(Uint8Array);
  });
  it('keeps working past its cache of public keys', () => {
    for (let i = 0; i < 1_100; i++) nodeEd25519.verify(Uint8Array.from(key, (byte, at) => (at < 2 ? (i >> (8 * at)) & 255 : byte)), key, new Uint8Array(64));
    expect(nodeEd25519.verify(key, Uint8Array.of(0x72), fromHex(signature))).toBe(true);
  });
  it('refuses a seed of another length: a bug of the caller', () => {
    expect(() => nodeEd25519.sign(seed.slice(1), key)).toThrow(RangeError);
  });
});
