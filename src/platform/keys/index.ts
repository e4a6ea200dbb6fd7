/**
 * The platform's private keys behind a port: nothing outside this folder holds a seed of root, issuer, CVCA, document verifier or the card master. Two vaults:
 * `keys.json` itself, for development, and a PKCS#11 token that `keys.json` names. It keeps no certificate and decides on no lifetime.
 */
export type { CardMaster, EcKey, Environment, KeyVault, PlatformKeys, SigningKey } from './port.js';
export { createKeys, type NewKeys } from './create-keys.js';
export { openKeys } from './open-keys.js';
