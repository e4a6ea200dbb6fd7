import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CvcError,
  encodeCvCertificate,
  encodeCvRequest,
  parseCvCertificate,
  parseCvRequest,
  verifyCvCertificate,
  verifyCvChain,
  type CvBody,
  type CvCertificate,
  type Right,
} from '../../src/cvc/index.js';
import { p256KeyPair, signP256, type P256KeyPair } from '../../src/node-crypto/index.js';
import { bodyObject, certificateObject, domain, holderObject, profileObject, publicKeyObject } from '../vectors/cvc-objects.js';
import { concat } from '../../src/iso7816/index.js';
import { rightsInOrder } from './bodies.js';

/** OpenPACE (Debian's package openpace) is the other implementation of TR-03110-3 C: it reads what we make, and we read what it makes. It judges by the machine's clock. */
const folder = mkdtempSync(join(tmpdir(), 'openpace-'));
const issuers = join(folder, 'issuers');
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(issuers);

const run = (program: 'cvc-print' | 'cvc-create', ...args: readonly string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { status, output: stdout + stderr };
};
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** What cvc-print says of a certificate: its lines without indentation. */
function print(encoded: Uint8Array): { readonly lines: readonly string[]; readonly verified: boolean } {
  const file = join(folder, 'printed');
  writeFileSync(file, encoded);
  const { output } = run('cvc-print', `--cvc=${file}`, `--cvc-dir=${issuers}`);
  const lines = output.split('\n').map((line) => line.trim());
  const [verified, not] = [lines.includes('certificate verified'), lines.includes('certificate not verified')];
  expect(verified, output).toBe(!not);
  return { lines, verified };
}

/** OpenPACE's words; it calls DG 19 "Residence Permit II" where it is written. */
const nameOf: Readonly<Record<Right, string>> = {
  inspect: 'CAN allowed',
  kiosk: 'Read DG 19 (Residence Permit I)',
  endorse: 'Write DG 19 (Residence Permit II)',
  service: 'Write DG 21 (OptionalDataRW)',
  manage: 'PIN Management',
};
const roleName = { cvca: 'CVCA certificate', 'dv-domestic': 'DV certificate', 'dv-foreign': 'DV certificate', terminal: 'Terminal certificate' } as const;

/** The whole of what it must print. */
const expectedLines = (body: CvBody, extended: boolean): string[] => [
  'Certificate:',
  'Profile identifier: 0',
  `CAR: ${body.authorityReference}`,
  `CHR: ${body.holderReference}`,
  'CHAT:',
  'Authentication terminal',
  ...(['inspect', 'manage', 'kiosk', 'service', 'endorse'] as const).filter((right) => body.rights.includes(right)).map((right) => nameOf[right]),
  roleName[body.role],
  `Effective Date: ${body.effective}`,
  `Expiration Date: ${body.expires}`,
  // It has no name for our object identifier.
  ...(extended ? ['Certificate Extensions:', 'UNDEF'] : []),
  'certificate verified',
];

describe('cvc-print', () => {
  const keys = { first: p256KeyPair(), second: p256KeyPair(), verifier: p256KeyPair(), foreign: p256KeyPair(), terminal: p256KeyPair() };
  const make = (body: CvBody, signer: P256KeyPair): Uint8Array => {
    const encoded = encodeCvCertificate(body, (message) => signP256(signer.privateKey, message));
    writeFileSync(join(issuers, body.holderReference), encoded);
    return encoded;
  };
  const first: CvBody = {
    authorityReference: 'CNWZTEST00001',
    holderReference: 'CNWZTEST00001',
    publicKey: keys.first.publicKey,
    role: 'cvca',
    rights: rightsInOrder,
    departments: [],
    effective: inDays(-2_000),
    expires: inDays(2_000),
  };
  const second: CvBody = { ...first, holderReference: 'CNWZTEST00002', publicKey: keys.second.publicKey, effective: inDays(-60), expires: inDays(4_000) };
  const verifier: CvBody = { ...second, authorityReference: 'CNWZTEST00002', holderReference: 'CNWZDV00001', publicKey: keys.verifier.publicKey, role: 'dv-domestic', effective: inDays(-30), expires: inDays(60) };
  const foreign: CvBody = { ...verifier, holderReference: 'CNWZDV00002', publicKey: keys.foreign.publicKey, role: 'dv-foreign', rights: ['inspect'] };
  const terminal: CvBody = {
    ...verifier,
    authorityReference: 'CNWZDV00001',
    holderReference: 'CNT-00000100001',
    publicKey: keys.terminal.publicKey,
    role: 'terminal',
    departments: [1, 515, 0xffff],
    effective: inDays(-5),
    expires: inDays(10),
  };
  const signers = [
    ['a CVCA', first, keys.first],
    ['a link to the next CVCA', second, keys.first],
    ['a domestic document verifier', verifier, keys.second],
    ['a foreign document verifier', foreign, keys.second],
  ] as const;
  beforeAll(() => signers.forEach(([, body, signer]) => make(body, signer)));

  it.each(signers)('reads and verifies %s', (_, body, signer) => {
    expect(print(make(body, signer)).lines.filter((line) => line !== '')).toEqual(expectedLines(body, false));
  });
  it.each([[[]], [[7]], [[1, 515, 0xffff]], [Array.from({ length: 16 }, (_, i) => i)]])('reads and verifies a terminal with departments %j, through the link', (departments) => {
    const body = { ...terminal, departments };
    expect(print(make(body, keys.verifier)).lines.filter((line) => line !== '')).toEqual(expectedLines(body, departments.length > 0));
  });
  it.each(rightsInOrder)('knows the right %s by its name in TR-03110-4', (right) => {
    const body = { ...terminal, rights: [right] };
    expect(print(make(body, keys.verifier)).lines.filter((line) => line !== '')).toEqual(expectedLines(body, true));
  });

  it('does not verify a certificate with one bit changed: in rights, dates, departments or signature', () => {
    const encoded = make(terminal, keys.verifier);
    expect(print(encoded).verified).toBe(true);
    const { body, signature } = parseCvCertificate(encoded);
    const ours = (bytes: Uint8Array): boolean => {
      try {
        return verifyCvCertificate(parseCvCertificate(bytes), keys.verifier.publicKey);
      } catch (error) {
        // Another date may be none.
        if (error instanceof CvcError) return false;
        throw error;
      }
    };
    expect(ours(encoded)).toBe(true);
    const behind = (hex: string): number => Buffer.from(encoded).indexOf(Buffer.from(hex, 'hex')) + hex.length / 2;
    // The last department ends where the signature's object of 67 bytes begins.
    for (const [what, at] of Object.entries({ right: behind('5305'), date: behind('5f2406'), department: encoded.length - 68, signature: encoded.length - 1 })) {
      const changed = encoded.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([what, print(changed).verified, ours(changed)]).toEqual([what, false, false]);
    }
    expect(print(certificateObject(body, signP256(keys.foreign.privateKey, body))).verified).toBe(false);
    expect(print(certificateObject(body, signature)).verified).toBe(true);
  });

  it('reads a request; beside domain parameters, which ours leave out, it verifies the signature too', () => {
    const { privateKey, publicKey } = keys.terminal;
    const sign = (message: Uint8Array): Uint8Array => signP256(privateKey, message);
    const printRequest = (request: Uint8Array): string[] => {
      writeFileSync(join(folder, 'request'), request);
      return run('cvc-print', `--csr=${join(folder, 'request')}`).output.split('\n').map((line) => line.trim());
    };
    const ours = encodeCvRequest('CNT-00000100001', publicKey, sign);
    expect(printRequest(ours)).toEqual(expect.arrayContaining(['Certificate Request:', 'Profile identifier: 0', 'CHR: CNT-00000100001']));
    const fullBody = bodyObject(concat(profileObject(), publicKeyObject(publicKey, domain), holderObject('CNT-00000100001')));
    expect(printRequest(certificateObject(fullBody, sign(fullBody)))).toContain('certificate request verified');
  });
});

describe('cvc-create', () => {
  const keyFile = (name: string): { file: string; publicKey: Uint8Array } => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'prime256v1',
      privateKeyEncoding: { type: 'pkcs8', format: 'der' },
      publicKeyEncoding: { type: 'spki', format: 'der' },
    });
    const file = join(folder, `${name}.p8`);
    writeFileSync(file, privateKey);
    return { file, publicKey: new Uint8Array(publicKey.subarray(-65)) };
  };
  const yymmdd = (date: string): string => date.slice(2).replaceAll('-', '');
  const [effective, expires] = [inDays(-1), inDays(30)];
  const create = (...args: readonly string[]): CvCertificate => {
    const file = join(folder, 'created');
    rmSync(file, { force: true });
    const common = ['--type=at', '--scheme=ECDSA_SHA_256', `--issued=${yymmdd(effective)}`, `--expires=${yymmdd(expires)}`, `--out-cert=${file}`];
    const { status, output } = run('cvc-create', ...common, ...args);
    expect([status, output]).toEqual([0, expect.stringContaining('Created')]);
    return parseCvCertificate(new Uint8Array(readFileSync(file)));
  };
  const all = ['--write-dg19', '--write-dg21', '--read-dg19', '--pin-management', '--can-allowed'];
  const keys = { root: keyFile('root'), verifier: keyFile('verifier'), terminal: keyFile('terminal') };
  const saved = (certificate: CvCertificate): string => {
    const file = join(folder, certificate.holderReference);
    writeFileSync(file, certificate.encoded);
    return file;
  };

  it.each(['dv_domestic', 'dv_foreign'] as const)('makes a chain over %s that we read and follow', (role) => {
    const root = create('--role=cvca', '--chr=CNWZTEST00001', `--sign-with=${keys.root.file}`, ...all);
    const verifier = create(`--role=${role}`, '--chr=CNWZDV00001', `--sign-with=${keys.root.file}`, `--sign-as=${saved(root)}`, `--key=${keys.verifier.file}`, ...all);
    const rights = ['--read-dg19', '--write-dg21', '--read-dg1', '--verify-age'];
    const terminal = create('--role=terminal', '--chr=CNT-00000100001', `--sign-with=${keys.verifier.file}`, `--sign-as=${saved(verifier)}`, `--key=${keys.terminal.file}`, ...rights);
    expect(root).toMatchObject({ authorityReference: 'CNWZTEST00001', role: 'cvca', rights: rightsInOrder, publicKey: keys.root.publicKey, effective, expires });
    expect(verifier).toMatchObject({ authorityReference: 'CNWZTEST00001', role: role.replace('_', '-'), rights: rightsInOrder, publicKey: keys.verifier.publicKey });
    expect(terminal).toMatchObject({ authorityReference: 'CNWZDV00001', role: 'terminal', publicKey: keys.terminal.publicKey });
    expect(verifyCvChain(root, [verifier.encoded, terminal.encoded], inDays(0))).toMatchObject({ ok: true, rights: ['kiosk', 'service'], departments: [] });
    expect(verifyCvChain(root, [terminal.encoded], inDays(0))).toEqual({ ok: false, reason: 'signer-unknown', at: 0 });
    // Our encoder, given the same body and signature, makes the very bytes; the terminal's has bits that we do not know.
    for (const { encoded, signature, ...body } of [root, verifier]) expect(encodeCvCertificate(body, () => signature)).toEqual(encoded);
  });

  it('signs our request', () => {
    const pair = p256KeyPair();
    const request = encodeCvRequest('CNT-00000100001', pair.publicKey, (message) => signP256(pair.privateKey, message));
    expect(parseCvRequest(request).publicKey).toEqual(pair.publicKey);
    writeFileSync(join(folder, 'csr'), request);
    const made = create('--role=terminal', `--csr=${join(folder, 'csr')}`, `--sign-with=${keys.verifier.file}`, '--can-allowed');
    // Without a CAR in the request, cvc-create names the holder itself as the authority; key and signature are right.
    expect(made).toMatchObject({ authorityReference: 'CNT-00000100001', holderReference: 'CNT-00000100001', publicKey: pair.publicKey, role: 'terminal', rights: ['inspect'] });
    expect(verifyCvCertificate(made, keys.verifier.publicKey)).toBe(true);
  });
});
