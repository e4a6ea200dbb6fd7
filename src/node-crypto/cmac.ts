import { createCipheriv } from 'node:crypto';

const blockLength = 16;
const zeroBlock = new Uint8Array(blockLength);

/** Doubling in GF(2^128), the subkey step of CMAC (NIST SP 800-38B 6.1). */
const double = (block: Uint8Array): Uint8Array => {
  const out = new Uint8Array(blockLength);
  let carry = 0;
  for (let i = blockLength - 1; i >= 0; i -= 1) {
    const byte = block[i] ?? 0;
    out[i] = ((byte << 1) | carry) & 0xff;
    carry = byte >> 7;
  }
  if (carry === 1) out[blockLength - 1] = (out[blockLength - 1] ?? 0) ^ 0x87;
  return out;
};

const xorInto = (target: Uint8Array, at: number, block: Uint8Array): void => {
  for (let i = 0; i < blockLength; i += 1) target[at + i] = (target[at + i] ?? 0) ^ (block[i] ?? 0);
};

/** AES-CMAC, the full 16 bytes (NIST SP 800-38B, RFC 4493). Throws RangeError for a key of another length than 16, 24 or 32 bytes. */
export const aesCmac = (key: Uint8Array, message: Uint8Array): Uint8Array => {
  if (![16, 24, 32].includes(key.length)) throw new RangeError(`an AES key has 16, 24 or 32 bytes, not ${key.length}`);
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, zeroBlock).setAutoPadding(false);
  // The first block of this chain is L = E(0), from which the subkeys come; the message goes on behind it, with L taken off its first block again. Making a
  // cipher costs more than running it.
  const l = cipher.update(zeroBlock);
  const k1 = double(l);
  const whole = message.length > 0 && message.length % blockLength === 0;
  const input = new Uint8Array(whole ? message.length : (Math.floor(message.length / blockLength) + 1) * blockLength);
  input.set(message);
  if (!whole) input[message.length] = 0x80;
  xorInto(input, input.length - blockLength, whole ? k1 : double(k1));
  xorInto(input, 0, l);
  return new Uint8Array(cipher.update(input).subarray(-blockLength));
};
