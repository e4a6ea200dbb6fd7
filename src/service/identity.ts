import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../contract/index.js';

const key = z.string().regex(/^[0-9a-f]{64}$/).transform((hex): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex')));

const identityFile = z.strictObject({
  terminalId: z.string().min(1).max(64),
  name: z.string(),
  baseUrl: z.url(),
  environment: z.union([z.literal(1), z.literal(2)]),
  seed: key,
  boxSecret: key,
  localKey: key,
  root: key,
  platformSealing: key,
});

/** Who this terminal is: its keys, the pinned root and the platform's sealing key. 32 bytes each. */
export type TerminalIdentity = z.infer<typeof identityFile>;

const pathIn = (folder: string): string => join(folder, 'terminal.json');

export const isEnrolled = (folder: string): boolean => existsSync(pathIn(folder));

/** Throws CodedError TERMINAL_NOT_ENROLLED, STORAGE_CORRUPT. */
export const loadIdentity = (folder: string): TerminalIdentity => {
  if (!isEnrolled(folder)) throw new CodedError('TERMINAL_NOT_ENROLLED');
  try {
    return identityFile.parse(JSON.parse(readFileSync(pathIn(folder), 'utf8')));
  } catch (cause) {
    throw new CodedError('STORAGE_CORRUPT', 'terminal.json', { cause });
  }
};

/** Written whole, synced, readable by its owner only: a terminal that loses its keys cannot read its own journal. */
export const saveIdentity = (folder: string, identity: TerminalIdentity): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = JSON.stringify(identity, (_name, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value), 2);
  const temporary = `${pathIn(folder)}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, `${text}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, pathIn(folder));
};
