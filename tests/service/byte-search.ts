import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What to look for: a name for the report, and text or bytes. */
export type Secrets = Readonly<Record<string, string | Uint8Array>>;
export interface Needle {
  readonly name: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Below this length a needle is found by chance in megabytes of ciphertext. */
const shortest = 6;

/** Base64 of the bytes at each of the three alignments, without the characters that neighbours change. */
function base64Forms(bytes: Buffer): [string, Buffer][] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replaceAll('=', '');
    const whole = (before + bytes.length) % 3 === 0 ? text : text.slice(0, -1);
    const inner = whole.slice(before === 0 ? 0 : before + 1);
    const url = inner.replaceAll('+', '-').replaceAll('/', '_');
    return [[`base64 at ${before}`, Buffer.from(inner)], [`base64url at ${before}`, Buffer.from(url)]] satisfies [string, Buffer][];
  });
}

const encodings = (bytes: Buffer): [string, Buffer][] => [
  ['raw', bytes],
  ['hex', Buffer.from(bytes.toString('hex'))],
  ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
  ...base64Forms(bytes),
];

function formsOf(value: string | Uint8Array): [string, Buffer][] {
  if (typeof value !== 'string') {
    // Any piece of a photo is a trace of it.
    const pieces: Buffer[] = [];
    for (let at = 0; at === 0 || at + 24 <= value.length; at += 512) pieces.push(Buffer.from(value.subarray(at, at + 24)));
    return pieces.flatMap(encodings);
  }
  const utf8 = Buffer.from(value, 'utf8');
  const utf16 = Buffer.from(value, 'utf16le');
  const escaped = Array.from(value, (char) => (char > '\x7f' ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char)).join('');
  return [...encodings(utf8), ['utf-16le', utf16], ['utf-16be', Buffer.from(utf16).swap16()], ['json escapes', Buffer.from(escaped)]];
}

export const needlesOf = (secrets: Secrets): Needle[] =>
  Object.entries(secrets).flatMap(([name, value]) => formsOf(value).filter(([, bytes]) => bytes.length >= shortest).map(([form, bytes]) => ({ name, form, bytes })));

export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));

/** Every needle that lies in a file below `folder`, in its bytes or its name: `file: name (form)`. */
export function search(folder: string, needles: readonly Needle[]): string[] {
  return filesBelow(folder).flatMap((file) => {
    const content = Buffer.concat([readFileSync(file), Buffer.from(file.slice(folder.length))]);
    return needles.filter(({ bytes }) => content.includes(bytes)).map(({ name, form }) => `${file.slice(folder.length + 1)}: ${name} (${form})`);
  });
}
