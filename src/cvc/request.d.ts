export interface CvRequest {
    /** The CHR that is asked for. */
    readonly holderReference: string;
    /** Uncompressed point, 65 bytes. */
    readonly publicKey: Uint8Array;
}
/** Parses a request and verifies its signature under the key that it holds: who sent it has the private key. Throws {@link CvcError}. */
export declare function parseCvRequest(bytes: Uint8Array): CvRequest;
/** The 7F21 of a request; `sign` gets the encoded 7F4E and signs with the private key of `publicKey`. Throws {@link CvcError}: the result is parsed again. */
export declare function encodeCvRequest(holderReference: string, publicKey: Uint8Array, sign: (message: Uint8Array) => Uint8Array): Uint8Array;
