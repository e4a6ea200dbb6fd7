import { concat } from './bytes.js';
/** Bytes that are no BER-TLV within the bounds. The message names the rule and an offset, never contents. */
export class TlvError extends Error {
    name = 'TlvError';
}
/** Deeper nesting or longer tags than any card of ours uses are refused, so that a hostile card cannot exhaust the stack. */
const maxDepth = 8;
const maxTagBytes = 3;
/** Whether bit 6 of the first tag byte says that the value is a series of data objects. */
export function isConstructed(tag) {
    const first = tag > 0xffff ? tag >> 16 : tag > 0xff ? tag >> 8 : tag;
    return (first & 0x20) !== 0;
}
function readTag(bytes, at) {
    let tag = bytes[at] ?? 0;
    let next = at + 1;
    if ((tag & 0x1f) !== 0x1f)
        return { tag, next };
    for (let byte = 0x80; (byte & 0x80) !== 0; next++) {
        if (next - at >= maxTagBytes)
            throw new TlvError(`tag at ${at}: more than ${maxTagBytes} bytes`);
        const following = bytes[next];
        if (following === undefined)
            throw new TlvError(`tag at ${at}: cut short`);
        if (next === at + 1 && following === 0x80)
            throw new TlvError(`tag at ${at}: leading zero`);
        byte = following;
        tag = tag * 256 + byte;
    }
    return { tag, next };
}
function readHeader(bytes, at, strict) {
    const { tag, next } = readTag(bytes, at);
    const first = bytes[next];
    if (first === undefined)
        throw new TlvError(`length at ${next}: cut short`);
    if (first < 0x80)
        return { tag, length: first, start: next + 1 };
    const count = first & 0x7f;
    if (count === 0 || count > 4)
        throw new TlvError(`length at ${next}: indefinite or over 4 bytes`);
    if (next + count >= bytes.length)
        throw new TlvError(`length at ${next}: cut short`);
    let length = 0;
    for (let i = 1; i <= count; i++)
        length = length * 256 + (bytes[next + i] ?? 0);
    if (strict && (length < 0x80 || length < 256 ** (count - 1)))
        throw new TlvError(`length at ${next}: not minimal`);
    return { tag, length, start: next + 1 + count };
}
function parseAt(bytes, strict, depth) {
    if (depth > maxDepth && bytes.length > 0)
        throw new TlvError(`nested more than ${maxDepth} deep`);
    const found = [];
    let at = 0;
    while (at < bytes.length) {
        if (bytes[at] === 0) {
            // ISO/IEC 7816-4 5.2.2: padding between data objects, meaningless; a signed or hashed object has none.
            if (strict)
                throw new TlvError(`padding at ${at}`);
            at++;
            continue;
        }
        const { tag, length, start } = readHeader(bytes, at, strict);
        if (length > bytes.length - start)
            throw new TlvError(`value at ${start}: ${length} bytes of ${bytes.length - start}`);
        const value = bytes.slice(start, start + length);
        found.push(isConstructed(tag) ? { tag, value, children: parseAt(value, strict, depth + 1) } : { tag, value });
        at = start + length;
    }
    return found;
}
/**
 * Parses a series of data objects; constructed ones recursively (at most 8 deep). Tags of up to 3 bytes, lengths of up to 4, no indefinite length.
 * `strict` also refuses lengths that are not minimal and padding. Throws {@link TlvError}.
 */
export function parseTlv(bytes, options = {}) {
    return parseAt(bytes, options.strict === true, 1);
}
function encodeLength(length) {
    if (length < 0x80)
        return Uint8Array.of(length);
    if (length < 0x100)
        return Uint8Array.of(0x81, length);
    if (length < 0x10000)
        return Uint8Array.of(0x82, length >> 8, length & 255);
    if (length < 0x1000000)
        return Uint8Array.of(0x83, length >> 16, (length >> 8) & 255, length & 255);
    throw new RangeError(`TLV value of ${length} bytes`);
}
function encodeTag(tag) {
    const bytes = tag > 0xffff ? [tag >> 16, (tag >> 8) & 255, tag & 255] : tag > 0xff ? [tag >> 8, tag & 255] : [tag];
    const wellFormed = Number.isInteger(tag) && tag > 0 && tag <= 0xffffff && bytes.every((byte, i) => (i === 0
        ? ((byte & 0x1f) === 0x1f) === bytes.length > 1
        : (byte & 0x80) !== 0 === i < bytes.length - 1 && !(i === 1 && byte === 0x80)));
    if (!wellFormed)
        throw new RangeError(`no BER tag: ${tag}`);
    return Uint8Array.from(bytes);
}
/** One data object with a DER-minimal length; an array is joined. Throws RangeError for a number that is no tag of 1 to 3 bytes. */
export function encodeTlv(tag, value) {
    const content = value instanceof Uint8Array ? value : concat(...value);
    return concat(encodeTag(tag), encodeLength(content.length), content);
}
/** The first object with the tag, then within it the next tag, and so on: `findTlv(list, 0x6f, 0x84)`. */
export function findTlv(list, ...tags) {
    const [tag, ...rest] = tags;
    const found = list.find((tlv) => tlv.tag === tag);
    return found === undefined || rest.length === 0 ? found : findTlv(found.children ?? [], ...rest);
}
/** The reading and writing of BER-TLV under one name, for callers that like the standard's term. */
export const BerTlv = { parse: parseTlv, encode: encodeTlv, find: findTlv };
//# sourceMappingURL=ber-tlv.js.map