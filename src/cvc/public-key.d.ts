import { type Tlv } from '../iso7816/index.js';
/** 7F49 of a point, with or without the domain parameters of P-256. */
export declare function encodePublicKey(point: Uint8Array, withDomainParameters: boolean): Uint8Array;
/** The point of a 7F49, on the curve, and whether the domain parameters stand there too: all of P-256's or none. */
export declare function parsePublicKey(publicKey: Tlv): {
    readonly point: Uint8Array;
    readonly domainParameters: boolean;
};
