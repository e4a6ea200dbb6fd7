import { concat } from './bytes.js';
/** Bytes that are no APDU. The message names the rule and lengths, never contents. */
export class ApduError extends Error {
    name = 'ApduError';
}
const nothing = new Uint8Array(0);
const shortData = 255;
const shortNe = 256;
const extendedData = 65_535;
const extendedNe = 65_536;
const isByte = (n) => Number.isInteger(n) && n >= 0 && n <= 255;
const twoBytes = (n) => Uint8Array.of((n >> 8) & 255, n & 255);
/**
 * Encodes a command in short form where it fits, else in extended form. `extended: true` forces the extended form (a case 1 command has
 * only one form), `extended: false` forbids it. Throws RangeError when a field is no byte or the lengths fit no permitted form.
 */
export function encodeCommand(command, options = {}) {
    const { cla, ins, p1, p2, data = nothing, ne = 0 } = command;
    if (![cla, ins, p1, p2].every(isByte) || cla === 0xff)
        throw new RangeError('APDU header: each field is one byte, and CLA is not FF');
    if (!Number.isInteger(ne) || ne < 0 || ne > extendedNe)
        throw new RangeError(`APDU Ne ${ne}: 0 to 65536`);
    if (data.length > extendedData)
        throw new RangeError(`APDU data of ${data.length} bytes: at most 65535`);
    const fitsShort = data.length <= shortData && ne <= shortNe;
    if (!fitsShort && options.extended === false)
        throw new RangeError(`APDU of ${data.length} data bytes and Ne ${ne} has no short form`);
    const header = Uint8Array.of(cla, ins, p1, p2);
    if (data.length === 0 && ne === 0)
        return header;
    if (fitsShort && options.extended !== true) {
        const lc = data.length === 0 ? nothing : Uint8Array.of(data.length);
        return concat(header, lc, data, ne === 0 ? nothing : Uint8Array.of(ne & 255));
    }
    const lc = data.length === 0 ? nothing : twoBytes(data.length);
    return concat(header, Uint8Array.of(0), lc, data, ne === 0 ? nothing : twoBytes(ne));
}
/** Parses any of the seven forms of ISO/IEC 7816-4 5.1 (cases 1, 2S–4S, 2E–4E). Throws ApduError; an Le of zeros is the form's maximum. */
export function decodeCommand(bytes) {
    const [cla, ins, p1, p2, first] = bytes;
    if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined)
        throw new ApduError(`command of ${bytes.length} bytes: at least 4`);
    if (cla === 0xff)
        throw new ApduError('CLA FF is no command');
    const header = { cla, ins, p1, p2 };
    if (first === undefined)
        return header;
    const total = bytes.length;
    const field = (at) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const short = (at) => bytes[at] || shortNe;
    const long = (at) => field(at) || extendedNe;
    if (total === 5)
        return { ...header, ne: short(4) };
    if (first !== 0) {
        if (total === 5 + first)
            return { ...header, data: bytes.slice(5) };
        if (total === 6 + first)
            return { ...header, data: bytes.slice(5, 5 + first), ne: short(5 + first) };
        throw new ApduError(`Lc ${first} in a command of ${total} bytes`);
    }
    if (total === 7)
        return { ...header, ne: long(5) };
    const lc = total < 7 ? 0 : field(5);
    if (lc > 0 && total === 7 + lc)
        return { ...header, data: bytes.slice(7) };
    if (lc > 0 && total === 9 + lc)
        return { ...header, data: bytes.slice(7, 7 + lc), ne: long(7 + lc) };
    throw new ApduError(`extended Lc ${lc} in a command of ${total} bytes`);
}
/** Splits data and status word. Throws ApduError under 2 bytes (readers report a card that is gone as an empty success). */
export function decodeResponse(bytes) {
    const end = bytes.length - 2;
    if (end < 0)
        throw new ApduError(`response of ${bytes.length} bytes: at least 2`);
    return { data: bytes.slice(0, end), sw: ((bytes[end] ?? 0) << 8) | (bytes[end + 1] ?? 0) };
}
/** data ‖ SW1 SW2. Throws RangeError when the status word is not two bytes. */
export function encodeResponse(response) {
    const { data, sw } = response;
    if (!Number.isInteger(sw) || sw < 0 || sw > 0xffff)
        throw new RangeError('status word: two bytes');
    return concat(data, twoBytes(sw));
}
//# sourceMappingURL=apdu.js.map