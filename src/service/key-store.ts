import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { hkdf } from './hkdf.js';
import { CodedError } from '../contract/index.js';
import { secretbox, secretboxOpen } from '../cose/index.js';

/**
 * The key store of the operating system (port): what it wraps opens on this machine, for this user, and nowhere else. `name` binds a wrapped
 * secret to its use. Both throw CodedError KEYSTORE_UNAVAILABLE.
 */
export interface KeyStore {
  wrap(name: string, secret: Uint8Array): Uint8Array;
  unwrap(name: string, wrapped: Uint8Array): Uint8Array;
}

const unavailable = (detail: string, cause?: unknown): CodedError => new CodedError('KEYSTORE_UNAVAILABLE', detail, cause === undefined ? {} : { cause });
const fileName = 'machine.key';

/** RESIDENCE_CARD_KEY_STORE, else `residence-card` below the user's state directory (XDG Base Directory Specification). */
export const defaultKeyStoreDirectory = (): string =>
  resolve(process.env['RESIDENCE_CARD_KEY_STORE'] ?? join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'residence-card'));

/**
 * For machines whose system offers no key store to a program without a desktop: a random key of the machine in a directory of its own, readable by its
 * owner only and never in the data folder. A copied data folder opens nothing; a copied disk does (operators.md 4).
 */
export class FileKeyStore implements KeyStore {
  readonly #path: string;

  constructor(private readonly directory: string) {
    this.#path = join(directory, fileName);
  }

  wrap(name: string, secret: Uint8Array): Uint8Array {
    const key = this.#keyFor(name, true);
    try {
      return secretbox(key, secret);
    } finally {
      key.fill(0);
    }
  }

  unwrap(name: string, wrapped: Uint8Array): Uint8Array {
    const key = this.#keyFor(name, false);
    try {
      const secret = secretboxOpen(key, wrapped);
      if (secret === undefined) throw unavailable('wrapped on another machine, or changed');
      return secret;
    } finally {
      key.fill(0);
    }
  }

  #keyFor(name: string, create: boolean): Uint8Array {
    try {
      if (create && !existsSync(this.#path)) this.#create();
      if (process.platform !== 'win32' && (statSync(this.#path).mode & 0o077) !== 0) throw unavailable('the machine key is open to others');
      const machineKey = readFileSync(this.#path);
      if (machineKey.length !== 32) throw unavailable('the machine key is damaged');
      const key = hkdf(machineKey, new Uint8Array(), `wz-key-store/${name}`);
      machineKey.fill(0);
      return key;
    } catch (error) {
      if (error instanceof CodedError) throw error;
      throw unavailable('the machine key cannot be read', error);
    }
  }

  /** Written whole and synced under another name, then linked: two programs that begin at once agree on one key, and none is ever replaced. */
  #create(): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.${randomBytes(6).toString('hex')}`;
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, randomBytes(32));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(temporary, this.#path);
    } catch (error) {
      if (!existsSync(this.#path)) throw error;
    } finally {
      rmSync(temporary);
    }
  }
}
