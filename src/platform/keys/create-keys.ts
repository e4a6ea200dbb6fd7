import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { sealingKeyPair } from '../../cose/index.js';
import { p256KeyPair } from '../../node-crypto/index.js';
import { writeKeyFile } from './key-file.js';
import { pinFileName, readPin } from './pin.js';
import type { Environment } from './port.js';
import { createTokenKeys } from './token-vault.js';

export interface NewKeys {
  readonly environment: Environment;
  readonly name: string;
  readonly issuerPrefixes: readonly string[];
  readonly validFrom: number;
  readonly validUntil: number;
  /** the token that is to hold the vault's keys: the module's shared library and the token's label; a file unless stated */
  readonly pkcs11?: { readonly module: string; readonly token: string } | undefined;
}

const fresh = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Makes all keys anew and writes `path` (0600), the vault's keys into it or into the token. Throws CodedError HSM_UNAVAILABLE. */
export const createKeys = async (path: string, { pkcs11, issuerPrefixes, ...about }: NewKeys): Promise<void> => {
  const common = {
    version: 2 as const,
    ...about,
    issuerPrefixes: [...issuerPrefixes],
    statusList: fresh(32),
    platform: fresh(32),
    sealing: sealingKeyPair().secretKey,
    dataKey: fresh(32),
  };
  if (pkcs11 === undefined) {
    writeKeyFile(path, { ...common, root: fresh(32), issuer: fresh(32), cardMaster: fresh(16), cvca: p256KeyPair().privateKey, documentVerifier: p256KeyPair().privateKey });
    return;
  }
  // By chance, so that the label of a key is found in one token of the world: another platform's token in this place is told at once.
  const place = { ...pkcs11, keyPrefix: `residence-card/${randomBytes(4).toString('hex')}/` };
  await createTokenKeys(place, readPin(join(dirname(path), pinFileName)), () => writeKeyFile(path, { ...common, pkcs11: place }));
};
