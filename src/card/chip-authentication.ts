import { createHash } from 'node:crypto';
import { aesCmac } from '../node-crypto/index.js';
import { decodeReference } from './fields.js';
import { takeEphemeralKey, type EphemeralKey } from './p256.js';
import { SecureMessaging } from './secure-messaging.js';
import type { CardSession } from './session.js';
import { concat, encodeTlv, equal, fromHex, parseTlv, type CommandApdu, type ResponseApdu } from '../iso7816/index.js';

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
export type ChipAuthentication =
  | {
      readonly proven: true;
      /** References of the CVCAs that the card says it trusts, newest first, at most two: a hint, outside the proof. */
      readonly trustPoints: readonly string[];
      /** Comp(PK_PCD): x-coordinate of the terminal's key in this session, 32 bytes; terminal authentication signs it. */
      readonly ephemeral: Uint8Array;
    }
  /** `no-point`: the key is none of P-256, no chip can hold it */
  | { readonly proven: false; readonly reason: 'no-point' }
  | { readonly proven: false; readonly reason: 'refused' | 'wrong-token'; readonly sw: number };

interface Proof {
  readonly nonce: Uint8Array;
  readonly token: Uint8Array;
  readonly trustPoints: readonly string[];
}

/** `7C { 81 08, 82 08, ? 87 CHR, ? 88 CHR }`, 88 only beside 87; undefined for anything else. */
function parseProof(data: Uint8Array): Proof | undefined {
  try {
    const [template, ...more] = parseTlv(data, { strict: true });
    const [nonce, token, ...references] = template?.children ?? [];
    const inOrder = references.length <= 2 && references.every(({ tag }, i) => tag === 0x87 + i);
    if (template?.tag !== 0x7c || more.length > 0 || nonce?.tag !== 0x81 || token?.tag !== 0x82 || !inOrder) return undefined;
    if (nonce.value.length !== 8 || token.value.length !== 8) return undefined;
    // Outside the proof: what is no reference names nobody, and says nothing about the chip.
    const trustPoints = references.map(({ value }) => decodeReference(value)).filter((reference) => reference !== undefined);
    return { nonce: nonce.value, token: token.value, trustPoints };
  } catch {
    return undefined;
  }
}

const setAt: CommandApdu = {
  cla: 0x00,
  ins: 0x22,
  p1: 0x41,
  p2: 0xa4,
  data: concat(encodeTlv(0x80, chipAuthenticationOid), encodeTlv(0x84, Uint8Array.of(keyReference))),
};

/**
 * Chip authentication version 2 (chip-authentication.md 1), begun on construction: MSE:SET AT and GENERAL AUTHENTICATE carry nothing of the card's key,
 * so they are on their way while the caller still judges the SOD. Then either `prove` with the key of that SOD, or `drop`.
 */
export class ChipChallenge {
  readonly #session: CardSession;
  readonly #ephemeral: EphemeralKey;
  readonly #selected: Promise<ResponseApdu>;
  readonly #answer: Promise<ResponseApdu>;

  /**
   * `before`: a command still on its way, which these follow. `ephemeral` is for vectors; it is wiped here.
   */
  constructor(session: CardSession, before?: Promise<ResponseApdu>, ephemeral: EphemeralKey = takeEphemeralKey()) {
    this.#session = session;
    this.#ephemeral = ephemeral;
    this.#selected = before === undefined ? session.send(setAt) : session.follow(setAt, before);
    const data = encodeTlv(0x7c, encodeTlv(0x80, ephemeral.point));
    this.#answer = session.follow({ cla: 0x00, ins: 0x86, p1: 0x00, p2: 0x00, data, ne: 256 }, this.#selected);
    // Its failure is met where it is awaited.
    this.#answer.catch(() => undefined);
  }

  /**
   * `chipKey` is key 6 of a SOD whose signature was verified, 33 or 65 bytes, never a key that the card says. Puts secure messaging in force when the chip
   * proved that it holds the private key.
   */
  async prove(chipKey: Uint8Array): Promise<ChipAuthentication> {
    const wipe: Uint8Array[] = [this.#ephemeral.privateKey];
    try {
      // The second command leaves first: the chip and the terminal compute at the same time.
      await this.#selected;
      const shared = this.#ephemeral.agree(chipKey);
      const answer = await this.#answer;
      if (shared === undefined) return { proven: false, reason: 'no-point' };
      wipe.push(shared);
      if (answer.sw !== 0x9000) return { proven: false, reason: 'refused', sw: answer.sw };
      const proof = parseProof(answer.data);
      if (proof === undefined) return { proven: false, reason: 'wrong-token', sw: answer.sw };
      const keys = chipSessionKeys(shared, proof.nonce);
      wipe.push(keys.enc, keys.mac);
      if (!equal(proof.token, chipToken(keys.mac, this.#ephemeral.point))) return { proven: false, reason: 'wrong-token', sw: answer.sw };
      this.#session.secure(new SecureMessaging(keys.enc, keys.mac));
      return { proven: true, trustPoints: proof.trustPoints, ephemeral: this.#ephemeral.point.slice(1, 33) };
    } finally {
      for (const secret of wipe) secret.fill(0);
    }
  }

  /** Nothing is asked of this chip after all: waits until the channel is free again, whatever comes back. */
  async drop(): Promise<void> {
    this.#ephemeral.privateKey.fill(0);
    await this.#answer.catch(() => undefined);
  }
}

/** {@link ChipChallenge} at once, for a key that is known already. */
export const chipAuthenticate = (session: CardSession, chipKey: Uint8Array, ephemeral?: EphemeralKey): Promise<ChipAuthentication> =>
  new ChipChallenge(session, undefined, ephemeral).prove(chipKey);
