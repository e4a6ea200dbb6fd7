import { createHash } from 'node:crypto';
import { aesCmac } from './aes.js';
import { ephemeralKey, sharedSecret, type EphemeralKey } from './p256.js';
import { SecureMessaging } from './secure-messaging.js';
import type { CardSession } from './session.js';
import { concat, encodeTlv, equal, findTlv, fromHex, parseTlv, type ResponseApdu } from '../iso7816/index.js';

/** id-CA-ECDH-AES-CBC-CMAC-128 (BSI TR-03110-3 A.1.1.2), value of the object identifier. */
export const chipAuthenticationOid = fromHex('04007f00070202030202');
const keyReference = 0x01;

/** Session keys of chip authentication, 16 bytes each. */
export interface ChipKeys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
}

/** K_Enc and K_MAC from the shared x-coordinate and the chip's nonce (TR-03110-3 A.2.3.2, AES-128: SHA-1 cut to 16 bytes). */
export function chipSessionKeys(shared: Uint8Array, nonce: Uint8Array): ChipKeys {
  const derive = (counter: number): Uint8Array =>
    new Uint8Array(createHash('sha1').update(shared).update(nonce).update(Uint8Array.of(0, 0, 0, counter)).digest().subarray(0, 16));
  return { enc: derive(1), mac: derive(2) };
}

/** T_PICC over the terminal's ephemeral point (TR-03110-3 A.2.4): 8 bytes. */
export const chipToken = (macKey: Uint8Array, point: Uint8Array): Uint8Array =>
  aesCmac(macKey, encodeTlv(0x7f49, concat(encodeTlv(0x06, chipAuthenticationOid), encodeTlv(0x86, point)))).slice(0, 8);

/**
 * Proven: secure messaging is in force on the session. Otherwise the chip does not hold the key: it `refused` (any status) or its answer was not
 * cryptographically right (`wrong-token`). A chip that vanishes or stays silent is a ChannelError and proves nothing.
 */
export type ChipAuthentication = { readonly proven: true } | { readonly proven: false; readonly reason: 'refused' | 'wrong-token'; readonly sw: number };

/** Nonce and token of `7C { 81 08, 82 08 }`; undefined for anything else. */
function parseProof(data: Uint8Array): { nonce: Uint8Array; token: Uint8Array } | undefined {
  try {
    const list = parseTlv(data, { strict: true });
    const nonce = findTlv(list, 0x7c, 0x81)?.value;
    const token = findTlv(list, 0x7c, 0x82)?.value;
    return nonce?.length === 8 && token?.length === 8 ? { nonce, token } : undefined;
  } catch {
    return undefined;
  }
}

/** MSE:SET AT of chip authentication: it names algorithm and key and proves nothing, so it may be on its way while the SOD is still being judged. */
export const selectChipKey = (session: CardSession): Promise<ResponseApdu> =>
  session.send({ cla: 0x00, ins: 0x22, p1: 0x41, p2: 0xa4, data: concat(encodeTlv(0x80, chipAuthenticationOid), encodeTlv(0x84, Uint8Array.of(keyReference))) });

/**
 * Chip authentication version 2 (chip-authentication.md 1). `chipKey` is key 6 of a SOD whose signature was verified, 33 or 65 bytes, never a key that the
 * card says; RangeError when it is no point. `ephemeral` is for vectors only. `selected`: the answer to {@link selectChipKey} where the caller sent it already.
 */
export async function chipAuthenticate(
  session: CardSession,
  chipKey: Uint8Array,
  ephemeral: EphemeralKey = ephemeralKey(),
  selected?: Promise<ResponseApdu>,
): Promise<ChipAuthentication> {
  const shared = sharedSecret(ephemeral.privateKey, chipKey);
  if (shared === undefined) throw new RangeError('the chip key is no point of P-256');
  const wipe: Uint8Array[] = [shared, ephemeral.privateKey];
  try {
    const set = await (selected ?? selectChipKey(session));
    if (set.sw !== 0x9000) return { proven: false, reason: 'refused', sw: set.sw };
    const data = encodeTlv(0x7c, encodeTlv(0x80, ephemeral.point));
    const answer = await session.send({ cla: 0x00, ins: 0x86, p1: 0x00, p2: 0x00, data, ne: 256 });
    if (answer.sw !== 0x9000) return { proven: false, reason: 'refused', sw: answer.sw };
    const proof = parseProof(answer.data);
    if (proof === undefined) return { proven: false, reason: 'wrong-token', sw: answer.sw };
    const keys = chipSessionKeys(shared, proof.nonce);
    wipe.push(keys.enc, keys.mac);
    if (!equal(proof.token, chipToken(keys.mac, ephemeral.point))) return { proven: false, reason: 'wrong-token', sw: answer.sw };
    session.secure(new SecureMessaging(keys.enc, keys.mac));
    return { proven: true };
  } finally {
    for (const secret of wipe) secret.fill(0);
  }
}
