import { concat } from './bytes.js';
import { encodeTlv, findTlv, parseTlv, TlvError } from './ber-tlv.js';
function integer(tlv, maxBytes) {
    if (tlv === undefined)
        return undefined;
    if (tlv.value.length === 0 || tlv.value.length > maxBytes)
        throw new TlvError(`DO ${tlv.tag.toString(16)}: ${tlv.value.length} bytes`);
    return tlv.value.reduce((n, byte) => n * 256 + byte, 0);
}
function template(bytes, tag) {
    const [first, ...rest] = parseTlv(bytes);
    if (first?.tag !== tag || rest.length > 0)
        throw new TlvError(`not one template ${tag.toString(16)}`);
    return first.children ?? [];
}
function readFcp(list) {
    const sfi = integer(findTlv(list, 0x88), 1);
    return {
        descriptor: findTlv(list, 0x82)?.value,
        fileId: integer(findTlv(list, 0x83), 2),
        length: integer(findTlv(list, 0x80), 4),
        aid: findTlv(list, 0x84)?.value,
        sfi: sfi === undefined ? undefined : sfi >> 3,
        lifeCycle: integer(findTlv(list, 0x8a), 1),
    };
}
/** Parses `62 { … }`; data objects it does not know are left out. Throws TlvError. */
export const parseFcp = (bytes) => readFcp(template(bytes, 0x62));
/** Parses `6F { … }`. The first DO 02 of 7F66 is the command buffer, the second the response buffer. Throws TlvError. */
export function parseFci(bytes) {
    const list = template(bytes, 0x6f);
    const buffers = (findTlv(list, 0x7f66)?.children ?? []).filter((tlv) => tlv.tag === 0x02);
    return {
        ...readFcp(list),
        maxCommand: integer(buffers[0], 4),
        maxResponse: integer(buffers[1], 4),
        proprietary: findTlv(list, 0xa5)?.value,
    };
}
const bigEndian = (n, bytes) => {
    if (!Number.isInteger(n) || n < 0 || n >= 256 ** bytes)
        throw new RangeError(`${n} does not fit ${bytes} bytes`);
    return Uint8Array.from({ length: bytes }, (_, i) => Math.floor(n / 256 ** (bytes - 1 - i)) & 255);
};
function fcpObjects(fcp) {
    const { descriptor, fileId, length, aid, sfi, lifeCycle } = fcp;
    return [
        ...(descriptor === undefined ? [] : [encodeTlv(0x82, descriptor)]),
        ...(fileId === undefined ? [] : [encodeTlv(0x83, bigEndian(fileId, 2))]),
        ...(length === undefined ? [] : [encodeTlv(0x80, bigEndian(length, length > 0xffff ? 4 : 2))]),
        ...(aid === undefined ? [] : [encodeTlv(0x84, aid)]),
        ...(sfi === undefined ? [] : [encodeTlv(0x88, bigEndian(sfi << 3, 1))]),
        ...(lifeCycle === undefined ? [] : [encodeTlv(0x8a, bigEndian(lifeCycle, 1))]),
    ];
}
/** Encodes template 62 in the order of permit-application.md 5. Throws RangeError when a number does not fit its field. */
export const encodeFcp = (fcp) => encodeTlv(0x62, fcpObjects(fcp));
/** DO 7F66: extended length information for a command and a response buffer (ISO/IEC 7816-4 12.7.1), two bytes each. */
export const encodeBufferSizes = (maxCommand, maxResponse) => encodeTlv(0x7f66, [encodeTlv(0x02, bigEndian(maxCommand, 2)), encodeTlv(0x02, bigEndian(maxResponse, 2))]);
/** Encodes template 6F: the Fcp objects, then 7F66 when both buffers are given, then A5. */
export function encodeFci(fci) {
    const { maxCommand, maxResponse, proprietary } = fci;
    return encodeTlv(0x6f, concat(...fcpObjects(fci), ...(maxCommand === undefined || maxResponse === undefined ? [] : [encodeBufferSizes(maxCommand, maxResponse)]), ...(proprietary === undefined ? [] : [encodeTlv(0xa5, proprietary)])));
}
//# sourceMappingURL=fcp.js.map