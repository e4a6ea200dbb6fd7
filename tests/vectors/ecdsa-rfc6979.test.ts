import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { p256KeyPair, verifyP256 } from '../../src/node-crypto/index.js';
import { signDeterministic } from './ecdsa-rfc6979.js';

/** A.2.5: P-256, SHA-256. */
it.each([
  ['sample', 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8'],
  ['test', 'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083'],
])('RFC 6979 A.2.5, message "%s"', (text, signature) => {
  const { privateKey, publicKey } = p256KeyPair(fromHex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721'));
  const message = new TextEncoder().encode(text);
  expect(toHex(signDeterministic(privateKey, message))).toBe(signature);
  expect(verifyP256(publicKey, message, fromHex(signature))).toBe(true);
});
