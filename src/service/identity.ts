import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../contract/index.js';
import { CborError, decodeCbor, encodeCbor } from '../cose/index.js';
import { defaultKeyStoreDirectory, FileKeyStore, type KeyStore } from './key-store.js';

/** The build's trust environment: this build carries the test root's rules (architecture: test and production trust are separate). */
export const buildEnvironment: 1 | 2 = 1;

const hex = z.string().regex(/^([0-9a-f]{2})+$/).transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'hex')));
const key = hex.refine((bytes) => bytes.length === 32);

const open = {
  terminalId: z.string().min(1).max(64),
  name: z.string(),
  baseUrl: z.url(),
  environment: z.union([z.literal(1), z.literal(2)]),
  root: key,
  platformSealing: key,
};

/** `wrapped`: CBOR of [seed, box secret, device key] under the key store. `keyStore`: its directory, seen from the data folder, where it is not the machine's. */
const identityFile = z.strictObject({ version: z.literal(2), ...open, keyStore: z.string().min(1).optional(), wrapped: hex });
/** The form before keys were wrapped: taken over when it is met, its local key becomes the device key (operators.md 4.2). */
const firstForm = z.strictObject({ ...open, seed: key, boxSecret: key, localKey: key });

/** Who this terminal is: its keys, the pinned root and the platform's sealing key. 32 bytes each. */
export interface TerminalIdentity {
  readonly terminalId: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly environment: 1 | 2;
  /** Ed25519 */
  readonly seed: Uint8Array;
  /** X25519 */
  readonly boxSecret: Uint8Array;
  /** boxes what this terminal reads with nobody signed in */
  readonly deviceKey: Uint8Array;
  readonly root: Uint8Array;
  readonly platformSealing: Uint8Array;
}

export interface KeyStoreChoice {
  /** the operating system's key store; the file store of this machine unless stated */
  readonly keyStore?: KeyStore | undefined;
  /** for demonstrations and tests: a file store in this directory, remembered by its place relative to the data folder */
  readonly keyStoreDirectory?: string | undefined;
}

const pathIn = (folder: string): string => join(folder, 'terminal.json');
const wrapName = (terminalId: string): string => `terminal/${terminalId}`;
const storeOf = (folder: string, { keyStore, keyStoreDirectory }: KeyStoreChoice, remembered?: string): KeyStore => {
  if (keyStore !== undefined) return keyStore;
  return new FileKeyStore(keyStoreDirectory ?? (remembered === undefined ? defaultKeyStoreDirectory() : resolve(folder, remembered)));
};

export const isEnrolled = (folder: string): boolean => existsSync(pathIn(folder));

/** Throws CodedError TERMINAL_NOT_ENROLLED, STORAGE_CORRUPT, KEYSTORE_UNAVAILABLE. */
export const loadIdentity = (folder: string, choice: KeyStoreChoice = {}): TerminalIdentity => {
  if (!isEnrolled(folder)) throw new CodedError('TERMINAL_NOT_ENROLLED');
  const text = readFileSync(pathIn(folder), 'utf8');
  let content: z.infer<typeof identityFile> | z.infer<typeof firstForm>;
  try {
    content = z.union([identityFile, firstForm]).parse(JSON.parse(text));
  } catch (cause) {
    // A parser's error quotes what it read: the first form holds keys in clear.
    throw new CodedError('STORAGE_CORRUPT', 'terminal.json', cause instanceof z.ZodError ? { cause } : {});
  }
  if (!('wrapped' in content)) {
    const { localKey, ...kept } = content;
    const identity = { ...kept, deviceKey: localKey };
    saveIdentity(folder, identity, choice);
    return identity;
  }
  const { terminalId, name, baseUrl, environment, root, platformSealing, wrapped, keyStore } = content;
  const [seed, boxSecret, deviceKey] = keysOf(storeOf(folder, choice, keyStore).unwrap(wrapName(terminalId), wrapped));
  return { terminalId, name, baseUrl, environment, root, platformSealing, seed, boxSecret, deviceKey };
};

const isKey = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length === 32;

const keysOf = (secret: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array] => {
  try {
    const keys = decodeCbor(secret);
    const [seed, boxSecret, deviceKey]: unknown[] = Array.isArray(keys) ? (keys as unknown[]) : [];
    if (isKey(seed) && isKey(boxSecret) && isKey(deviceKey)) return [seed, boxSecret, deviceKey];
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
  }
  throw new CodedError('STORAGE_CORRUPT', 'terminal.json');
};

/** The rename itself must survive a power cut before the bytes of the file that it replaced are overwritten. Windows syncs no directories. */
const syncDirectory = (folder: string): void => {
  if (process.platform === 'win32') return;
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
};

/**
 * Written whole, synced, readable by its owner only: a terminal that loses its keys cannot read its own journal. Bytes of a file that stood there before are
 * overwritten, as far as the medium overwrites in place. @throws CodedError KEYSTORE_UNAVAILABLE
 */
export const saveIdentity = (folder: string, identity: TerminalIdentity, choice: KeyStoreChoice = {}): void => {
  const { seed, boxSecret, deviceKey, root, platformSealing, ...rest } = identity;
  const secret = encodeCbor([seed, boxSecret, deviceKey]);
  const wrapped = storeOf(folder, choice).wrap(wrapName(identity.terminalId), secret);
  secret.fill(0);
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const remembered = choice.keyStore === undefined && choice.keyStoreDirectory !== undefined ? { keyStore: relative(folder, choice.keyStoreDirectory) || '.' } : {};
  const content: z.input<typeof identityFile> = { version: 2, ...rest, root: text(root), platformSealing: text(platformSealing), ...remembered, wrapped: text(wrapped) };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${pathIn(folder)}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const before = isEnrolled(folder) ? openSync(pathIn(folder), 'r+') : undefined;
  try {
    renameSync(temporary, pathIn(folder));
    syncDirectory(folder);
    if (before === undefined) return;
    writeSync(before, new Uint8Array(fstatSync(before).size), 0, undefined, 0);
    fsyncSync(before);
  } finally {
    if (before !== undefined) closeSync(before);
  }
};
