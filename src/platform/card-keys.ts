import type { KeySet } from '../contract/index.js';
import { aesCmac } from '../node-crypto/index.js';

export const cardKeyVersion = 0x30;

const label = (name: 'enc' | 'mac' | 'dek'): Uint8Array => new TextEncoder().encode(`wz-scp03-${name}`);

const derive = (master: Uint8Array, name: 'enc' | 'mac' | 'dek', serial: Uint8Array): Uint8Array =>
  aesCmac(master, Uint8Array.from([0x01, ...label(name), 0x00, ...serial, 0x00, 0x80]));

/** The static SCP03 keys of one card (personalisation.md 1: NIST SP 800-108 in counter mode over CMAC, one block). Serial: 10 bytes. */
export const deriveKeySet = (master: Uint8Array, serial: Uint8Array): KeySet => ({
  serial,
  keyVersion: cardKeyVersion,
  enc: derive(master, 'enc', serial),
  mac: derive(master, 'mac', serial),
  dek: derive(master, 'dek', serial),
});
