import { describe, expect, it } from 'vitest';
import { openSealed, parseSign1, sealingKeyPair, tweetnaclEngine, verifySign1 } from '../../src/cose/index.js';
import { nodeEd25519 } from '../../src/node-crypto/index.js';
import { chainHash, chainStart } from '../../src/outbox/chain.js';
import { crockford, inGroups } from '../../src/platform/crockford.js';
import { readVectors } from './read.js';
import { bytes, hex, sha256, type SignedVector } from './shared.js';

interface SyncFile {
  readonly terminal: string;
  readonly epoch: number;
  readonly platformBox: { readonly secretKey: string; readonly publicKey: string };
  readonly chainStart: string;
  readonly records: readonly { seq: number; type: string; priority: number; capturedAt: number; sealed: string; plain: string; hash: string }[];
  readonly enrolment: { readonly secret: string; readonly rootHash: string; readonly code: string };
  readonly signed: readonly SignedVector[];
}
const file = readVectors<SyncFile>('sync.json');

describe('sync.json', () => {
  it('the chain of the outbox', () => {
    let before = chainStart(sha256, file.terminal, file.epoch);
    expect(hex(before)).toBe(file.chainStart);
    for (const record of file.records) {
      before = chainHash(sha256, before, { ...record, sealed: bytes(record.sealed) });
      expect(hex(before)).toBe(record.hash);
    }
  });
  it('the platform opens what was sealed to it', () => {
    const { secretKey, publicKey } = sealingKeyPair(bytes(file.platformBox.secretKey));
    expect(hex(publicKey)).toBe(file.platformBox.publicKey);
    for (const record of file.records) expect(hex(openSealed(secretKey, bytes(record.sealed))!)).toBe(record.plain);
  });
  it('the enrolment code', () => {
    expect(inGroups(crockford(bytes(file.enrolment.secret + file.enrolment.rootHash)))).toBe(file.enrolment.code);
  });
  it.each(file.signed.map((vector) => [vector.name, vector] as const))('%s verifies with both engines', (_, vector) => {
    const sign1 = parseSign1(bytes(vector.object));
    expect([sign1.typ, hex(sign1.payload)]).toEqual([vector.typ, vector.payload]);
    for (const engine of [nodeEd25519, tweetnaclEngine]) expect(verifySign1(sign1, bytes(vector.publicKey), engine)).toBe(true);
  });
});
