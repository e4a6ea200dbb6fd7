/** Historical bytes of an answer to reset (ISO/IEC 7816-3 8.2); empty when the bytes are no such answer. */
export declare function historicalBytes(atr: Uint8Array): Uint8Array;
/**
 * Whether the card says by its answer to reset that it takes extended Lc and Le: third software function of the card capabilities, compact-TLV 7X
 * (ISO/IEC 7816-4 12.1.1.9). False when it says nothing.
 */
export declare function saysExtendedLength(atr: Uint8Array): boolean;
