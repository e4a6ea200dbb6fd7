import { createPublicKey, verify as verifyByNode } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import nacl from 'tweetnacl';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeCbor, openSealed, parseSign1, sigStructure, verifySign1 } from '../../src/cose/index.js';
import { aesCmac, nodeCrypto } from '../../src/node-crypto/index.js';
import { parseStatusListToken, verifyTrustList } from '../../src/permit/index.js';
import { deriveKeySet, registerBlanks, type EcKey, type SigningKey } from '../../src/platform/index.js';
import { World } from './fixture.js';
import { SoftToken } from './soft-token.js';

const message = new TextEncoder().encode('wenzhou');

const verifiesByNode = (jwk: object, hash: string | null, signature: Uint8Array): boolean =>
  verifyByNode(hash, message, { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, signature);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const edVerifies = ({ publicKey }: SigningKey, signature: Uint8Array): boolean =>
  nacl.sign.detached.verify(message, signature, publicKey) && verifiesByNode({ kty: 'OKP', crv: 'Ed25519', x: text(publicKey) }, null, signature);
const ecVerifies = ({ publicKey }: EcKey, signature: Uint8Array): boolean =>
  verifiesByNode({ kty: 'EC', crv: 'P-256', x: text(publicKey.slice(1, 33)), y: text(publicKey.slice(33)) }, 'sha256', signature);

let token: SoftToken;
beforeAll(() => {
  token = new SoftToken();
});
afterAll(() => token.remove());

describe.each(['file', 'token'] as const)('keys in a %s', (where) => {
  let world: World;
  beforeEach(async () => {
    world = await World.make({}, where === 'token' ? token.place : undefined);
  });
  afterEach(() => world.close());

  it('sign: node:crypto and tweetnacl verify', () => {
    const { root, issuer, statusList, platform, cvca, documentVerifier } = world.platform.keys;
    for (const key of [root, issuer, statusList, platform]) {
      const signature = key.sign(message);
      expect(signature.length).toBe(64);
      expect(edVerifies(key, signature)).toBe(true);
    }
    for (const key of [cvca, documentVerifier]) {
      expect([key.publicKey.length, key.publicKey[0]]).toEqual([65, 4]);
      // The first byte of r or s is zero once in 128 signatures: the length stays.
      for (let n = 0; n < 300; n += 1) {
        const signature = key.sign(message);
        expect(signature.length).toBe(64);
        if (n < 5) expect(ecVerifies(key, signature)).toBe(true);
      }
    }
    const points = [root, issuer, statusList, platform, cvca, documentVerifier].map((key) => text(key.publicKey));
    expect(new Set(points).size).toBe(points.length);
  });

  it('serve trust list, certificate, status list and key sets, before and after a restart', async () => {
    const { terminal, serials } = await world.terminal(3);
    const before = world.platform.keys;
    await world.restart(terminal);
    const { keys } = world.platform;
    for (const name of ['root', 'issuer', 'cvca', 'documentVerifier'] as const) expect(keys[name].publicKey).toEqual(before[name].publicKey);

    const { token: signed, trust } = await world.platform.trust();
    expect(verifyTrustList(signed, keys.root.publicKey, 1, nodeCrypto, world.clock.now).ok).toBe(true);
    const sign1 = parseSign1(signed);
    expect(nacl.sign.detached.verify(sigStructure(sign1.protectedBytes, sign1.payload), sign1.signature, keys.root.publicKey)).toBe(true);
    expect(trust.keys.map(({ role, publicKey }) => [role, publicKey])).toEqual([[1, keys.issuer.publicKey], [2, keys.statusList.publicKey], [3, keys.platform.publicKey]]);

    const delegation = parseSign1(terminal.kcwt, { tagged: false });
    expect(verifySign1(delegation, keys.issuer.publicKey, nodeCrypto.ed25519)).toBe(true);
    const list = parseStatusListToken((await world.platform.statusList()).token, keys.statusList.publicKey, nodeCrypto, (bytes) => inflateSync(bytes));
    expect(list.ok).toBe(true);

    const sealed = decodeCbor((await terminal.get('/v1/key-sets')).rawPayload) as Uint8Array;
    const sets = decodeCbor(openSealed(terminal.box.secretKey, sealed) ?? new Uint8Array(0)) as Map<number, Uint8Array>[];
    expect(sets.map((set) => Buffer.from(set.get(1) ?? []).toString('hex')).sort()).toEqual([...serials].sort());
    for (const set of sets) {
      const derived = deriveKeySet(keys.cardMaster, set.get(1)!);
      expect([derived.enc, derived.mac, derived.dek]).toEqual([set.get(3), set.get(4), set.get(5)]);
    }
    expect((await registerBlanks(world.platform, 500)).ok).toBe(true);
  });

  it('give CMAC of every length', () => {
    const { cardMaster } = world.platform.keys;
    const macs = [1, 15, 16, 17, 32, 40].map((length) => text(cardMaster.cmac(new Uint8Array(length))));
    expect(new Set(macs).size).toBe(6);
    for (const mac of macs) expect(Buffer.from(mac, 'base64url').length).toBe(16);
  });

  it('leave in keys.json what the vault does not hold', () => {
    const file = JSON.parse(readFileSync(join(world.dir, 'keys.json'), 'utf8')) as Record<string, unknown>;
    expect(file['version']).toBe(2);
    expect(['root', 'issuer', 'cvca', 'documentVerifier', 'cardMaster'].filter((name) => name in file).length).toBe(where === 'file' ? 5 : 0);
    if (where === 'token') expect(file['pkcs11']).toEqual({ ...token.place, keyPrefix: expect.stringMatching(/^residence-card\/[0-9a-f]{8}\/$/) });
    expect(JSON.stringify(file)).not.toContain(token.pin);
  });
});

it('key sets of one master are the same from a file and from a token', async () => {
  const world = await World.make({}, token.place);
  const { keyPrefix } = (JSON.parse(readFileSync(join(world.dir, 'keys.json'), 'utf8')) as { pkcs11: { keyPrefix: string } }).pkcs11;
  const master = Uint8Array.from({ length: 16 }, (_, i) => i * 7);
  const label = `${keyPrefix}card-master`;
  const p = (await import('pkcs11js')).default;
  token.objects(p.CKO_SECRET_KEY, label, (native, session, found) => {
    for (const object of found) native.C_DestroyObject(session, object);
    native.C_CreateObject(session, [
      { type: p.CKA_CLASS, value: p.CKO_SECRET_KEY },
      { type: p.CKA_KEY_TYPE, value: p.CKK_AES },
      { type: p.CKA_VALUE, value: Buffer.from(master) },
      { type: p.CKA_LABEL, value: label },
      ...[p.CKA_TOKEN, p.CKA_PRIVATE, p.CKA_SENSITIVE, p.CKA_SIGN].map((type) => ({ type, value: true })),
    ]);
  });
  await world.restart();
  for (const first of [0, 1, 255]) {
    const serial = new Uint8Array(10).fill(first);
    expect(deriveKeySet(world.platform.keys.cardMaster, serial)).toEqual(deriveKeySet({ cmac: (block) => aesCmac(master, block) }, serial));
  }
  await world.close();
});
