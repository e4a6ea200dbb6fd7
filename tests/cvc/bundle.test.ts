import { describe, expect, it } from 'vitest';
import { chainFor, encodeCvCertificate, parseCvCertificate, readCvBundle, type CvBody, type CvBundle } from '../../src/cvc/index.js';
import { p256KeyPair, signP256, type P256KeyPair } from '../../src/node-crypto/index.js';

const keyOf = (n: number): P256KeyPair => p256KeyPair(new Uint8Array(32).fill(n));
const [first, second, third, dv, own] = [1, 2, 3, 4, 5].map(keyOf) as [P256KeyPair, P256KeyPair, P256KeyPair, P256KeyPair, P256KeyPair];
const today = '2026-11-24';

const made = (by: P256KeyPair, key: P256KeyPair, body: Pick<CvBody, 'authorityReference' | 'holderReference' | 'role'> & Partial<CvBody>): Uint8Array =>
  encodeCvCertificate({ publicKey: key.publicKey, rights: ['inspect', 'manage'], departments: [], effective: '2026-01-01', expires: '2036-12-31', ...body }, (message) => signP256(by.privateKey, message));

const roots = [
  made(first, first, { authorityReference: 'CNROOT00001', holderReference: 'CNROOT00001', role: 'cvca' }),
  made(first, second, { authorityReference: 'CNROOT00001', holderReference: 'CNROOT00002', role: 'cvca' }),
  made(second, third, { authorityReference: 'CNROOT00002', holderReference: 'CNROOT00003', role: 'cvca' }),
] as const;
const verifierUnder = (n: 1 | 2 | 3): Uint8Array => made([first, second, third][n - 1] ?? first, dv, { authorityReference: `CNROOT0000${n}`, holderReference: 'CNDV00001', role: 'dv-domestic' });
const terminal = (change: Partial<CvBody> = {}, by = dv): Uint8Array => made(by, own, { authorityReference: 'CNDV00001', holderReference: 'CNT00001', role: 'terminal', ...change });

const bundleOf = (authorities: readonly Uint8Array[], verifier: Uint8Array, certificate = terminal(), day = today) => readCvBundle({ authorities, verifier, terminal: certificate }, day);
const good = (authorities: readonly Uint8Array[], verifier: Uint8Array): CvBundle => {
  const read = bundleOf(authorities, verifier);
  if (!read.ok) throw new Error(read.reason);
  return read.bundle;
};

describe('a bundle', () => {
  it('is read whole: rights that stand everywhere, departments of the terminal', () => {
    expect(bundleOf(roots, verifierUnder(3), terminal({ rights: ['manage', 'service'], departments: [7] }))).toMatchObject({ ok: true, bundle: { rights: ['manage'], departments: [7] } });
  });

  it.each([
    ['no authority', bundleOf([], verifierUnder(1)), 'malformed'],
    ['an authority that is none', bundleOf([verifierUnder(1)], verifierUnder(1)), 'role'],
    ['a document verifier among the authorities, and a terminal below it as document verifier', bundleOf([roots[0], verifierUnder(1)], terminal()), 'role'],
    ['a document verifier that is no certificate', bundleOf(roots, verifierUnder(1).slice(1)), 'malformed'],
    ['a link that another key signed', bundleOf([roots[0], roots[2]], verifierUnder(1)), 'signer-unknown'],
    ['a document verifier of nobody here', bundleOf([roots[0]], verifierUnder(2)), 'signer-unknown'],
    ['a terminal that another key signed', bundleOf(roots, verifierUnder(1), terminal({}, first)), 'signature'],
    ['a terminal that has ended', bundleOf(roots, verifierUnder(1), terminal({ expires: '2026-11-23' })), 'dates'],
    ['a document verifier in the place of the terminal', bundleOf(roots, verifierUnder(1), verifierUnder(1)), 'signer-unknown'],
  ])('is refused with %s', (_, read, reason) => {
    expect(read).toEqual({ ok: false, reason });
  });
});

describe('the chain for a card', () => {
  const references = (bundle: CvBundle, ...trustPoints: string[]): readonly string[] | undefined => chainFor(bundle, trustPoints)?.map(({ authorityReference }) => authorityReference);

  it('begins behind the youngest authority that the card trusts', () => {
    const bundle = good(roots, verifierUnder(3));
    expect(references(bundle, 'CNROOT00003')).toEqual(['CNROOT00003', 'CNDV00001']);
    expect(references(bundle, 'CNROOT00003', 'CNROOT00002')).toEqual(['CNROOT00003', 'CNDV00001']);
    expect(references(bundle, 'CNROOT00002', 'CNROOT00001')).toEqual(['CNROOT00002', 'CNROOT00003', 'CNDV00001']);
    expect(references(bundle, 'CNROOT00001')).toEqual(['CNROOT00001', 'CNROOT00002', 'CNROOT00003', 'CNDV00001']);
  });

  it('needs no link for a document verifier under an older authority that the card still trusts', () => {
    const bundle = good(roots, verifierUnder(2));
    expect(references(bundle, 'CNROOT00003', 'CNROOT00002')).toEqual(['CNROOT00002', 'CNDV00001']);
  });

  it('is none for a card that trusts nobody here, or only what came later', () => {
    expect(references(good(roots, verifierUnder(1)), 'CNROOT00003', 'CNROOT00002')).toBeUndefined();
    expect(references(good(roots, verifierUnder(3)), 'CNROOT00009')).toBeUndefined();
    expect(references(good(roots, verifierUnder(3)))).toBeUndefined();
  });

  it('carries what 7F21 holds', () => {
    const [sent] = chainFor(good(roots, verifierUnder(3)), ['CNROOT00003']) ?? [];
    const whole = parseCvCertificate(verifierUnder(3));
    expect(sent?.data.length).toBe(whole.body.length + 3 + 64);
  });
});
