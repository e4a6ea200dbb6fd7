/**
 * Looks for a person in the bytes of a folder: every file below it (databases with their -wal and -shm, logs, keys, pictures) and every file's name. It knows no
 * format: what stands there in one of the encodings below is found wherever it stands. Not found is what was compressed, encrypted or cut into shorter pieces.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Application } from '../src/contract/index.js';

export interface SoughtPerson {
  readonly application: Application;
  readonly photo?: Uint8Array;
}
export interface Hit {
  /** path below the folder */
  readonly file: string;
  /** which of the person's data: never the data itself */
  readonly what: string;
  /** `file name, …` when it stands in the name of the file */
  readonly encoding: string;
}

interface Needle {
  readonly what: string;
  readonly encoding: string;
  readonly bytes: Uint8Array;
  /** bytes of one character; set when the needle is so short that it must stand in text to count */
  readonly unit?: 1 | 2;
  readonly bigEndian?: boolean;
}

/** Each character of GBK's double-byte area with its two bytes, read out of the decoder: Node encodes UTF-8 only. */
const gbkBytes = new Map<string, readonly [number, number]>();
const gbkDecoder = new TextDecoder('gbk');
for (let lead = 0x81; lead <= 0xfe; lead += 1) {
  for (let trail = 0x40; trail <= 0xfe; trail += 1) {
    const character = gbkDecoder.decode(new Uint8Array([lead, trail]));
    if (character.length === 1 && character !== '\ufffd' && !gbkBytes.has(character)) gbkBytes.set(character, [lead, trail]);
  }
}

/** `text` in GBK; undefined when it holds a character that GBK lacks, and so cannot stand there in GBK. */
export const gbkOf = (text: string): Uint8Array | undefined => {
  const bytes: number[] = [];
  for (const character of text) {
    if (character <= '\x7f') bytes.push(character.charCodeAt(0));
    else {
      const pair = gbkBytes.get(character);
      if (pair === undefined) return undefined;
      bytes.push(...pair);
    }
  }
  return Uint8Array.from(bytes);
};

const utf16be = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le').swap16());
const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** The characters that `bytes` are sure to give in base64 when 0, 1 or 2 bytes of something else stand before them in its groups of three. */
const base64At = (bytes: Uint8Array, before: 0 | 1 | 2, form: 'base64' | 'base64url'): Uint8Array => {
  const text = Buffer.concat([new Uint8Array(before), bytes]).toString('base64');
  const whole = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  return ascii(form === 'base64' ? whole : whole.replaceAll('+', '-').replaceAll('/', '_'));
};

/** Raw bytes as they may be written in text. Base64url differs from base64 only where one of its two letters occurs. */
const written = (what: string, bytes: Uint8Array): Needle[] => {
  const hex = Buffer.from(bytes).toString('hex');
  const base64 = ([0, 1, 2] as const).flatMap((before) => {
    const [plain, url] = [base64At(bytes, before, 'base64'), base64At(bytes, before, 'base64url')];
    const found: Needle[] = [{ what, encoding: `base64 at ${before}`, bytes: plain }];
    return Buffer.compare(plain, url) === 0 ? found : [...found, { what, encoding: `base64url at ${before}`, bytes: url }];
  });
  const upper = hex.toUpperCase();
  return [{ what, encoding: 'hex', bytes: ascii(hex) }, ...(upper === hex ? [] : [{ what, encoding: 'hex, upper case', bytes: ascii(upper) }]), ...base64];
};

/**
 * A Chinese name of two characters is four bytes in UTF-16 and GBK: in megabytes of random bytes it occurs by chance. So short a needle counts only between
 * characters of text.
 */
const surelyLong = 6;

const ofText = (what: string, text: string): Needle[] => {
  const utf8 = new Uint8Array(Buffer.from(text));
  const gbk = gbkOf(text);
  const plain: Needle[] = [
    { what, encoding: 'utf-8', bytes: utf8, unit: 1 },
    { what, encoding: 'utf-16le', bytes: new Uint8Array(Buffer.from(text, 'utf16le')), unit: 2 },
    { what, encoding: 'utf-16be', bytes: utf16be(text), unit: 2, bigEndian: true },
    // What is ASCII is the same in GBK and in UTF-8.
    ...(gbk === undefined || Buffer.compare(gbk, utf8) === 0 ? [] : [{ what, encoding: 'gbk', bytes: gbk, unit: 1 } as const]),
  ];
  return [...plain.map(({ unit, ...needle }) => (needle.bytes.length < surelyLong && unit !== undefined ? { ...needle, unit } : needle)), ...written(what, utf8)];
};

/** All JPEGs of one maker begin with the same tables; behind them no two are alike. */
const headBytes = 640;
const windowBytes = 24;
const windows = 16;

const ofPhoto = (photo: Uint8Array): Needle[] => {
  const from = Math.min(headBytes, photo.length >> 1);
  const step = Math.max(1, Math.floor((photo.length - windowBytes - from) / (windows - 1)));
  const needles: Needle[] = [];
  for (let at = from; at + windowBytes <= photo.length && needles.length < windows * 10; at += step) {
    const bytes = photo.slice(at, at + windowBytes);
    // A run of one value may stand anywhere.
    if (new Set(bytes).size < 8) continue;
    const what = `photo from byte ${at}`;
    needles.push({ what, encoding: 'bytes', bytes }, ...written(what, bytes));
  }
  return needles;
};

const needlesOf = ({ application, photo }: SoughtPerson): Needle[] => {
  const { name, idNumber, registeredAddress, residence, phone, guardian } = application;
  const texts: readonly (readonly [what: string, text: string | undefined])[] = [
    ['name', name],
    ['ID number', idNumber],
    ['ID number without its check character', idNumber.slice(0, 17)],
    ['registered address', registeredAddress],
    ['residence address', residence.address],
    ['employer', residence.employer],
    ['phone', phone],
    ['guardian’s name', guardian?.name],
    ['guardian’s ID number', guardian?.idNumber],
    ['guardian’s ID number without its check character', guardian?.idNumber.slice(0, 17)],
  ];
  return [...texts.flatMap(([what, text]) => (text === undefined || text === '' ? [] : ofText(what, text))), ...(photo === undefined ? [] : ofPhoto(photo))];
};

const tableBits = 20;
const slotOf = (word: number): number => Math.imul(word, 0x9e3779b1) >>> (32 - tableBits);
const wordAt = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) | 0;

/** Finds many needles in one walk: by a table of their first four bytes. */
class Finder {
  /** 1 + index of a slot's first needle; 0 none */
  readonly #slots = new Uint32Array(1 << tableBits);
  readonly #needles: (Needle & { readonly next: number })[] = [];

  constructor(needles: readonly Needle[]) {
    for (const needle of needles) {
      if (needle.bytes.length < 4) throw new RangeError(`too short to be sought: ${needle.what}, ${needle.encoding}`);
      const slot = slotOf(wordAt(needle.bytes, 0));
      this.#needles.push({ ...needle, next: this.#slots[slot] ?? 0 });
      this.#slots[slot] = this.#needles.length;
    }
  }

  find(content: Uint8Array): Set<Needle> {
    const found = new Set<Needle>();
    for (let at = 0; at + 4 <= content.length; at += 1) {
      let index = this.#slots[slotOf(wordAt(content, at))] ?? 0;
      while (index > 0) {
        const needle = this.#needles[index - 1];
        if (needle === undefined) break;
        if (!found.has(needle) && matches(content, at, needle)) found.add(needle);
        index = needle.next;
      }
    }
    return found;
  }
}

const matches = (content: Uint8Array, at: number, { bytes, unit, bigEndian }: Needle): boolean => {
  for (let i = 0; i < bytes.length; i += 1) if (content[at + i] !== bytes[i]) return false;
  if (unit === undefined) return true;
  const end = at + bytes.length;
  const text = unit === 1 ? [at - 2, at - 1, end, end + 1].every((i) => isText(content[i])) : [at - 2, end].every((i) => isText(unitAt(content, i, bigEndian === true)));
  return text;
};

const unitAt = (content: Uint8Array, at: number, bigEndian: boolean): number | undefined => {
  const [first, second] = [content[at], content[at + 1]];
  return first === undefined || second === undefined ? undefined : bigEndian ? (first << 8) | second : first | (second << 8);
};

/** What may stand beside a name in a text: nothing (the file's end), ASCII, Chinese punctuation. */
const isText = (character: number | undefined): boolean =>
  character === undefined || (character >= 0x20 && character < 0x7f) || [0, 9, 10, 13].includes(character) || (character >= 0x3000 && character < 0x3030) || (character >= 0xff00 && character < 0xff66);

/** Every place where one of `people` stands in clear below `folder`, once for each file, datum and encoding. Links are read, not followed. @throws when a file cannot be read */
export const personalDataIn = (folder: string, people: readonly SoughtPerson[]): Hit[] => {
  const finder = new Finder(people.flatMap(needlesOf));
  const hits = new Map<string, Hit>();
  const note = (file: string, content: Uint8Array, where = ''): void => {
    for (const { what, encoding } of finder.find(content)) hits.set(JSON.stringify([file, what, where, encoding]), { file, what, encoding: `${where}${encoding}` });
  };
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })) {
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path);
    note(file, Buffer.from(entry.name), 'file name, ');
    if (entry.isFile()) note(file, readFileSync(path));
    else if (entry.isSymbolicLink()) note(file, Buffer.from(readlinkSync(path)));
  }
  return [...hits.values()];
};
