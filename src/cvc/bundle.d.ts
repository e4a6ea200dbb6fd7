import { type CvCertificate } from './certificate.js';
import { type CvChainReason } from './chain.js';
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
 * `malformed` where a certificate is none, no authority is there or the last is not a terminal's. Throws CvcError for a first certificate that is none.
 */
export declare function readCvBundle(encoded: {
    readonly authorities: readonly Uint8Array[];
    readonly verifier: Uint8Array;
    readonly terminal: Uint8Array;
}, today: string): {
    readonly ok: true;
    readonly bundle: CvBundle;
} | {
    readonly ok: false;
    readonly reason: CvChainReason;
};
/** One certificate as it is sent: the reference for MSE:SET DST, and the data of PSO:VERIFY CERTIFICATE. */
export interface SentCertificate {
    readonly authorityReference: string;
    readonly data: Uint8Array;
}
/** The certificates that lead a card with these trust points to the terminal's; undefined: the card trusts none of this bundle's authorities. */
export declare function chainFor({ authorities, verifier, terminal }: CvBundle, trustPoints: readonly string[]): readonly SentCertificate[] | undefined;
