import { type CvRole, type Right } from './profile.js';
export interface CvBody {
    /** CAR: who signed. */
    readonly authorityReference: string;
    /** CHR: whose key it is. */
    readonly holderReference: string;
    /** Uncompressed point, 65 bytes. */
    readonly publicKey: Uint8Array;
    readonly role: CvRole;
    /** In the order of {@link Right}; what the signer lacks is not in force, see verifyCvChain. */
    readonly rights: readonly Right[];
    /** Numbers of 16 bits; {@link everyDepartment} stands for every one. Empty unless the role is a terminal's. */
    readonly departments: readonly number[];
    /** First day, YYYY-MM-DD, 2000–2099. */
    readonly effective: string;
    /** Last day. */
    readonly expires: string;
}
export interface CvCertificate extends CvBody {
    /** The whole 7F21. */
    readonly encoded: Uint8Array;
    /** The 7F4E with tag and length: what is signed. */
    readonly body: Uint8Array;
    /** r ‖ s, 64 bytes. */
    readonly signature: Uint8Array;
}
/**
 * A certificate by terminal-authentication.md 1, but for one rule: that domain parameters belong to the CVCA alone is a matter of the role, which the
 * card judges only after the signature (2, step 4).
 */
export declare function readCvCertificate(bytes: Uint8Array): {
    readonly certificate: CvCertificate;
    readonly domainParametersFitRole: boolean;
};
/** Parses a certificate, its signature unverified. Throws {@link CvcError} with the reason. */
export declare function parseCvCertificate(bytes: Uint8Array): CvCertificate;
/** The 7F21 of a body; `sign` gets the encoded 7F4E and gives r ‖ s. Throws {@link CvcError} for a body that is none: the result is parsed again. */
export declare function encodeCvCertificate(body: CvBody, sign: (message: Uint8Array) => Uint8Array): Uint8Array;
/** Whether the key signed the certificate's body. */
export declare const verifyCvCertificate: (certificate: CvCertificate, issuerPublicKey: Uint8Array) => boolean;
/** Data of PSO:VERIFY CERTIFICATE: what the 7F21 holds, body ‖ 5F37 (terminal-authentication.md 3). */
export declare const asPsoData: (certificate: CvCertificate) => Uint8Array;
