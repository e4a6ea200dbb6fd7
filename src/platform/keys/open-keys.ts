import { dirname, join } from 'node:path';
import { sealingKeyPair } from '../../cose/index.js';
import { readKeyFile, type FileSecrets, type KeyFile } from './key-file.js';
import { pinFileName, readPin } from './pin.js';
import type { KeyVault, PlatformKeys } from './port.js';
import { cardMasterOf, ecKeyOf, signingKeyOf } from './software-keys.js';
import { openTokenVault } from './token-vault.js';

const fileVault = (secrets: FileSecrets): KeyVault => ({
  root: signingKeyOf(secrets.root),
  issuer: signingKeyOf(secrets.issuer),
  cvca: ecKeyOf(secrets.cvca),
  documentVerifier: ecKeyOf(secrets.documentVerifier),
  cardMaster: cardMasterOf(secrets.cardMaster),
  close: () => undefined,
});

const vaultOf = async (path: string, file: KeyFile): Promise<KeyVault> =>
  'pkcs11' in file ? openTokenVault(file.pkcs11, readPin(join(dirname(path), pinFileName))) : fileVault(file);

/** Opens the keys that the file holds or names. Throws CodedError NOT_INITIALISED, STORAGE_CORRUPT, HSM_UNAVAILABLE. */
export const openKeys = async (path: string): Promise<PlatformKeys> => {
  const file = readKeyFile(path);
  const vault = await vaultOf(path, file);
  return {
    ...vault,
    environment: file.environment,
    name: file.name,
    issuer: { ...vault.issuer, prefixes: file.issuerPrefixes },
    statusList: signingKeyOf(file.statusList),
    platform: signingKeyOf(file.platform),
    sealing: sealingKeyPair(file.sealing),
    dataKey: file.dataKey,
    validFrom: file.validFrom,
    validUntil: file.validUntil,
  };
};
