/**
 * Command APDU, ISO/IEC 7816-4 5.1. `data` absent or empty: no Lc. `ne` is the longest answer expected in bytes:
 * 0 or absent: no Le field; at most 256 in a short command and 65,536 in an extended one.
 */
export interface CommandApdu {
    readonly cla: number;
    readonly ins: number;
    readonly p1: number;
    readonly p2: number;
    readonly data?: Uint8Array | undefined;
    readonly ne?: number | undefined;
}
/** Response APDU: data field and status word SW1-SW2 as one number (0x9000). */
export interface ResponseApdu {
    readonly data: Uint8Array;
    readonly sw: number;
}
/** Bytes that are no APDU. The message names the rule and lengths, never contents. */
export declare class ApduError extends Error {
    readonly name = "ApduError";
}
/**
 * Encodes a command in short form where it fits, else in extended form. `extended: true` forces the extended form (a case 1 command has
 * only one form), `extended: false` forbids it. Throws RangeError when a field is no byte or the lengths fit no permitted form.
 */
export declare function encodeCommand(command: CommandApdu, options?: {
    extended?: boolean | undefined;
}): Uint8Array;
/** Parses any of the seven forms of ISO/IEC 7816-4 5.1 (cases 1, 2S–4S, 2E–4E). Throws ApduError; an Le of zeros is the form's maximum. */
export declare function decodeCommand(bytes: Uint8Array): CommandApdu;
/** Splits data and status word. Throws ApduError under 2 bytes (readers report a card that is gone as an empty success). */
export declare function decodeResponse(bytes: Uint8Array): ResponseApdu;
/** data ‖ SW1 SW2. Throws RangeError when the status word is not two bytes. */
export declare function encodeResponse(response: ResponseApdu): Uint8Array;
