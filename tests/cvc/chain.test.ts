import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cvChainReasons, encodeCvCertificate, parseCvCertificate, verifyCvChain, type CvBody, type CvRole } from '../../src/cvc/index.js';
import { signP256 } from '../../src/node-crypto/index.js';
import { certificateOf, cvKeys, references } from '../vectors/cvc-objects.js';
import { rightsInOrder, terminalBody } from './bodies.js';

const today = '2026-11-24';
const rights = fc.subarray([...rightsInOrder]);
const made = (body: CvBody, signer: keyof typeof cvKeys): Uint8Array => encodeCvCertificate(body, (message) => signP256(cvKeys[signer].privateKey, message));
const days = { effective: '2026-01-01', expires: '2026-12-31' };
const root: CvBody = { ...terminalBody, ...days, authorityReference: references.first, holderReference: references.first, publicKey: cvKeys.first.publicKey, role: 'cvca', departments: [] };
const middle: CvBody = { ...root, holderReference: references.verifier, publicKey: cvKeys.verifier.publicKey, role: 'dv-domestic' };

describe('the rights in force', () => {
  it('are those that stand in the trust point and in every certificate', () => {
    fc.assert(
      fc.property(rights, rights, rights, (ofRoot, ofVerifier, ofTerminal) => {
        const trustPoint = parseCvCertificate(made({ ...root, rights: ofRoot }, 'first'));
        const chain = [made({ ...middle, rights: ofVerifier }, 'first'), made({ ...terminalBody, ...days, rights: ofTerminal }, 'verifier')];
        const expected = rightsInOrder.filter((right) => [ofRoot, ofVerifier, ofTerminal].every((list) => list.includes(right)));
        expect(verifyCvChain(trustPoint, chain, today)).toMatchObject({ ok: true, rights: expected, departments: terminalBody.departments });
      }),
      { numRuns: 50 },
    );
  });
});

describe('who may sign whom', () => {
  const roles: readonly CvRole[] = ['cvca', 'dv-domestic', 'dv-foreign', 'terminal'];
  const trustPoint = parseCvCertificate(made(root, 'first'));
  const allowed = ['cvca cvca', 'cvca dv-domestic', 'cvca dv-foreign', 'dv-domestic terminal', 'dv-foreign terminal'];
  /** Certificates down to a signer of that role. */
  const downTo: Readonly<Record<CvRole, readonly Uint8Array[]>> = {
    cvca: [],
    'dv-domestic': [made(middle, 'first')],
    'dv-foreign': [made({ ...middle, role: 'dv-foreign' }, 'first')],
    terminal: [made(middle, 'first'), made({ ...terminalBody, ...days, holderReference: references.verifier, publicKey: cvKeys.verifier.publicKey }, 'verifier')],
  };
  it.each(roles.flatMap((signer) => roles.map((role) => [signer, role] as const)))('%s signs %s', (signer, role) => {
    const authorityReference = signer === 'cvca' ? references.first : references.verifier;
    const body: CvBody = { ...terminalBody, ...days, authorityReference, role, departments: [] };
    const chain = [...downTo[signer], made(body, signer === 'cvca' ? 'first' : 'verifier')];
    const result = verifyCvChain(trustPoint, chain, today);
    expect(result).toMatchObject(allowed.includes(`${signer} ${role}`) ? { ok: true } : { ok: false, reason: 'role', at: chain.length - 1 });
  });
});

describe('a chain', () => {
  const trustPoint = parseCvCertificate(certificateOf('first'));
  it('goes over several links', () => {
    const link = (from: string, to: string): CvBody => ({ ...root, effective: '2026-11-01', authorityReference: from, holderReference: to });
    const chain = [2, 3, 4].map((n) => made(link(`CNWZTEST0000${n - 1}`, `CNWZTEST0000${n}`), 'first'));
    expect(verifyCvChain(trustPoint, chain, today)).toMatchObject({ ok: true, last: { holderReference: 'CNWZTEST00004' } });
    expect(verifyCvChain(trustPoint, [...chain.slice(0, 1), ...chain.slice(2)], today)).toEqual({ ok: false, reason: 'signer-unknown', at: 1 });
  });
  it('keeps key and rights of a reference that is a trust point already, the newest or the one before', () => {
    const cvca = (holderReference: string, key: keyof typeof cvKeys, change: Partial<CvBody> = {}): CvBody => ({ ...root, effective: '2026-11-01', holderReference, publicKey: cvKeys[key].publicKey, ...change });
    const second = made(cvca(references.second, 'second'), 'first');
    const again = made(cvca(references.first, 'foreign', { authorityReference: references.second, rights: [] }), 'second');
    const below = (signer: keyof typeof cvKeys): Uint8Array => made({ ...middle, effective: '2026-11-01' }, signer);
    const rights = trustPoint.rights.filter((right) => middle.rights.includes(right));
    expect(verifyCvChain(trustPoint, [made(cvca(references.first, 'foreign', { rights: [] }), 'first'), below('first')], today)).toMatchObject({ ok: true, rights });
    expect(verifyCvChain(trustPoint, [second, again, below('first')], today)).toMatchObject({ ok: true, rights });
    expect(verifyCvChain(trustPoint, [second, again, below('foreign')], today)).toEqual({ ok: false, reason: 'signature', at: 2 });
    // Two are kept: the third makes room for itself.
    const third = made(cvca('CNWZTEST00003', 'foreign', { authorityReference: references.second }), 'second');
    const anew = made(cvca(references.first, 'terminal', { authorityReference: 'CNWZTEST00003' }), 'foreign');
    expect(verifyCvChain(trustPoint, [second, third, anew, below('terminal')], today)).toMatchObject({ ok: true });
  });
  it('tells the first reason in the order of the card, whichever others there are', () => {
    // Wrong in each way at once, then one put right after the other.
    const broken: CvBody = { ...terminalBody, authorityReference: references.second, effective: '2026-01-01', expires: '2026-01-02' };
    const steps: readonly [string, Uint8Array][] = [
      ['malformed', made(broken, 'second').slice(1)],
      ['signer-unknown', made(broken, 'second')],
      ['signature', made({ ...broken, authorityReference: references.first }, 'second')],
      ['role', made({ ...broken, authorityReference: references.first }, 'first')],
      ['dates', made({ ...broken, authorityReference: references.first, role: 'dv-domestic', departments: [] }, 'first')],
    ];
    expect(steps.map(([, bytes]) => verifyCvChain(trustPoint, [bytes], today))).toEqual(steps.map(([reason]) => ({ ok: false, reason, at: 0 })));
    expect(steps.map(([reason]) => reason)).toEqual(cvChainReasons);
  });
  it('does not begin at what is no CVCA, nor on a day that does not exist: bugs of the caller', () => {
    expect(() => verifyCvChain(parseCvCertificate(certificateOf('verifier')), [], today)).toThrow(RangeError);
    for (const day of ['2026-11-31', '24.11.2026', '']) expect(() => verifyCvChain(trustPoint, [], day)).toThrow(RangeError);
  });
});
