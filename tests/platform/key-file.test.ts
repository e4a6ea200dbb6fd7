import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeys, openKeys } from '../../src/platform/keys/index.js';
import { readKeyFile } from '../../src/platform/keys/key-file.js';
import { derivedScalar, isScalar } from '../../src/platform/keys/p256-scalar.js';
import { ecKeyOf } from '../../src/platform/keys/software-keys.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  path = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const secret = (length: number, fill: number): string => Buffer.alloc(length, fill).toString('base64');
const first = {
  version: 1,
  environment: 'test',
  name: 'early',
  issuerPrefixes: ['3303'],
  validFrom: 1_230_768_000,
  validUntil: 2_425_680_000,
  root: secret(32, 1),
  issuer: secret(32, 2),
  statusList: secret(32, 3),
  platform: secret(32, 4),
  sealing: secret(32, 5),
  cardMaster: secret(16, 6),
  dataKey: secret(32, 7),
};
const write = (contents: object): void => writeFileSync(path, JSON.stringify(contents), { mode: 0o600 });
const read = (): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

describe('keys.json of the first form', () => {
  it('gets the P-256 keys in its place and keeps all it had', async () => {
    write(first);
    const keys = await openKeys(path);
    const { cvca, documentVerifier, ...rest } = read();
    expect(rest).toEqual({ ...first, version: 2 });
    expect([cvca, documentVerifier].map((text) => isScalar(Buffer.from(String(text), 'base64')))).toEqual([true, true]);
    expect(cvca).not.toBe(documentVerifier);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keys.json']);
    expect((await openKeys(path)).cvca.publicKey).toEqual(keys.cvca.publicKey);
  });

  it('becomes the same in two processes that open it at once', () => {
    write(first);
    const one = readKeyFile(path);
    write(first);
    expect(readKeyFile(path)).toEqual(one);
  });

  it('is as it was when nothing could be written', async () => {
    write(first);
    // What the process writes beside it is a folder: as good as a disk that refuses.
    mkdirSync(`${path}.${process.pid}.new`);
    await expect(openKeys(path)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(read()).toEqual(first);
  });
});

it.each([
  ['no JSON', () => writeFileSync(path, '{')],
  ['of a form to come', () => write({ ...first, version: 3 })],
  ['of the second form without its new keys', () => write({ ...first, version: 2 })],
  ['with a P-256 key that is none', () => write({ ...first, version: 2, cvca: secret(32, 0), documentVerifier: secret(32, 255) })],
  ['with a PIN', () => write({ ...first, version: 2, root: undefined, issuer: undefined, cardMaster: undefined, pkcs11: { module: 'm', token: 't', keyPrefix: 'p', pin: '1' } })],
])('keys.json %s is STORAGE_CORRUPT, without a word of what it holds', async (_what, spoil) => {
  spoil();
  const error: unknown = await openKeys(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'STORAGE_CORRUPT', detail: 'keys.json' });
  expect((error as Error).cause).toBeUndefined();
});

it('is made in the second form', async () => {
  await createKeys(path, { environment: 'test', name: 'new', issuerPrefixes: ['3303'], validFrom: 1, validUntil: 2 });
  const made = read();
  expect(made['version']).toBe(2);
  expect((await openKeys(path)).issuer.prefixes).toEqual(['3303']);
});

describe('a P-256 private key', () => {
  it('is derived alike every time, by secret and name', () => {
    const derived = [derivedScalar(Buffer.alloc(32), 'a'), derivedScalar(Buffer.alloc(32), 'b'), derivedScalar(Buffer.alloc(32, 1), 'a')];
    expect(derived.every(isScalar)).toBe(true);
    expect(new Set(derived.map((scalar) => Buffer.from(scalar).toString('hex'))).size).toBe(3);
    expect(derivedScalar(Buffer.alloc(32), 'a')).toEqual(derived[0]);
  });

  it('gives the public key of RFC 6979 A.2.5', () => {
    const scalar = Buffer.from('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721', 'hex');
    expect(Buffer.from(ecKeyOf(scalar).publicKey).toString('hex')).toBe(
      '0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    );
  });
});
