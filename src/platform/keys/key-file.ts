import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CodedError } from '../../contract/index.js';
import { writePrivateFile } from '../atomic-file.js';
import { derivedScalar, isScalar } from './p256-scalar.js';

/** `keys.json`: the keys that stay in the process, and either the vault's keys as well (development) or the name of the token that holds them. */
const bytes = (length: number) =>
  z.codec(z.base64(), z.instanceof(Uint8Array<ArrayBufferLike>), {
    decode: (text) => new Uint8Array(Buffer.from(text, 'base64')),
    encode: (plain) => Buffer.from(plain).toString('base64'),
  }).refine((plain) => plain.length === length);

const common = {
  environment: z.enum(['test', 'production']),
  name: z.string(),
  validFrom: z.int(),
  validUntil: z.int(),
  issuerPrefixes: z.array(z.string().regex(/^\d{2,6}$/)).min(1),
  statusList: bytes(32),
  platform: bytes(32),
  sealing: bytes(32),
  dataKey: bytes(32),
};
const firstVault = { root: bytes(32), issuer: bytes(32), cardMaster: bytes(16) };

const scalar = bytes(32).refine(isScalar);

const version1 = z.strictObject({ version: z.literal(1), ...common, ...firstVault });
const onFile = z.strictObject({ version: z.literal(2), ...common, ...firstVault, cvca: scalar, documentVerifier: scalar, nextCvcas: z.array(scalar).optional() });
const inToken = z.strictObject({
  version: z.literal(2),
  ...common,
  pkcs11: z.strictObject({ module: z.string().min(1), token: z.string().min(1).max(32), keyPrefix: z.string().min(1) }),
});
const version2 = z.union([inToken, onFile]);

export type KeyFile = z.infer<typeof version2>;
export type FileSecrets = z.infer<typeof onFile>;
/** Where the token is: the module's shared library, the token's label, and what the labels of its keys begin with. */
export type TokenPlace = z.infer<typeof inToken>['pkcs11'];

/** Written whole or not at all, 0600. */
export const writeKeyFile = (path: string, contents: KeyFile): void => writePrivateFile(path, `${JSON.stringify(z.encode(version2, contents), null, 1)}\n`);

/**
 * The first form knew no P-256 keys. They come out of the root's seed, which lies beside them in the same file, and not out of the generator: two processes
 * that open the folder at the same moment write the same keys, and so does the next one when a crash came before the write.
 */
const upgraded = ({ version: _, ...rest }: z.infer<typeof version1>): FileSecrets => ({
  version: 2,
  ...rest,
  cvca: derivedScalar(rest.root, 'wz-platform-cvca'),
  documentVerifier: derivedScalar(rest.root, 'wz-platform-document-verifier'),
});

/** Reads the file, bringing an earlier form up to date. Throws CodedError NOT_INITIALISED when there is none, STORAGE_CORRUPT when it makes no sense. */
export const readKeyFile = (path: string): KeyFile => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError('NOT_INITIALISED', 'keys.json', { cause });
  }
  let file: KeyFile | z.infer<typeof version1>;
  try {
    file = z.union([version2, version1]).parse(JSON.parse(text));
  } catch {
    // Without its cause: a schema error may quote what it found, and what it found are keys.
    throw new CodedError('STORAGE_CORRUPT', 'keys.json');
  }
  if (file.version === 2) return file;
  const current = upgraded(file);
  writeKeyFile(path, current);
  return current;
};
