import { createHash, createHmac } from 'node:crypto';
import { concat, fromHex, toHex } from '../../src/iso7816/index.js';
import { p256KeyPair } from '../../src/node-crypto/index.js';

const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const toInteger = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const toBytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'));

/** base ^ exponent modulo the order, which is prime: with order − 2 it is the inverse. */
function power(base: bigint, exponent: bigint): bigint {
  let [result, factor] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * factor) % order;
    factor = (factor * factor) % order;
  }
  return result;
}

/** RFC 6979 3.2 with SHA-256 on P-256: the nonce of a message. */
function nonceOf(privateKey: Uint8Array, digest: Uint8Array): Uint8Array {
  const seed = concat(privateKey, toBytes(toInteger(digest) % order));
  let key: Uint8Array = new Uint8Array(32);
  let value: Uint8Array = new Uint8Array(32).fill(1);
  const hmac = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(createHmac('sha256', key).update(concat(...parts)).digest());
  for (const step of [0, 1]) {
    key = hmac(value, Uint8Array.of(step), seed);
    value = hmac(value);
  }
  for (;;) {
    value = hmac(value);
    const nonce = toInteger(value);
    if (nonce > 0n && nonce < order) return value;
    key = hmac(value, Uint8Array.of(0));
    value = hmac(value);
  }
}

/**
 * The one signature that RFC 6979 gives, r ‖ s: for vectors, which must come out the same each time. Never for real keys: nothing here runs in constant time.
 * OpenSSL multiplies the point; r = 0 and s = 0 do not happen.
 */
export function signDeterministic(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  const digest = new Uint8Array(createHash('sha256').update(message).digest());
  const nonce = nonceOf(privateKey, digest);
  const r = toInteger(p256KeyPair(nonce).publicKey.slice(1, 33)) % order;
  const s = (power(toInteger(nonce), order - 2n) * ((toInteger(digest) + r * toInteger(privateKey)) % order)) % order;
  return concat(toBytes(r), toBytes(s));
}
