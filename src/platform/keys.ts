import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CodedError } from '../contract/index.js';
import { coseKeyId, okpKey, sealingKeyPair, type CoseKey, type SealingKeyPair } from '../cose/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { writePrivateFile } from './atomic-file.js';

export type Environment = 'test' | 'production';

/** An Ed25519 key with its COSE_Key and kid. */
export interface SigningKey {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly coseKey: CoseKey;
  readonly kid: Uint8Array;
}

/**
 * What the platform alone owns. Profile 0 keeps them in one file of the data folder; an HSM takes the place of this file, not of the type: nothing but
 * `signingKey` reads a seed, nothing but `deriveKeySet` the master.
 */
export interface PlatformKeys {
  readonly environment: Environment;
  readonly name: string;
  readonly root: SigningKey;
  readonly issuer: SigningKey & { readonly prefixes: readonly string[] };
  readonly statusList: SigningKey;
  /** receipts and server time */
  readonly platform: SigningKey;
  readonly sealing: SealingKeyPair;
  /** AES-128, SCP03 key diversification (personalisation.md 1) */
  readonly cardMaster: Uint8Array;
  /** 32 bytes, for the boxes of personal data */
  readonly dataKey: Uint8Array;
  /** within these the trust list entitles the keys */
  readonly validFrom: number;
  readonly validUntil: number;
}

const bytes = (length: number) => z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))).refine((b) => b.length === length);
const keyFile = z.strictObject({
  version: z.literal(1),
  environment: z.enum(['test', 'production']),
  name: z.string(),
  validFrom: z.int(),
  validUntil: z.int(),
  issuerPrefixes: z.array(z.string().regex(/^\d{2,6}$/)).min(1),
  root: bytes(32),
  issuer: bytes(32),
  statusList: bytes(32),
  platform: bytes(32),
  sealing: bytes(32),
  cardMaster: bytes(16),
  dataKey: bytes(32),
});

const signingKey = (seed: Uint8Array): SigningKey => {
  const publicKey = nodeCrypto.ed25519.publicKey(seed);
  const coseKey = okpKey(publicKey);
  return { seed, publicKey, coseKey, kid: coseKeyId(coseKey, nodeCrypto.sha256) };
};

export interface NewKeys {
  readonly environment: Environment;
  readonly name: string;
  readonly issuerPrefixes: readonly string[];
  readonly validFrom: number;
  readonly validUntil: number;
}

/** Makes all keys anew and writes them to `path` (0600). */
export const createKeys = (path: string, about: NewKeys): void => {
  const fresh = (length: number): string => randomBytes(length).toString('base64');
  const contents = {
    version: 1,
    ...about,
    root: fresh(32),
    issuer: fresh(32),
    statusList: fresh(32),
    platform: fresh(32),
    sealing: Buffer.from(sealingKeyPair().secretKey).toString('base64'),
    cardMaster: fresh(16),
    dataKey: fresh(32),
  };
  writePrivateFile(path, `${JSON.stringify(contents, null, 1)}\n`);
};

/** Reads the keys. Throws CodedError NOT_INITIALISED when there are none, STORAGE_CORRUPT when the file makes no sense. */
export const loadKeys = (path: string): PlatformKeys => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError('NOT_INITIALISED', 'keys.json', { cause });
  }
  let file: z.infer<typeof keyFile>;
  try {
    file = keyFile.parse(JSON.parse(text));
  } catch {
    // Without its cause: a schema error may quote what it found, and what it found are keys.
    throw new CodedError('STORAGE_CORRUPT', 'keys.json');
  }
  return {
    environment: file.environment,
    name: file.name,
    root: signingKey(file.root),
    issuer: { ...signingKey(file.issuer), prefixes: file.issuerPrefixes },
    statusList: signingKey(file.statusList),
    platform: signingKey(file.platform),
    sealing: sealingKeyPair(file.sealing),
    cardMaster: file.cardMaster,
    dataKey: file.dataKey,
    validFrom: file.validFrom,
    validUntil: file.validUntil,
  };
};
