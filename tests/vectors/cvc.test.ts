import { describe, expect, it } from 'vitest';
import {
  asPsoData,
  CvcError,
  encodeCvCertificate,
  encodeCvRequest,
  parseCvCertificate,
  parseCvRequest,
  verifyCvCertificate,
  verifyCvChain,
  type CvBody,
  type CvcReason,
  type Right,
} from '../../src/cvc/index.js';
import { signDeterministic } from './ecdsa-rfc6979.js';
import { readVectors } from './read.js';
import { bytes, hex, sha256 } from './shared.js';

interface Key {
  readonly privateKey: string;
  readonly publicKey: string;
}
interface Certificate extends Omit<CvBody, 'publicKey'> {
  readonly name: string;
  readonly signer: string;
  readonly point: string;
  readonly body: string;
  readonly digest: string;
  readonly signature: string;
  readonly certificate: string;
  readonly psoData: string;
}
interface Refused {
  readonly name: string;
  readonly reason: CvcReason;
  readonly object: string;
}
interface Chain {
  readonly name: string;
  readonly today: string;
  readonly trustPoint: string;
  readonly chain: readonly string[];
}
const file = readVectors<{
  readonly keys: Readonly<Record<string, Key>>;
  readonly certificates: readonly Certificate[];
  readonly request: { readonly holderReference: string; readonly point: string; readonly object: string };
  readonly chains: readonly (Chain & { readonly last: string; readonly rights: readonly Right[]; readonly departments: readonly number[] })[];
  readonly refusedCertificates: readonly Refused[];
  readonly refusedRequests: readonly Refused[];
  readonly refusedChains: readonly (Chain & { readonly reason: string; readonly at: number })[];
}>('cv-certificates.json');

const signerOf = (name: string) => (message: Uint8Array) => signDeterministic(bytes(file.keys[name]!.privateKey), message);
const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (error instanceof CvcError) return error.reason;
    throw error;
  }
};
const follow = ({ trustPoint, chain, today }: Chain) => verifyCvChain(parseCvCertificate(bytes(trustPoint)), chain.map(bytes), today);

describe('cv-certificates.json', () => {
  it.each(file.certificates)('certificate $name, read and made', (vector) => {
    const parsed = parseCvCertificate(bytes(vector.certificate));
    const { authorityReference, holderReference, role, rights, departments, effective, expires } = vector;
    const expected: CvBody = { authorityReference, holderReference, publicKey: bytes(vector.point), role, rights, departments, effective, expires };
    expect(parsed).toMatchObject(expected);
    expect([hex(parsed.body), hex(sha256(parsed.body)), hex(parsed.signature), hex(asPsoData(parsed))]).toEqual([vector.body, vector.digest, vector.signature, vector.psoData]);
    expect(verifyCvCertificate(parsed, bytes(file.keys[vector.signer]!.publicKey))).toBe(true);
    expect(hex(encodeCvCertificate(expected, signerOf(vector.signer)))).toBe(vector.certificate);
  });

  it('request, read and made', () => {
    const { holderReference, point, object } = file.request;
    expect(parseCvRequest(bytes(object))).toEqual({ holderReference, publicKey: bytes(point) });
    expect(hex(encodeCvRequest(holderReference, bytes(point), signerOf('terminal')))).toBe(object);
  });

  it.each(file.refusedCertificates)('refuses a certificate: $name ($reason)', ({ reason, object }) => expect(reasonOf(() => parseCvCertificate(bytes(object)))).toBe(reason));
  it.each(file.refusedRequests)('refuses a request: $name ($reason)', ({ reason, object }) => expect(reasonOf(() => parseCvRequest(bytes(object)))).toBe(reason));

  it.each(file.chains)('follows: $name', (chain) => {
    const result = follow(chain);
    expect(result.ok ? [result.last.holderReference, result.rights, result.departments] : result).toEqual([chain.last, chain.rights, chain.departments]);
  });
  it.each(file.refusedChains)('refuses a chain: $name ($reason at $at)', (chain) => {
    expect(follow(chain)).toEqual({ ok: false, reason: chain.reason, at: chain.at });
  });
});
