import { CodedError, done, failed, syncTyp, type Outcome } from '../contract/index.js';
import { decodeCbor, encodeCbor, okpKey, parseOkpKey, sameBytes, signSign1, CoseError, type CryptoPort } from '../cose/index.js';
import { refusalOf, send, type Transport } from './http.js';

export interface EnrolOptions extends Transport {
  /** as the administrator handed it over; spaces, dashes and case do not matter */
  readonly code: string;
  readonly name: string;
  readonly seed: Uint8Array;
  /** X25519 public key, 32 bytes */
  readonly boxPublic: Uint8Array;
  readonly crypto: CryptoPort;
}

export interface Enrolment {
  readonly terminalId: string;
  /** the pinned root, Ed25519, 32 bytes */
  readonly root: Uint8Array;
  /** COSE_Sign1, not yet verified: the caller verifies it under the root */
  readonly trustList: Uint8Array;
  readonly platformSealing: Uint8Array;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Secret and root hash of a code (sync.md 1): Crockford base 32, I and L read as 1, O as 0. Undefined: not a code. */
export const parseEnrolmentCode = (code: string): { readonly secret: Uint8Array; readonly rootHash: Uint8Array } | undefined => {
  const text = code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  if (text.length !== 32) return undefined;
  let value = 0n;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return undefined;
    value = value * 32n + BigInt(digit);
  }
  const bytes = new Uint8Array(Buffer.from(value.toString(16).padStart(40, '0'), 'hex'));
  return { secret: bytes.slice(0, 10), rootHash: bytes.slice(10) };
};

/** Enrols a new terminal and pins the root that the code's hash names. ENROL_CODE_WRONG, ROOT_MISMATCH, PLATFORM_ANSWER_INVALID. @throws CodedError of the network. */
export const enrol = async (options: EnrolOptions): Promise<Outcome<Enrolment>> => {
  const { crypto, seed, boxPublic, name } = options;
  const code = parseEnrolmentCode(options.code);
  if (code === undefined) return failed('ENROL_CODE_WRONG');
  const payload = encodeCbor(new Map<number, unknown>([[1, code.secret], [2, name], [3, okpKey(crypto.ed25519.publicKey(seed))], [4, boxPublic]]));
  const answer = await send(options, 'POST', '/v1/terminals/enrol', {}, signSign1({ typ: syncTyp.enrol, payload, seed }, crypto.ed25519));
  if (answer.status !== 201) return failed(refusalOf(answer).code);
  try {
    const map = decodeCbor(answer.body);
    if (!(map instanceof Map) || map.size !== 5) return failed('PLATFORM_ANSWER_INVALID');
    const [terminalId, rootKey, trustList, platformSealing] = [1, 2, 3, 4].map((label) => map.get(label) as unknown);
    if (typeof terminalId !== 'string' || !(trustList instanceof Uint8Array) || !(platformSealing instanceof Uint8Array) || platformSealing.length !== 32 || !(rootKey instanceof Map)) {
      return failed('PLATFORM_ANSWER_INVALID');
    }
    if (!sameBytes(crypto.sha256(encodeCbor(rootKey)).slice(0, 10), code.rootHash)) return failed('ROOT_MISMATCH');
    return done({ terminalId, root: parseOkpKey(rootKey), trustList, platformSealing });
  } catch (error) {
    if (error instanceof CoseError) throw new CodedError('PLATFORM_ANSWER_INVALID', 'enrolment', { cause: error });
    throw error;
  }
};
