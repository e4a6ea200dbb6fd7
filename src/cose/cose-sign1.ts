import { CborTag, decodeCbor, encodeCbor } from './cbor.js';
import { verifyEd25519 } from './ed25519.js';
import { CoseError } from './errors.js';
import type { Ed25519Engine } from './ports.js';

/** Header labels and algorithms: RFC 9052 3.1, RFC 9596 (typ), RFC 9528 (kcwt), RFC 9864 (Ed25519), RFC 9053 (EdDSA). */
const label = { alg: 1, kid: 4, kcwt: 13, typ: 16 } as const;
const algEd25519 = -19;
const algEdDsa = -8;
const tagSign1 = 18;

/** COSE_Sign1 of the profile (payload.md 1): attached payload, closed headers. Nothing in it is verified by parsing. */
export interface Sign1 {
  /** The protected header as it was signed. */
  readonly protectedBytes: Uint8Array;
  /** -19, or its alias -8. */
  readonly alg: number;
  readonly typ: string;
  readonly kid?: Uint8Array;
  /** Encoding of the delegation in the unprotected header: an untagged COSE_Sign1. It is not covered by this object's signature. */
  readonly kcwt?: Uint8Array;
  readonly payload: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

const empty = new Uint8Array(0);

/** Sig_structure of Signature1 with empty external_aad (RFC 9052 4.4), encoded: the bytes that are signed. */
export const sigStructure = (protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array => encodeCbor(['Signature1', protectedBytes, empty, payload]);

export interface Sign1Body {
  /** RFC 9596: what kind of object this is; a verifier demands it exactly. */
  readonly typ: string;
  readonly kid?: Uint8Array | undefined;
  readonly payload: Uint8Array;
  /** Encoded untagged COSE_Sign1 of the delegation; it stands in the unprotected header as the array itself (RFC 9528: COSE_Messages). */
  readonly kcwt?: Uint8Array | undefined;
  /** Tag 18 in front (default); a kcwt has none. */
  readonly tagged?: boolean | undefined;
}

export interface Sign1Content extends Sign1Body {
  /** Ed25519 private key, 32 bytes. */
  readonly seed: Uint8Array;
}

/** Encodes a COSE_Sign1 with `alg` -19, signed by whoever holds the Ed25519 key: `sign` takes the encoded Sig_structure and gives 64 bytes. Throws CborError when `kcwt` is not deterministic CBOR. */
export function signSign1With(content: Sign1Body, sign: (toBeSigned: Uint8Array) => Uint8Array): Uint8Array {
  const { typ, kid, payload, kcwt, tagged = true } = content;
  const protectedHeader = new Map<number, unknown>([[label.alg, algEd25519], [label.typ, typ]]);
  if (kid !== undefined) protectedHeader.set(label.kid, kid);
  const protectedBytes = encodeCbor(protectedHeader);
  const unprotected = new Map<number, unknown>();
  if (kcwt !== undefined) unprotected.set(label.kcwt, decodeCbor(kcwt));
  const object = [protectedBytes, unprotected, payload, sign(sigStructure(protectedBytes, payload))];
  return encodeCbor(tagged ? new CborTag(tagSign1, object) : object);
}

/** {@link signSign1With} with a key of which the seed is at hand. */
export const signSign1 = (content: Sign1Content, engine: Ed25519Engine): Uint8Array => signSign1With(content, (toBeSigned) => engine.sign(content.seed, toBeSigned));

/** A closed header: a map with no label but these. */
function header(value: unknown, allowed: readonly number[], name: string): Map<unknown, unknown> {
  if (!(value instanceof Map)) throw new CoseError(`${name} header is not a map`);
  const map = value as Map<unknown, unknown>;
  for (const key of map.keys()) if (!allowed.includes(key as number)) throw new CoseError(`${name} header has a label of no meaning here`);
  return map;
}

function byteString(value: unknown, name: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new CoseError(`${name} is not a byte string`);
  return value;
}

/**
 * Parses a COSE_Sign1, tagged 18 unless `tagged` is false (then a tag is refused). Strict: deterministic CBOR in the object and in its
 * protected header, no header label but alg, typ, kid (protected) and kcwt (unprotected). Throws CoseError.
 */
export function parseSign1(bytes: Uint8Array, options: { tagged?: boolean | undefined } = {}): Sign1 {
  const item = decodeCbor(bytes);
  const tagged = options.tagged !== false;
  if (tagged !== item instanceof CborTag) throw new CoseError(tagged ? 'COSE_Sign1 without tag 18' : 'COSE_Sign1 with a tag where none belongs');
  if (item instanceof CborTag && item.tag !== tagSign1) throw new CoseError(`tag ${item.tag} is not COSE_Sign1`);
  const object = item instanceof CborTag ? item.contents : item;
  if (!Array.isArray(object) || object.length !== 4) throw new CoseError('COSE_Sign1 is not an array of four');
  const [first, second, third, fourth] = object as unknown[];
  const protectedBytes = byteString(first, 'protected header');
  const protectedHeader = header(decodeCbor(protectedBytes), [label.alg, label.kid, label.typ], 'protected');
  const unprotected = header(second, [label.kcwt], 'unprotected');
  const payload = byteString(third, 'payload');
  const signature = byteString(fourth, 'signature');
  if (signature.length !== 64) throw new CoseError('signature is not 64 bytes');

  const alg = protectedHeader.get(label.alg);
  if (alg !== algEd25519 && alg !== algEdDsa) throw new CoseError('alg is neither Ed25519 (-19) nor EdDSA (-8)');
  const typ = protectedHeader.get(label.typ);
  if (typeof typ !== 'string' || typ === '') throw new CoseError('typ is not a text');
  const kcwt = unprotected.get(label.kcwt);
  // Asked for the label, not the value: CBOR has an undefined of its own.
  if (unprotected.has(label.kcwt) && !Array.isArray(kcwt)) throw new CoseError('kcwt is not an untagged COSE_Sign1');
  return {
    protectedBytes,
    alg,
    typ,
    ...(protectedHeader.has(label.kid) ? { kid: byteString(protectedHeader.get(label.kid), 'kid') } : {}),
    ...(kcwt === undefined ? {} : { kcwt: encodeCbor(kcwt) }),
    payload,
    signature,
  };
}

/** Whether the signature is that of the 32-byte public key, by the rules of `verifyEd25519`. Says nothing of typ, chain or payload. */
export function verifySign1(sign1: Sign1, publicKey: Uint8Array, engine: Ed25519Engine): boolean {
  return verifyEd25519(engine, publicKey, sigStructure(sign1.protectedBytes, sign1.payload), sign1.signature);
}
