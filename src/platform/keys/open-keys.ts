import { dirname, join } from 'node:path';
import { sealingKeyPair } from '../../cose/index.js';
import { CodedError } from '../../contract/index.js';
import { p256KeyPair } from '../../node-crypto/index.js';
import { readKeyFile, writeKeyFile, type FileSecrets, type KeyFile } from './key-file.js';
import { pinFileName, readPin } from './pin.js';
import type { EcKey, KeyVault, PlatformKeys } from './port.js';
import { cardMasterOf, ecKeyOf, signingKeyOf } from './software-keys.js';
import { openTokenVault } from './token-vault.js';

/** What the file holds now: a server finds the key of a CVCA that a command made beside it. */
const secretsOf = (path: string): FileSecrets => {
  const file = readKeyFile(path);
  if ('pkcs11' in file) throw new CodedError('STORAGE_CORRUPT', 'keys.json names a token since');
  return file;
};

const fileVault = (path: string, secrets: FileSecrets): KeyVault => {
  const cvca = ecKeyOf(secrets.cvca);
  const cvcaOf = (generation: number): EcKey => {
    if (generation === 1) return cvca;
    const scalar = secretsOf(path).nextCvcas?.[generation - 2];
    if (scalar === undefined) throw new CodedError('STORAGE_CORRUPT', `keys.json: no CVCA key ${generation}`);
    return ecKeyOf(scalar);
  };
  return {
    root: signingKeyOf(secrets.root),
    issuer: signingKeyOf(secrets.issuer),
    cvca,
    cvcaOf,
    makeCvca: (generation) => {
      const { nextCvcas = [], ...rest } = secretsOf(path);
      if (generation === nextCvcas.length + 2) writeKeyFile(path, { ...rest, nextCvcas: [...nextCvcas, p256KeyPair().privateKey] });
      return Promise.resolve(cvcaOf(generation));
    },
    documentVerifier: ecKeyOf(secrets.documentVerifier),
    cardMaster: cardMasterOf(secrets.cardMaster),
    close: () => undefined,
  };
};

const vaultOf = async (path: string, file: KeyFile): Promise<KeyVault> =>
  'pkcs11' in file ? openTokenVault(file.pkcs11, readPin(join(dirname(path), pinFileName))) : fileVault(path, file);

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
