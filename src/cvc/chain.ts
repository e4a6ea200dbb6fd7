import { readCvCertificate, verifyCvCertificate, type CvCertificate } from './certificate.js';
import { CvcError } from './errors.js';
import { isCvDate } from './fields.js';
import type { CvRole, Right } from './profile.js';

/** In the order in which the card checks (terminal-authentication.md 2). */
export const cvChainReasons = ['malformed', 'signer-unknown', 'signature', 'role', 'dates'] as const;
export type CvChainReason = (typeof cvChainReasons)[number];

export type CvChainResult =
  | {
      readonly ok: true;
      /** The last certificate of the chain, the trust point where the chain is empty. */
      readonly last: CvCertificate;
      /** Those that stand in the trust point and in every certificate of the chain. */
      readonly rights: readonly Right[];
      /** Of the last certificate. */
      readonly departments: readonly number[];
    }
  | { readonly ok: false; readonly reason: CvChainReason; readonly at: number };

/** Whom each role may sign (1.2). */
const maySign: Readonly<Record<CvRole, readonly CvRole[]>> = {
  cvca: ['cvca', 'dv-domestic', 'dv-foreign'],
  'dv-domestic': ['terminal'],
  'dv-foreign': ['terminal'],
  terminal: [],
};

/** A key that may sign the next certificate, and the rights that its own chain leaves it. */
interface Signer {
  readonly certificate: CvCertificate;
  readonly rights: readonly Right[];
}

const within = (day: string, { effective, expires }: CvCertificate): boolean => effective <= day && day <= expires;

function read(bytes: Uint8Array): ReturnType<typeof readCvCertificate> | undefined {
  try {
    return readCvCertificate(bytes);
  } catch (error) {
    if (error instanceof CvcError) return undefined;
    throw error;
  }
}

/**
 * Follows a chain as a card whose date is `today` does: links, document verifier, terminal, each signed by the one before it, the first by the trust point;
 * it may end early. As a card keeps them, the newest trust point and the one before are known by their references. Like the card it takes certificates that are
 * effective only later: a terminal looks at its own clock besides (4).
 * Throws RangeError for a trust point that is not a CVCA's and for a `today` that is no day of 2000–2099.
 */
export function verifyCvChain(trustPoint: CvCertificate, chain: readonly Uint8Array[], today: string): CvChainResult {
  if (trustPoint.role !== 'cvca') throw new RangeError('a trust point is a CVCA');
  if (!isCvDate(today)) throw new RangeError('no day of 2000–2099');
  let signer: Signer = { certificate: trustPoint, rights: trustPoint.rights };
  let trusted: readonly Signer[] = [signer];
  for (const [at, bytes] of chain.entries()) {
    const refused = (reason: CvChainReason): CvChainResult => ({ ok: false, reason, at });
    const found = read(bytes);
    if (found === undefined) return refused('malformed');
    const { certificate, domainParametersFitRole } = found;
    const { certificate: issuer, rights } = signer;
    if (certificate.authorityReference !== issuer.holderReference) return refused('signer-unknown');
    if (!verifyCvCertificate(certificate, issuer.publicKey)) return refused('signature');
    if (!domainParametersFitRole || !maySign[issuer.role].includes(certificate.role)) return refused('role');
    // An expired trust point verifies nothing; any other signer has passed this very check.
    if (issuer.expires < today || certificate.expires < today || !within(certificate.effective, issuer)) return refused('dates');
    const next = { certificate, rights: rights.filter((right) => certificate.rights.includes(right)) };
    if (certificate.role !== 'cvca') signer = next;
    else {
      // A reference that is a trust point already changes nothing: key, days and rights that it had stay.
      const known = trusted.find((each) => each.certificate.holderReference === certificate.holderReference);
      signer = known ?? next;
      if (known === undefined) trusted = [next, ...trusted.slice(0, 1)];
    }
  }
  return { ok: true, last: signer.certificate, rights: signer.rights, departments: signer.certificate.departments };
}
