import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';

/** AES-128 as a card's coprocessor offers it: one block, CBC without padding, CMAC (NIST SP 800-38B). Keys and IVs are 16 bytes. */
export const BLOCK = 16;

export function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return new Uint8Array(cipher.update(block));
}

/** CBC under the IV E(`counter`), `data` in whole blocks: one chain whose first block is the counter's. */
export function encryptCbcAfter(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  const chain = createCipheriv('aes-128-cbc', key, new Uint8Array(BLOCK)).setAutoPadding(false);
  chain.update(counter);
  return new Uint8Array(chain.update(data));
}

export function decryptCbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(data));
}

/** NIST SP 800-38B 6.1: multiplication by x in GF(2^128). */
function double(block: Uint8Array): Uint8Array {
  const out = new Uint8Array(BLOCK);
  let carry = 0;
  for (let i = BLOCK - 1; i >= 0; i--) {
    const byte = block[i] ?? 0;
    out[i] = ((byte << 1) | carry) & 0xff;
    carry = byte >> 7;
  }
  if (carry === 1) out[BLOCK - 1] = (out[BLOCK - 1] ?? 0) ^ 0x87;
  return out;
}

/**
 * The whole 16-byte CMAC; callers truncate. One chain for both: its first block, over zeros, is the L of the subkeys, and is taken off the message's first block.
 */
export function cmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const chain = createCipheriv('aes-128-cbc', key, new Uint8Array(BLOCK)).setAutoPadding(false);
  const l = chain.update(new Uint8Array(BLOCK));
  const subkey1 = double(l);
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK));
  const whole = message.length === blocks * BLOCK;
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(message);
  if (!whole) padded[message.length] = 0x80;
  const subkey = whole ? subkey1 : double(subkey1);
  const last = (blocks - 1) * BLOCK;
  for (let i = 0; i < BLOCK; i++) padded[last + i] = (padded[last + i] ?? 0) ^ (subkey[i] ?? 0);
  for (let i = 0; i < BLOCK; i++) padded[i] = (padded[i] ?? 0) ^ (l[i] ?? 0);
  return new Uint8Array(chain.update(padded).subarray(last));
}

/** ISO/IEC 9797-1 padding method 2. */
export function pad(data: Uint8Array): Uint8Array {
  const out = new Uint8Array((Math.floor(data.length / BLOCK) + 1) * BLOCK);
  out.set(data);
  out[data.length] = 0x80;
  return out;
}

/** Undefined when the padding is not method 2. */
export function unpad(data: Uint8Array): Uint8Array | undefined {
  let end = data.length - 1;
  while (end >= 0 && data[end] === 0) end--;
  if (end < 0 || data[end] !== 0x80 || data.length - end > BLOCK) return undefined;
  return data.slice(0, end);
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** A 16-byte counter, big-endian: the SSC of secure messaging and the encryption counter of SCP03. */
export function increment(counter: Uint8Array): void {
  for (let i = counter.length - 1; i >= 0; i--) {
    counter[i] = ((counter[i] ?? 0) + 1) & 0xff;
    if (counter[i] !== 0) return;
  }
}

export const numberBytes = (value: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Math.floor(value / 2 ** (8 * (length - 1 - i))) & 0xff);

export const bytesNumber = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

