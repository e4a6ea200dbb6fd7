import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from '../iso7816/index.js';

/** AES block length in bytes. */
export const blockLength = 16;
const zeroBlock = new Uint8Array(blockLength);

const bits = (key: Uint8Array): 128 | 192 | 256 => {
  if (key.length === 16) return 128;
  if (key.length === 24) return 192;
  if (key.length === 32) return 256;
  throw new RangeError(`an AES key has 16, 24 or 32 bytes, not ${key.length}`);
};

/** One block by AES-ECB: only to make IVs. */
export function aesBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`aes-${bits(key)}-ecb`, key, null).setAutoPadding(false);
  return concat(cipher.update(block), cipher.final());
}

/** AES-CBC without padding: `data` is whole blocks, else RangeError. */
export function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  if (data.length % blockLength !== 0) throw new RangeError('CBC needs whole blocks');
  const cipher = createCipheriv(`aes-${bits(key)}-cbc`, key, iv).setAutoPadding(false);
  return concat(cipher.update(data), cipher.final());
}

/** AES-CBC without padding under the IV E(`counter`), as secure messaging makes it: the encrypted counter is the chain's block before the first. */
export function aesCbcEncryptAfter(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  const input = concat(counter, data);
  try {
    return aesCbcEncrypt(key, zeroBlock, input).slice(blockLength);
  } finally {
    input.fill(0);
  }
}

/** The inverse of {@link aesCbcEncrypt}. */
export function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  if (data.length % blockLength !== 0) throw new RangeError('CBC needs whole blocks');
  const decipher = createDecipheriv(`aes-${bits(key)}-cbc`, key, iv).setAutoPadding(false);
  return concat(decipher.update(data), decipher.final());
}

/** ISO/IEC 9797-1 padding method 2: 80, then zeros to the block. Always adds at least one byte. */
export function pad(data: Uint8Array): Uint8Array {
  const padded = new Uint8Array((Math.floor(data.length / blockLength) + 1) * blockLength);
  padded.set(data);
  padded[data.length] = 0x80;
  return padded;
}

/** Takes padding method 2 off; undefined when there is none. Only after the MAC was found right. */
export function unpad(data: Uint8Array): Uint8Array | undefined {
  let end = data.length - 1;
  while (end >= 0 && data[end] === 0) end -= 1;
  const withinLastBlock = data.length - end <= blockLength;
  return data[end] === 0x80 && withinLastBlock ? data.slice(0, end) : undefined;
}
