/** Joins byte strings; the result is always a fresh array. */
export function concat(...parts) {
    let length = 0;
    for (const part of parts)
        length += part.length;
    const joined = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
        joined.set(part, at);
        at += part.length;
    }
    return joined;
}
/** Equality whose time depends on the lengths only: it compares MACs and cryptograms, where the place of the first difference is a secret. */
export function equal(a, b) {
    if (a.length !== b.length)
        return false;
    let difference = 0;
    for (let i = 0; i < a.length; i++)
        difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
    return difference === 0;
}
const digits = '0123456789abcdef';
/** Lower-case hexadecimal without separators. */
export function toHex(bytes) {
    let text = '';
    for (const byte of bytes)
        text += (digits[byte >> 4] ?? '') + (digits[byte & 15] ?? '');
    return text;
}
/** Bytes of hexadecimal text of either case; white space is ignored. Throws RangeError for anything else: such text is written by us. */
export function fromHex(text) {
    const compact = text.replace(/\s+/g, '');
    if (compact.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(compact))
        throw new RangeError('not hexadecimal');
    return Uint8Array.from({ length: compact.length / 2 }, (_, i) => Number.parseInt(compact.slice(2 * i, 2 * i + 2), 16));
}
//# sourceMappingURL=bytes.js.map