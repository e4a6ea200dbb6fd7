import { createCipheriv } from 'node:crypto';

const block = 16;

/** Doubling in GF(2^128) (NIST SP 800-38B 6.1). */
const double = (input: Uint8Array): Uint8Array => {
  const out = new Uint8Array(block);
  for (let i = 0; i < block; i++) out[i] = (((input[i] ?? 0) << 1) | ((input[i + 1] ?? 0) >> 7)) & 0xff;
  if (((input[0] ?? 0) & 0x80) !== 0) out[block - 1] = (out[block - 1] ?? 0) ^ 0x87;
  return out;
};

/** AES-128 CMAC (NIST SP 800-38B, RFC 4493): 16 bytes. Throws RangeError for a key of another length. */
export const aesCmac = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  if (key.length !== block) throw new RangeError('AES-128 key expected');
  const subkey1 = double(createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(new Uint8Array(block)));
  const whole = message.length > 0 && message.length % block === 0;
  const mask = whole ? subkey1 : double(subkey1);
  const padded = new Uint8Array(whole ? message.length : (Math.floor(message.length / block) + 1) * block);
  padded.set(message);
  if (!whole) padded[message.length] = 0x80;
  for (let i = 0; i < block; i++) padded[padded.length - block + i] = (padded[padded.length - block + i] ?? 0) ^ (mask[i] ?? 0);
  const chained = createCipheriv('aes-128-cbc', key, new Uint8Array(block)).setAutoPadding(false).update(padded);
  return new Uint8Array(chained.subarray(chained.length - block));
};
