/** Joins byte strings; the result is always a fresh array. */
export declare function concat(...parts: readonly Uint8Array[]): Uint8Array;
/** Equality whose time depends on the lengths only: it compares MACs and cryptograms, where the place of the first difference is a secret. */
export declare function equal(a: Uint8Array, b: Uint8Array): boolean;
/** Lower-case hexadecimal without separators. */
export declare function toHex(bytes: Uint8Array): string;
/** Bytes of hexadecimal text of either case; white space is ignored. Throws RangeError for anything else: such text is written by us. */
export declare function fromHex(text: string): Uint8Array;
