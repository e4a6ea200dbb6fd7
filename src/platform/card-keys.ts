import { setImmediate } from 'node:timers/promises';
import type { KeySet } from '../contract/index.js';
import type { CardMaster } from './keys/index.js';

export const cardKeyVersion = 0x30;

const label = (name: 'enc' | 'mac' | 'dek'): Uint8Array => new TextEncoder().encode(`wz-scp03-${name}`);

const derive = (master: CardMaster, name: 'enc' | 'mac' | 'dek', serial: Uint8Array): Uint8Array => master.cmac(Uint8Array.from([0x01, ...label(name), 0x00, ...serial, 0x00, 0x80]));

/** The static SCP03 keys of one card (personalisation.md 1: NIST SP 800-108 in counter mode over CMAC, one block). Serial: 10 bytes. */
export const deriveKeySet = (master: CardMaster, serial: Uint8Array): KeySet => ({
  serial,
  keyVersion: cardKeyVersion,
  enc: derive(master, 'enc', serial),
  mac: derive(master, 'mac', serial),
  dek: derive(master, 'dek', serial),
});

/** Milliseconds after which others get their turn: a module in a network takes its time for each of three MACs a card. */
const longestTurn = 4;

export const deriveKeySets = async (master: CardMaster, serials: readonly Uint8Array[]): Promise<KeySet[]> => {
  const sets: KeySet[] = [];
  let turn = performance.now();
  for (const serial of serials) {
    if (performance.now() - turn > longestTurn) {
      await setImmediate();
      turn = performance.now();
    }
    sets.push(deriveKeySet(master, serial));
  }
  return sets;
};
