/** File control parameters, template 62 (ISO/IEC 7816-4 7.4.3). All lengths in bytes; `descriptor` is DO 82 as it stands. */
export interface Fcp {
    readonly descriptor?: Uint8Array | undefined;
    readonly fileId?: number | undefined;
    readonly length?: number | undefined;
    /** DF name (DO 84). */
    readonly aid?: Uint8Array | undefined;
    /** Short EF identifier 1 to 30 (DO 88 holds it shifted left by 3). */
    readonly sfi?: number | undefined;
    /** Life cycle status byte (DO 8A, 7.4.10). */
    readonly lifeCycle?: number | undefined;
}
/** File control information, template 6F: an Fcp with the extended-length buffers (DO 7F66, 12.7.1) and the proprietary template A5. */
export interface Fci extends Fcp {
    /** Longest command APDU in bytes that the card takes, header and length fields included. */
    readonly maxCommand?: number | undefined;
    /** Longest response APDU in bytes, status word included. */
    readonly maxResponse?: number | undefined;
    /** Contents of template A5. */
    readonly proprietary?: Uint8Array | undefined;
}
/** Parses `62 { … }`; data objects it does not know are left out. Throws TlvError. */
export declare const parseFcp: (bytes: Uint8Array) => Fcp;
/** Parses `6F { … }`. The first DO 02 of 7F66 is the command buffer, the second the response buffer. Throws TlvError. */
export declare function parseFci(bytes: Uint8Array): Fci;
/** Encodes template 62 in the order of permit-application.md 5. Throws RangeError when a number does not fit its field. */
export declare const encodeFcp: (fcp: Fcp) => Uint8Array;
/** DO 7F66: extended length information for a command and a response buffer (ISO/IEC 7816-4 12.7.1), two bytes each. */
export declare const encodeBufferSizes: (maxCommand: number, maxResponse: number) => Uint8Array;
/** Encodes template 6F: the Fcp objects, then 7F66 when both buffers are given, then A5. */
export declare function encodeFci(fci: Fci): Uint8Array;
