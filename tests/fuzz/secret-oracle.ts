import type { AccessRight } from '../../src/card/index.js';
import { sha256 } from '../vectors/shared.js';
import { chipSecrets, holderDigits, protectedContents, staticKeys } from './invented-cards.js';
import { Broken, holds } from './target.js';

type Protected = keyof typeof protectedContents;

const windows = (secret: Uint8Array, length: number): Buffer[] => Array.from({ length: secret.length - length + 1 }, (_, i) => Buffer.from(secret.slice(i, i + length)));
/** Any eight bytes in a row of a key, and the six digits of PIN and CAN: nobody is ever told. */
const never = [...[...Object.values(staticKeys), ...chipSecrets].flatMap((secret: Uint8Array) => windows(secret, 8)), ...Object.values(holderDigits).map((digits) => Buffer.from(digits))];
const shortest = 6;
/** Any twelve bytes of what rights open. */
const personal = Object.entries(protectedContents).map(([name, secret]) => ({ name: name as Protected, windows: windows(secret, 12) }));

/** What the terminal of a session has shown: what it may read follows from access.md 1. */
export interface Shown {
  readonly rights: readonly AccessRight[];
  readonly pinVerified: boolean;
}
const opening: Readonly<Record<Protected, readonly AccessRight[]>> = {
  holder: ['inspect'], photo: ['inspect'], residence: ['inspect', 'endorse'], services: ['inspect', 'service'],
  // Of a department that no terminal of the tests has by its number; the one that serves every department has `inspect` besides.
  otherServices: ['inspect'],
};
const mayRead = (name: Protected, { rights, pinVerified }: Shown): boolean => opening[name].some((right) => rights.includes(right)) || (pinVerified && rights.includes('kiosk'));

/** As it goes over the wire. */
export function judgePlain(data: Uint8Array): void {
  if (data.length < shortest) return;
  const text = Buffer.from(data);
  holds(!never.some((window) => text.includes(window)), 'no answer holds a key or the digits of the holder');
  holds(!personal.some((each) => each.windows.some((window) => text.includes(window))), 'no answer holds in plain what is read under secure messaging only');
}

/** As the terminal of the session reads it. */
export function judgeOpened(data: Uint8Array, shown: Shown): void {
  if (data.length < shortest) return;
  const text = Buffer.from(data);
  holds(!never.some((window) => text.includes(window)), 'no protected answer holds a key or the digits of the holder');
  for (const { name, windows: pieces } of personal) {
    if (!mayRead(name, shown) && pieces.some((window) => text.includes(window))) throw new Broken(`${name} was read with the rights ${shown.rights.join(', ')} alone`);
  }
}

/** A name for bytes, to look them up by. */
export const nameOf = (bytes: Uint8Array): string => Buffer.from(sha256(bytes)).toString('hex');
