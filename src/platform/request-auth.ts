import { syncTyp } from '../contract/index.js';
import { CoseError, parseSign1, sameBytes, verifySign1, type Sign1 } from '../cose/index.js';
import { nodeCrypto, sha256 } from '../node-crypto/index.js';
import { cborOf, isBytesOf, isCount, isText, labels } from './intake/fields.js';
import { HttpRefusal } from './refusal.js';
import type { Terminal, TerminalStore } from './storage/ports.js';

export interface RequestFacts {
  readonly method: string;
  /** path with query, as it stood in the request line */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: Uint8Array;
}
export interface Authenticated {
  readonly terminal: Terminal;
  readonly nonce: Uint8Array;
}

const longestHeader = 2_048;

const refused = (): never => {
  throw new HttpRefusal(401, 'REQUEST_SIGNATURE');
};

const signedOf = (authorization: string | undefined): Sign1 => {
  const [scheme, token, ...more] = (authorization ?? '').split(' ');
  if (scheme !== 'COSE' || token === undefined || more.length > 0 || token.length > longestHeader || !/^[\w-]+$/.test(token)) return refused();
  try {
    return parseSign1(new Uint8Array(Buffer.from(token, 'base64url')));
  } catch (error) {
    if (error instanceof CoseError) return refused();
    throw error;
  }
};

/** Who asks (sync.md 2). The terminal's time is not judged here: a push is idempotent, and the terminal judges its own clock. Throws HttpRefusal 401, 403. */
export const authenticate = async (terminals: TerminalStore, request: RequestFacts): Promise<Authenticated> => {
  const signed = signedOf(request.authorization);
  if (signed.typ !== syncTyp.request || signed.kid === undefined) return refused();
  const terminal = await terminals.find(Buffer.from(signed.kid).toString('utf8'));
  if (terminal === undefined) throw new HttpRefusal(401, 'TERMINAL_UNKNOWN');
  if (!verifySign1(signed, terminal.ed25519, nodeCrypto.ed25519)) return refused();
  const [method, path, digest, time, nonce] = labels(cborOf(signed.payload), 5) ?? refused();
  if (!isText(method) || !isText(path) || !isBytesOf(32)(digest) || !isCount(time) || !isBytesOf(8)(nonce)) return refused();
  if (method !== request.method || path !== request.url || !sameBytes(digest, sha256(request.body))) return refused();
  // After the signature: only the terminal itself learns that it is blocked.
  if (terminal.state === 'blocked') throw new HttpRefusal(403, 'TERMINAL_BLOCKED');
  return { terminal, nonce };
};
