import { aesCmac } from '../node-crypto/index.js';
import { concat } from '../iso7816/index.js';

/** Derivation constants of SCP03 (GlobalPlatform Amendment D, table 4-1). */
export const derivation = { cardCryptogram: 0x00, hostCryptogram: 0x01, cardChallenge: 0x02, sEnc: 0x04, sMac: 0x06, sRmac: 0x07 } as const;
export type Derivation = (typeof derivation)[keyof typeof derivation];

/** KDF of SCP03 (Amendment D 4.1.5): NIST SP 800-108 counter mode with AES-CMAC; `length` in bytes. */
export function scp03Kdf(key: Uint8Array, constant: Derivation, length: number, context: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let i = 1; (i - 1) * 16 < length; i += 1) {
    const label = new Uint8Array(12);
    label[11] = constant;
    const bits = length * 8;
    blocks.push(aesCmac(key, concat(label, Uint8Array.of(0, bits >> 8, bits & 0xff, i), context)));
  }
  return concat(...blocks).slice(0, length);
}

/** The static SCP03 keys of one card, 16 bytes each for this product. */
export interface StaticKeys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly dek: Uint8Array;
}

/** Static keys of the card `serial` (10 bytes) under the AES-128 `master` (personalisation.md 1). */
export function deriveKeySet(master: Uint8Array, serial: Uint8Array): StaticKeys {
  if (master.length !== 16 || serial.length !== 10) throw new RangeError('a master has 16 bytes and a serial 10');
  const derive = (label: string): Uint8Array =>
    aesCmac(master, concat(Uint8Array.of(1), new TextEncoder().encode(label), Uint8Array.of(0), serial, Uint8Array.of(0x00, 0x80)));
  return { enc: derive('wz-scp03-enc'), mac: derive('wz-scp03-mac'), dek: derive('wz-scp03-dek') };
}
