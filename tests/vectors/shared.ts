import { signSign1, sigStructure, parseSign1, okpKey, coseKeyId, type CoseKey } from '../../src/cose/index.js';
import { fromHex, toHex } from '../../src/iso7816/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';

/** A vector file: every value is hexadecimal unless it is a number or plainly a text. */
export interface VectorFile {
  readonly title: string;
  readonly specification: string;
  readonly [part: string]: unknown;
}

export const { ed25519, sha256 } = nodeCrypto;
export const hex = toHex;
export const bytes = fromHex;
/** Keys for vectors only: 32 times the same byte. No build trusts them. */
export const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
export const seeds = { root: seedOf(1), issuer: seedOf(2), statusList: seedOf(3), platform: seedOf(4), terminal: seedOf(5), newTerminal: seedOf(6) };
export const publicKeyOf = (name: keyof typeof seeds): Uint8Array => ed25519.publicKey(seeds[name]);
export const coseKeyOf = (name: keyof typeof seeds): CoseKey => okpKey(publicKeyOf(name));
export const kidOf = (name: keyof typeof seeds): Uint8Array => coseKeyId(coseKeyOf(name), sha256);

/** 2026-11-24 12:00 in China. */
export const noon = 1_795_492_800;
export const day = 86_400;
export const terminalId = 'T-000001';

export interface SignedVector {
  readonly name: string;
  readonly typ: string;
  readonly tagged: boolean;
  readonly signer: string;
  readonly seed: string;
  readonly publicKey: string;
  readonly kid?: string;
  readonly kcwt?: string;
  readonly payload: string;
  readonly protected: string;
  readonly sigStructure: string;
  readonly signature: string;
  readonly object: string;
}

export interface ToSign {
  readonly name: string;
  readonly typ: string;
  readonly signer: keyof typeof seeds;
  readonly payload: Uint8Array;
  readonly kid?: Uint8Array;
  readonly kcwt?: Uint8Array;
  readonly tagged?: boolean;
}

/** Signs and takes the object apart again into what RFC 9052 names. */
export function signed(what: ToSign): SignedVector {
  const { name, typ, signer, payload, kid, kcwt, tagged = true } = what;
  const object = signSign1({ typ, payload, kid, kcwt, tagged, seed: seeds[signer] }, ed25519);
  const { protectedBytes, signature } = parseSign1(object, { tagged });
  return {
    name,
    typ,
    tagged,
    signer,
    seed: hex(seeds[signer]),
    publicKey: hex(publicKeyOf(signer)),
    ...(kid === undefined ? {} : { kid: hex(kid) }),
    ...(kcwt === undefined ? {} : { kcwt: hex(kcwt) }),
    payload: hex(payload),
    protected: hex(protectedBytes),
    sigStructure: hex(sigStructure(protectedBytes, payload)),
    signature: hex(signature),
    object: hex(object),
  };
}
