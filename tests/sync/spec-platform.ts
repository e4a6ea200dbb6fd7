import { syncTyp } from '../../src/contract/index.js';
import { decodeCbor, encodeCbor, parseSign1, sealTo, sealingKeyPair, signSign1, verifySign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { clock, platformKeys, platformKid, platformSeed } from '../outbox/fixture.js';
import { seed, type Said } from './fixture.js';

/** X25519 pair of the terminal: operators and key sets are sealed to it. */
export const terminalBox = sealingKeyPair(new Uint8Array(32).fill(31));
export const platformTrust = { crypto: nodeCrypto, platformKeys: () => platformKeys };

export const signed = (typ: string, map: Map<number, unknown>, by : Uint8Array = platformSeed): Uint8Array => signSign1({ typ, kid: platformKid, payload: encodeCbor(map), seed: by }, nodeCrypto.ed25519);
export const sealedToTerminal = (value: unknown): Uint8Array => sealTo(terminalBox.publicKey).seal(encodeCbor(value));

/** `wz-config`, any label replaced. */
export const configOf = (name: string, version: number, contents: unknown, replace: readonly (readonly [number, unknown])[] = [], by?: Uint8Array): Uint8Array =>
  signed(syncTyp.config, new Map<number, unknown>([[1, name], [2, version], [3, clock.now()], [4, contents], ...replace]), by);

/** Entries of a number index: permit number, status index, newest. */
export const numberIndexOf = (...entries: readonly (readonly [string, number, 0 | 1])[]): Uint8Array => {
  const bytes = new Uint8Array(entries.length * 13);
  const view = new DataView(bytes.buffer);
  for (const [i, [number, index, newest]] of entries.entries()) {
    view.setBigUint64(i * 13, BigInt(number));
    view.setUint32(i * 13 + 8, index);
    bytes[i * 13 + 12] = newest;
  }
  return bytes;
};

/** Head and records of what was sent ahead, its signature and the hash of its records checked. */
export const advanceOf = (body: Uint8Array): { head: Map<number, unknown>; records: unknown[][]; seqs: number[] } => {
  const [advance, records] = decodeCbor(body) as [Uint8Array, unknown[][]];
  const sign1 = parseSign1(advance);
  if (sign1.typ !== syncTyp.advance || !verifySign1(sign1, nodeCrypto.ed25519.publicKey(seed), nodeCrypto.ed25519)) throw new Error('what goes ahead is not signed');
  const head = decodeCbor(sign1.payload) as Map<number, unknown>;
  if (Buffer.compare(head.get(3) as Uint8Array, nodeCrypto.sha256(encodeCbor(records))) !== 0) throw new Error('the records are others than those that were signed');
  return { head, records, seqs: records.map(([seq]) => seq as number) };
};

/** The answer of an honest platform that refuses the numbers in `codes`. */
export const advancedFor = (body: Uint8Array, codes: Readonly<Record<number, string>> = {}, replace: readonly (readonly [number, unknown])[] = [], by?: Uint8Array): Said => {
  const { head, seqs } = advanceOf(body);
  const list = seqs.map((seq) => [seq, codes[seq] ?? null]);
  return { status: 200, body: signed(syncTyp.advanced, new Map<number, unknown>([[1, head.get(1)], [2, head.get(2)], [3, clock.now()], [4, list], ...replace]), by) };
};
