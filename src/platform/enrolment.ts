import { randomBytes } from 'node:crypto';
import { syncTyp } from '../contract/index.js';
import { CoseError, encodeCbor, okpKey, parseOkpKey, parseSign1, verifySign1, type Sign1 } from '../cose/index.js';
import { nodeCrypto } from '../node-crypto/index.js';
import { hashSecret } from './administration.js';
import { crockford } from './crockford.js';
import { cborOf, isBytesOf, isText, labels } from './intake/fields.js';
import type { Platform } from './platform.js';
import { HttpRefusal } from './refusal.js';
import { signServerTime } from './signed-objects.js';

const malformed = (): never => {
  throw new HttpRefusal(400, 'INPUT_INVALID');
};

const read = <T>(reader: () => T): T => {
  try {
    return reader();
  } catch (error) {
    if (error instanceof CoseError) return malformed();
    throw error;
  }
};

interface EnrolRequest {
  readonly secret: Uint8Array;
  readonly name: string;
  readonly ed25519: Uint8Array;
  readonly x25519: Uint8Array;
}

const requestOf = (signed: Sign1): EnrolRequest => {
  const [secret, name, key, x25519] = labels(cborOf(signed.payload), 4) ?? malformed();
  if (!isBytesOf(10)(secret) || !isText(name) || name.length > 60 || !isBytesOf(32)(x25519)) return malformed();
  return { secret, name, ed25519: read(() => parseOkpKey(key)), x25519 };
};

/** Body of POST /v1/terminals/enrol → answer (sync.md 1). The signature proves that the caller holds the key that is entered. */
export const enrol = async (platform: Platform, body: Uint8Array): Promise<Uint8Array> => {
  const signed = read(() => parseSign1(body));
  const request = requestOf(signed);
  if (signed.typ !== syncTyp.enrol || !verifySign1(signed, request.ed25519, nodeCrypto.ed25519)) return malformed();
  const now = platform.clock();
  const { secret, name, ed25519, x25519 } = request;
  const id = `T${crockford(randomBytes(5))}`;
  const terminal = await platform.storage.terminals.enrol(hashSecret(secret), now, { id, name, ed25519, x25519 });
  if (terminal === undefined) throw new HttpRefusal(401, 'ENROL_CODE_WRONG');
  if (terminal.state === 'blocked') throw new HttpRefusal(403, 'TERMINAL_BLOCKED');
  const { token } = await platform.trust();
  return encodeCbor(
    new Map<number, unknown>([
      [1, terminal.id],
      [2, okpKey(platform.keys.root.publicKey)],
      [3, token],
      [4, platform.keys.sealing.publicKey],
      [5, signServerTime(platform.keys, now, secret.slice(0, 8))],
    ]),
  );
};
