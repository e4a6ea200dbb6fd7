/** One BER-TLV data object (ISO/IEC 7816-4 5.2.2). `tag` holds the tag bytes as one number (0x7F49); `children` exists when its bit 6 says constructed. */
export interface Tlv {
    readonly tag: number;
    readonly value: Uint8Array;
    readonly children?: readonly Tlv[];
}
/** Bytes that are no BER-TLV within the bounds. The message names the rule and an offset, never contents. */
export declare class TlvError extends Error {
    readonly name = "TlvError";
}
/** Whether bit 6 of the first tag byte says that the value is a series of data objects. */
export declare function isConstructed(tag: number): boolean;
/**
 * Parses a series of data objects; constructed ones recursively (at most 8 deep). Tags of up to 3 bytes, lengths of up to 4, no indefinite length.
 * `strict` also refuses lengths that are not minimal and padding. Throws {@link TlvError}.
 */
export declare function parseTlv(bytes: Uint8Array, options?: {
    strict?: boolean | undefined;
}): Tlv[];
/** One data object with a DER-minimal length; an array is joined. Throws RangeError for a number that is no tag of 1 to 3 bytes. */
export declare function encodeTlv(tag: number, value: Uint8Array | readonly Uint8Array[]): Uint8Array;
/** The first object with the tag, then within it the next tag, and so on: `findTlv(list, 0x6f, 0x84)`. */
export declare function findTlv(list: readonly Tlv[], ...tags: readonly number[]): Tlv | undefined;
/** The reading and writing of BER-TLV under one name, for callers that like the standard's term. */
export declare const BerTlv: {
    readonly parse: typeof parseTlv;
    readonly encode: typeof encodeTlv;
    readonly find: typeof findTlv;
};
