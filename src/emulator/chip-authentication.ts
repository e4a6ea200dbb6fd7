import { createECDH, createHash, type ECDH } from 'node:crypto';
import { concat, encodeTlv, findTlv, fromHex, parseTlv, TlvError } from '../iso7816/index.js';
import { cmac, numberBytes, sameBytes } from './aes.js';
import type { ChipKey } from './memory.js';

/** id-CA-ECDH-AES-CBC-CMAC-128 (BSI TR-03110-3 A.1.1.2), the value of its DO 06 and 80. */
const PROTOCOL = fromHex('04007f00070202030202');
const CURVE = 'prime256v1';
const POINT_LENGTH = 65;

export function generateKey(): ChipKey {
  const pair = createECDH(CURVE);
  const point = new Uint8Array(pair.generateKeys());
  const secret = new Uint8Array(32);
  const raw = pair.getPrivateKey();
  secret.set(raw, 32 - raw.length);
  return { secret, point };
}

/** MSE:SET AT: 9000, 6A80 (form or protocol) or 6A88 (key). Both objects must be there, once, and nothing else. */
export function checkSetAt(data: Uint8Array): 0x9000 | 0x6a80 | 0x6a88 {
  try {
    const objects = parseTlv(data);
    const protocol = findTlv(objects, 0x80)?.value;
    const key = findTlv(objects, 0x84)?.value;
    if (objects.length !== 2 || protocol === undefined || key === undefined || !sameBytes(protocol, PROTOCOL)) return 0x6a80;
    return sameBytes(key, Uint8Array.of(1)) ? 0x9000 : 0x6a88;
  } catch (error) {
    if (error instanceof TlvError) return 0x6a80;
    throw error;
  }
}

export interface ChipAuthentication {
  /** `7C { 81 r_PICC, 82 T_PICC, 87 newest trust point, ? 88 older }` */
  readonly response: Uint8Array;
  /** Comp(PK_PCD): the x-coordinate of the terminal's ephemeral key, 32 bytes */
  readonly ephemeral: Uint8Array;
  readonly keys: { readonly enc: Uint8Array; readonly mac: Uint8Array };
}

/**
 * GENERAL AUTHENTICATE (TR-03110-2 3.4, version 2 objects). `references` are those of the trust points, newest first: told, and outside the token.
 * Undefined: no point of the curve, or a malformed template (6A80).
 */
export function authenticate(
  data: Uint8Array,
  secret: Uint8Array,
  nonce: Uint8Array,
  references: readonly Uint8Array[] = [],
): ChipAuthentication | undefined {
  const point = ephemeralPoint(data);
  if (point === undefined) return undefined;
  const shared = agree(secret, point);
  if (shared === undefined) return undefined;
  const kdf = (counter: number): Uint8Array =>
    new Uint8Array(createHash('sha1').update(concat(shared, nonce, numberBytes(counter, 4))).digest().subarray(0, 16));
  const keys = { enc: kdf(1), mac: kdf(2) };
  const tokenInput = encodeTlv(0x7f49, [encodeTlv(0x06, PROTOCOL), encodeTlv(0x86, point)]);
  const token = cmac(keys.mac, tokenInput).slice(0, 8);
  const hints = references.map((reference, i) => encodeTlv(0x87 + i, reference));
  return { response: encodeTlv(0x7c, [encodeTlv(0x81, nonce), encodeTlv(0x82, token), ...hints]), ephemeral: point.slice(1, 33), keys };
}

function ephemeralPoint(data: Uint8Array): Uint8Array | undefined {
  try {
    const template = parseTlv(data);
    const inner = template[0];
    if (template.length !== 1 || inner?.tag !== 0x7c) return undefined;
    const objects = parseTlv(inner.value);
    const point = objects[0];
    if (objects.length !== 1 || point?.tag !== 0x80) return undefined;
    return point.value.length === POINT_LENGTH && point.value[0] === 0x04 ? point.value.slice() : undefined;
  } catch (error) {
    if (error instanceof TlvError) return undefined;
    throw error;
  }
}

/** The key that was used last, as OpenSSL holds it: making it anew takes a fifth of the agreement, and a card has one. */
let held: { readonly secret: Uint8Array; readonly ecdh: ECDH } | undefined;

function holding(secret: Uint8Array): ECDH {
  if (held !== undefined && sameBytes(held.secret, secret)) return held.ecdh;
  const ecdh = createECDH(CURVE);
  ecdh.setPrivateKey(secret);
  held = { secret: secret.slice(), ecdh };
  return ecdh;
}

/** The x-coordinate, 32 bytes. OpenSSL refuses a point that is not on the curve; P-256 has cofactor 1, so no further check is due. */
function agree(secret: Uint8Array, point: Uint8Array): Uint8Array | undefined {
  try {
    const x = holding(secret).computeSecret(point);
    const out = new Uint8Array(32);
    out.set(x, 32 - x.length);
    return out;
  } catch {
    return undefined;
  }
}
