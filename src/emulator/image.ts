import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LifeCycleState } from './life-cycle.js';
import { Memory, type StaticKeys } from './memory.js';
import { AT, MEMORY_SIZE } from './memory-map.js';

/** Its place among the files of the stream (issued.ts); a COSE_Sign1 ends with the signature. */
const SOD = 5;

/** A card while it lies in a drawer: the whole of its non-volatile memory. */
export interface CardImage {
  readonly format: 2;
  readonly nvm: Uint8Array;
}

/** The file is no card image, or one of another format, or the key is another one, or it was altered. */
export class CardImageError extends Error {
  override readonly name = 'CardImageError';
}

export interface BlankCard {
  /** 10 bytes, unique for ever */
  readonly serial: Uint8Array;
  /** 16 bytes each, as the platform derives them for this serial (firmware-specs/personalisation.md 1) */
  readonly keys: StaticKeys;
}

/** A card as the vendor delivers it. */
export function blankImage({ serial, keys }: BlankCard): CardImage {
  if (serial.length !== 10) throw new RangeError('a serial has 10 bytes');
  if ([keys.enc, keys.mac, keys.dek].some((key) => key.length !== 16)) throw new RangeError('a static key has 16 bytes');
  const nvm = new Uint8Array(MEMORY_SIZE);
  new Memory(nvm).manufacture(serial, keys, 'blank');
  return { format: 2, nvm };
}

/** What is printed on a card or visible to anybody; nothing personal, no keys. A half-way memory is told as its recovery will leave it. */
export function describeImage(image: CardImage): { readonly serial: Uint8Array; readonly lifeCycle: LifeCycleState; readonly storedBytes: number } {
  const memory = new Memory(image.nvm.slice());
  memory.nvm.recover();
  const { lifeCycle, stored } = memory.store;
  return { serial: memory.serial, lifeCycle, storedBytes: stored };
}

/** The same card with one bit of its SOD's signature flipped: what a forger gets who writes into a genuine chip's memory. Throws RangeError where no permit was issued onto it. */
export function forgedImage(image: CardImage): CardImage {
  const nvm = image.nvm.slice();
  const memory = new Memory(nvm);
  memory.nvm.recover();
  const [offset, length] = memory.issued.files[SOD] ?? [0, 0];
  if (length === 0) throw new RangeError('no permit was issued onto this card');
  const last = AT.stream + offset + length - 1;
  const [byte = 0] = memory.nvm.read(last, 1);
  memory.nvm.write(last, Uint8Array.of(byte ^ 1));
  return { format: 2, nvm };
}

const MAGIC = new TextEncoder().encode('wz-card-image-2\n');
/** An image of any format begins so; its number and a line end follow. */
const ANY_FORMAT = MAGIC.length - 2;
const NONCE = 12;
const AUTH_TAG = 16;

/** AES-256-GCM under the caller's key of 32 bytes; the file is replaced whole and synced, mode 0600. */
export function saveImage(path: string, image: CardImage, key: Uint8Array): void {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(MAGIC);
  const body = Buffer.concat([MAGIC, nonce, cipher.update(image.nvm), cipher.final(), cipher.getAuthTag()]);
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, body);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Throws {@link CardImageError}; a missing file is the file system's own error. */
export function loadImage(path: string, key: Uint8Array): CardImage {
  const file = readFileSync(path);
  const length = MAGIC.length + NONCE + MEMORY_SIZE + AUTH_TAG;
  if (isOtherFormat(file)) throw new CardImageError('a card image of another format: a card of profile 0 must be made anew');
  if (file.length !== length || !file.subarray(0, MAGIC.length).equals(MAGIC)) throw new CardImageError('not a card image');
  const nonce = file.subarray(MAGIC.length, MAGIC.length + NONCE);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(MAGIC).setAuthTag(file.subarray(length - AUTH_TAG));
  try {
    const nvm = Buffer.concat([decipher.update(file.subarray(MAGIC.length + NONCE, length - AUTH_TAG)), decipher.final()]);
    return { format: 2, nvm: new Uint8Array(nvm) };
  } catch (cause) {
    throw new CardImageError('wrong key, or an altered card image', { cause });
  }
}

const isOtherFormat = (file: Uint8Array): boolean =>
  file.length >= MAGIC.length && MAGIC.slice(0, ANY_FORMAT).every((byte, i) => file[i] === byte) && file[ANY_FORMAT] !== MAGIC[ANY_FORMAT];
