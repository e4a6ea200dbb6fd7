import { asPsoData, parseCvCertificate, type CvCertificate } from './certificate.js';
import { verifyCvChain, type CvChainReason } from './chain.js';
import { CvcError } from './errors.js';
import type { Right } from './profile.js';

/** Everything that a terminal holds to prove its rights but the private key (sync.md 5.2). */
export interface CvBundle {
  /** CVCA certificates, the self-signed one first, then each link. */
  readonly authorities: readonly CvCertificate[];
  readonly verifier: CvCertificate;
  readonly terminal: CvCertificate;
  /** Those that stand in every certificate. */
  readonly rights: readonly Right[];
  readonly departments: readonly number[];
}

/**
 * Reads a bundle and follows its chain from the first certificate on, as a card of that first day does whose date is `today`, YYYY-MM-DD. `reason`: the chain's, or
 * `malformed` where the document verifier's certificate is none or no authority is there, `role` where an authority is no CVCA or the last is not a terminal.
 * Throws CvcError for a first certificate that is none.
 */
export function readCvBundle(
  encoded: { readonly authorities: readonly Uint8Array[]; readonly verifier: Uint8Array; readonly terminal: Uint8Array },
  today: string,
): { readonly ok: true; readonly bundle: CvBundle } | { readonly ok: false; readonly reason: CvChainReason } {
  const [first, ...links] = encoded.authorities;
  if (first === undefined) return { ok: false, reason: 'malformed' };
  const root = parseCvCertificate(first);
  if (root.role !== 'cvca') return { ok: false, reason: 'role' };
  // A document verifier may still stand under the CVCA before the newest: the links above it are for cards, and are followed on their own.
  const followed = verifyCvChain(root, links, today);
  if (!followed.ok) return { ok: false, reason: followed.reason };
  const authorities = [root, ...links.map(parseCvCertificate)];
  if (authorities.some(({ role }) => role !== 'cvca')) return { ok: false, reason: 'role' };
  const verifier = find(encoded.verifier);
  if (verifier === undefined) return { ok: false, reason: 'malformed' };
  const signer = authorities.find((authority) => authority.holderReference === verifier.authorityReference);
  if (signer === undefined) return { ok: false, reason: 'signer-unknown' };
  const chain = verifyCvChain(signer, [encoded.verifier, encoded.terminal], today);
  if (!chain.ok) return { ok: false, reason: chain.reason };
  if (chain.last.role !== 'terminal') return { ok: false, reason: 'role' };
  return { ok: true, bundle: { authorities, verifier, terminal: chain.last, rights: chain.rights, departments: chain.departments } };
}

function find(bytes: Uint8Array): CvCertificate | undefined {
  try {
    return parseCvCertificate(bytes);
  } catch (error) {
    if (error instanceof CvcError) return undefined;
    throw error;
  }
}

/** One certificate as it is sent: the reference for MSE:SET DST, and the data of PSO:VERIFY CERTIFICATE. */
export interface SentCertificate {
  readonly authorityReference: string;
  readonly data: Uint8Array;
}

/** The certificates that lead a card with these trust points to the terminal's; undefined: the card trusts none of this bundle's authorities. */
export function chainFor({ authorities, verifier, terminal }: CvBundle, trustPoints: readonly string[]): readonly SentCertificate[] | undefined {
  const under = authorities.findIndex((authority) => authority.holderReference === verifier.authorityReference);
  const known = authorities.slice(0, under + 1).findLastIndex((authority) => trustPoints.includes(authority.holderReference));
  if (known < 0) return undefined;
  return [...authorities.slice(known + 1, under + 1), verifier, terminal].map((certificate) => ({ authorityReference: certificate.authorityReference, data: asPsoData(certificate) }));
}
