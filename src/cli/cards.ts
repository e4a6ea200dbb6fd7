import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PcscSupervisor, type ReaderState } from '../../drivers/pcsc/index.js';
import { CodedError, done, failed, type Outcome } from '../contract/index.js';
import { blankImage, CardImageError, describeImage, forgedImage, insertCard, loadImage, readerName, removeCard, saveImage, setCardFaults, startVirtualReader, virtualReaderStatus, VirtualReaderError, type CardFaults, type CardImage, type VirtualReaderStatus } from '../emulator/index.js';
import { openPlatform, registerBlanks } from '../platform/index.js';
import { clockOf, type DataFolder } from './data-folder.js';

/** Virtual cards lie as encrypted images in `cards/`; the key beside them keeps their contents off the plain disk, it is no secret of the product. */
const keyOf = (folder: DataFolder): Uint8Array => {
  const path = join(folder.cards, 'key');
  if (!existsSync(path)) {
    mkdirSync(folder.cards, { recursive: true, mode: 0o700 });
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  return new Uint8Array(Buffer.from(readFileSync(path, 'utf8'), 'hex'));
};

export const imagePath = (folder: DataFolder, name: string): string => join(folder.cards, `${basename(name, '.card')}.card`);

export interface CardOnShelf {
  /** the serial, hexadecimal; a copy ends in -clone */
  readonly name: string;
  readonly lifeCycle: string;
  readonly inserted: boolean;
}

/** Makes blanks as the card factory would, allots them to the terminal, and puts their images on the shelf. */
export const makeBlanks = async (folder: DataFolder, count: number, terminal: string | undefined): Promise<Outcome<{ cards: string[] }>> => {
  const platform = await openPlatform(folder.platform, { clock: clockOf(folder.root) });
  try {
    const registered = await registerBlanks(platform, count, terminal);
    if (!registered.ok) return registered;
    const key = keyOf(folder);
    const cards = registered.value.map(({ serial, enc, mac, dek }) => {
      const name = Buffer.from(serial).toString('hex');
      saveImage(imagePath(folder, name), blankImage({ serial, keys: { enc, mac, dek } }), key);
      return name;
    });
    return done({ cards });
  } finally {
    await platform.close();
  }
};

/** The virtual reader of this folder, or undefined when it does not run. */
export const findReader = (folder: DataFolder): VirtualReaderStatus | undefined => {
  try {
    return virtualReaderStatus(folder.reader);
  } catch (error) {
    if (error instanceof VirtualReaderError && error.code === 'NOT_RUNNING') return undefined;
    throw error;
  }
};

export const ensureReader = async (folder: DataFolder): Promise<VirtualReaderStatus> => {
  try {
    return findReader(folder) ?? (await startVirtualReader(folder.reader));
  } catch (error) {
    if (error instanceof VirtualReaderError) throw new CodedError(error.code === 'PACKAGE_MISSING' ? 'SYSTEM_PACKAGE_MISSING' : 'READER_SERVICE_DOWN', error.message, { cause: error });
    throw error;
  }
};

/** A virtual card of an earlier program stays where it is and is of no use. */
const lifeCycleOf = (path: string, key: Uint8Array): string => {
  try {
    return describeImage(loadImage(path, key)).lifeCycle;
  } catch (error) {
    if (error instanceof CardImageError) return 'unreadable';
    throw error;
  }
};

export const shelf = (folder: DataFolder): CardOnShelf[] => {
  if (!existsSync(folder.cards)) return [];
  const lying = new Set(findReader(folder)?.slots.map((slot) => slot.imagePath));
  const key = keyOf(folder);
  return readdirSync(folder.cards)
    .filter((file) => file.endsWith('.card'))
    .sort()
    .map((file) => ({ name: basename(file, '.card'), lifeCycle: lifeCycleOf(join(folder.cards, file), key), inserted: lying.has(join(folder.cards, file)) }));
};

type ReadReaders = () => Promise<readonly ReaderState[]>;

/** pcscd looks into a slot every 400 ms: a card put down before it has seen the last one leave would not be noticed as another one. */
const untilEmpty = async (socket: string, slot: number, readers?: ReadReaders): Promise<void> => {
  const own = readers === undefined ? PcscSupervisor.start({ env: { PCSCLITE_CSOCK_NAME: socket } }) : undefined;
  const read = readers ?? (() => own?.readers() ?? Promise.resolve([]));
  try {
    for (const deadline = Date.now() + 4_000; Date.now() < deadline; await sleep(25)) {
      if (!(await read()).some((reader) => reader.name === readerName(slot) && reader.cardPresent)) return;
    }
  } finally {
    await own?.stop();
  }
};

/** Puts a card from the shelf on the virtual reader, starting the reader where none runs; what lies in the slot is taken out first. */
export const putCard = async (folder: DataFolder, name: string | undefined, slot = 0, faults?: CardFaults, readers?: ReadReaders): Promise<Outcome<{ card: string; reader: string; socket: string }>> => {
  const chosen = name ?? shelf(folder).find((card) => !card.inserted && card.lifeCycle === 'blank')?.name;
  if (chosen === undefined) return failed('INPUT_INVALID', 'no blank card on the shelf');
  const path = imagePath(folder, chosen);
  if (!existsSync(path) || lifeCycleOf(path, keyOf(folder)) === 'unreadable') return failed('INPUT_INVALID', 'card');
  const reader = await ensureReader(folder);
  if (reader.slots.some((each) => each.slot === slot && each.imagePath !== undefined)) await removeCard(folder.reader, slot);
  await untilEmpty(reader.socket, slot, readers);
  await insertCard(folder.reader, slot, path, keyOf(folder), faults ?? (isCopy(path) ? { clone: 'other-key' } : undefined));
  return done({ card: basename(path, '.card'), reader: readerName(slot), socket: reader.socket });
};

export const takeCard = async (folder: DataFolder, slot = 0): Promise<Outcome<{ slot: number }>> => {
  const reader = findReader(folder);
  if (!reader?.slots.some((each) => each.slot === slot && each.imagePath !== undefined)) return failed('CARD_ABSENT');
  await removeCard(folder.reader, slot);
  return done({ slot });
};

/** Lets the inserted card lose its power at an APDU or an internal write, counted from now. */
export const tearCard = async (folder: DataFolder, slot: number, atApdu: number, atWrite: number): Promise<Outcome<object>> => {
  const faults: CardFaults | undefined = Number.isInteger(atApdu) && atApdu > 0 ? { tearAtApdu: { at: atApdu, when: 'before' } } : Number.isInteger(atWrite) && atWrite > 0 ? { tearAtWrite: atWrite } : undefined;
  if (faults === undefined) return failed('INPUT_INVALID', '--at-apdu or --at-write');
  if (!findReader(folder)?.slots.some((each) => each.slot === slot && each.imagePath !== undefined)) return failed('CARD_ABSENT');
  await setCardFaults(folder.reader, slot, faults);
  return done({ slot, faults });
};

/** A copy has the files of the card that it was made from and answers with a key of its own. */
const isCopy = (path: string): boolean => path.endsWith('-clone.card');

/** What is on a card now, for setting it back later: what somebody does who has a card of flash memory and a copier. */
export const imageOf = (folder: DataFolder, name: string): CardImage => loadImage(imagePath(folder, name), keyOf(folder));
export const setBack = (folder: DataFolder, name: string, image: CardImage): void => saveImage(imagePath(folder, name), image, keyOf(folder));

/** Flips one bit of the signature on a card that lies on the shelf. */
export const forgeCard = (folder: DataFolder, name: string): void => setBack(folder, name, forgedImage(imageOf(folder, name)));

/** A copy of a card without its private key, for showing that it is found out. */
export const copyCard = (folder: DataFolder, name: string): string => {
  const key = keyOf(folder);
  const copy = `${basename(name, '.card')}-clone`;
  saveImage(imagePath(folder, copy), loadImage(imagePath(folder, name), key), key);
  return copy;
};
