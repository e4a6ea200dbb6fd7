import { createECDH } from 'node:crypto';
import { parseSign1, sigStructure, signSign1, type Sign1 } from '../../src/cose/index.js';
import type { CardImage } from '../../src/emulator/index.js';
import { issuedPage } from '../../src/emulator/issued.js';
import { AT } from '../../src/emulator/memory-map.js';
import { Memory } from '../../src/emulator/memory.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { coseKeyId, okpKey } from '../../src/cose/index.js';
import { encodeDelegation, permitTyp, type Delegation } from '../../src/permit/index.js';
import { firstIndex, lastIndex, noon } from '../workflows/fixtures.js';

/**
 * The forger's workshop: a copied card opened under the microscope, every byte of its memory at hand, and keys of the forger's own. What is forged here is put into a reader like
 * any other card.
 */
const { ed25519, sha256 } = nodeCrypto;
const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
/** The keys of the tests' hall (workflows/fixtures.ts), and one that nobody trusts. */
export const seeds = { issuer: seedOf(2), terminal: seedOf(3), forger: seedOf(0x66) } as const;
export const publicOf = (seed: Uint8Array): Uint8Array => ed25519.publicKey(seed);
export const kidOf = (seed: Uint8Array): Uint8Array => coseKeyId(okpKey(publicOf(seed)), sha256);

const day = 86_400;
/** A certificate of the hall's terminal, bent in what `change` says; the genuine issuer signs it unless another does. */
export function delegation(change: Partial<Delegation> = {}, signer: Uint8Array = seeds.issuer, kid: Uint8Array = kidOf(signer)): Uint8Array {
  const claims: Delegation = {
    terminal: 'T-0001', notBefore: noon - day, expires: noon + 10 * day, id: new Uint8Array(8).fill(3), publicKey: publicOf(seeds.terminal),
    kinds: [1, 2, 3, 4], prefixes: ['3303'], firstIndex, lastIndex, ...change,
  };
  return signSign1({ typ: permitTyp.delegation, kid, payload: encodeDelegation(claims), seed: signer, tagged: false }, ed25519);
}

const streamIndex = { cardAccess: 0, permit: 1, holder: 2, photo: 3, sod: 5 } as const;
export type StreamFile = keyof typeof streamIndex;

/** A copy of the image, its memory open to `work`. */
export function opened(image: CardImage, work: (memory: Memory) => void): CardImage {
  const nvm = image.nvm.slice();
  work(new Memory(nvm));
  return { format: 2, nvm };
}

export function fileOf(image: CardImage, name: StreamFile): Uint8Array {
  return new Memory(image.nvm.slice()).streamFile(streamIndex[name]);
}

/** The same card with other contents of these files, behind what lies in its memory already. */
export const withFiles = (image: CardImage, contents: Partial<Readonly<Record<StreamFile, Uint8Array>>>): CardImage =>
  opened(image, (memory) => {
    const files = memory.issued.files.map(([offset, length]) => [offset, length] as const);
    let free = Math.max(...files.map(([offset, length]) => offset + length));
    for (const [name, bytes] of Object.entries(contents) as [StreamFile, Uint8Array][]) {
      memory.nvm.write(AT.stream + free, bytes);
      files[streamIndex[name]] = [free, bytes.length];
      free += bytes.length;
    }
    memory.nvm.write(AT.issued, issuedPage({ ...memory.issued, files }));
  });

/** Key pair 1 of the chip, exchanged for one that the forger made. */
export function withOwnKey(image: CardImage): { readonly image: CardImage; readonly point: Uint8Array } {
  const pair = createECDH('prime256v1');
  const point = new Uint8Array(pair.generateKeys());
  const secret = new Uint8Array(32);
  const raw = pair.getPrivateKey();
  secret.set(raw, 32 - raw.length);
  const copy = opened(image, (memory) => {
    memory.nvm.write(AT.chipKeys[0], secret);
    memory.nvm.write(AT.chipKeys[0] + 32, point);
  });
  return { image: copy, point };
}

/** A signed object signed anew: the same kind and payload unless said otherwise, by `seed` under `kcwt`. */
export function resigned(object: Uint8Array, change: { readonly payload?: Uint8Array; readonly kcwt?: Uint8Array; readonly seed?: Uint8Array } = {}): Uint8Array {
  const { typ, payload, kcwt } = parseSign1(object);
  return signSign1({ typ, payload: change.payload ?? payload, kcwt: change.kcwt ?? kcwt, seed: change.seed ?? seeds.terminal }, ed25519);
}

const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const bytesOf = (value: bigint): Uint8Array => new Uint8Array(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());

/** R ‖ S + L: the same equation holds (RFC 8032 8.4). */
export const malleated = (signature: Uint8Array): Uint8Array => Uint8Array.from([...signature.slice(0, 32), ...bytesOf(littleEndian(signature.slice(32)) + order)]);

/** The encoded object with other bytes in place of `signature`, wherever it stands in it. */
export function replaced(object: Uint8Array, signature: Uint8Array, by: Uint8Array): Uint8Array {
  const at = Buffer.from(object).indexOf(signature);
  if (at < 0) throw new Error('the signature does not stand in the object');
  const out = object.slice();
  out.set(by, at);
  return out;
}

/** What was signed of an object: for showing that an engine left alone would have believed it. */
export const signedBytes = ({ protectedBytes, payload }: Sign1): Uint8Array => sigStructure(protectedBytes, payload);
