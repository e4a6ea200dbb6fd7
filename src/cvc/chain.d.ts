import { type CvCertificate } from './certificate.js';
import type { Right } from './profile.js';
/** In the order in which the card checks (terminal-authentication.md 2). */
export declare const cvChainReasons: readonly ["malformed", "signer-unknown", "signature", "role", "dates"];
export type CvChainReason = (typeof cvChainReasons)[number];
export type CvChainResult = {
    readonly ok: true;
    /** The last certificate of the chain, the trust point where the chain is empty. */
    readonly last: CvCertificate;
    /** Those that stand in the trust point and in every certificate of the chain. */
    readonly rights: readonly Right[];
    /** Of the last certificate. */
    readonly departments: readonly number[];
} | {
    readonly ok: false;
    readonly reason: CvChainReason;
    readonly at: number;
};
/**
 * Follows a chain as a card whose date is `today` does: links, document verifier, terminal, each signed by the one before it, the first by the trust point;
 * it may end early. Like the card it takes certificates that are effective only later: a terminal looks at its own clock besides (4).
 * Throws RangeError for a trust point that is not a CVCA's and for a `today` that is no day of 2000–2099.
 */
export declare function verifyCvChain(trustPoint: CvCertificate, chain: readonly Uint8Array[], today: string): CvChainResult;
