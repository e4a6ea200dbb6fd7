/** Number of interface bytes that the high nibble of T0 or TD announces. */
const announced = (byte) => [0x10, 0x20, 0x40, 0x80].filter((bit) => (byte & bit) !== 0).length;
/** Historical bytes of an answer to reset (ISO/IEC 7816-3 8.2); empty when the bytes are no such answer. */
export function historicalBytes(atr) {
    let format = atr[1];
    let at = 2;
    while (format !== undefined) {
        at += announced(format);
        // TDi is the last of its group and announces the next one.
        format = (format & 0x80) === 0 ? undefined : atr[at - 1];
    }
    const end = at + ((atr[1] ?? 0) & 0x0f);
    return end <= atr.length ? atr.slice(at, end) : new Uint8Array();
}
/**
 * Whether the card says by its answer to reset that it takes extended Lc and Le: third software function of the card capabilities, compact-TLV 7X
 * (ISO/IEC 7816-4 12.1.1.9). False when it says nothing.
 */
export function saysExtendedLength(atr) {
    const historical = historicalBytes(atr);
    if (historical[0] !== 0x80)
        return false;
    for (let at = 1; at < historical.length; at += 1 + ((historical[at] ?? 0) & 0x0f)) {
        const head = historical[at] ?? 0;
        if (head >> 4 === 7)
            return (head & 0x0f) >= 3 && ((historical[at + 3] ?? 0) & 0x40) !== 0;
    }
    return false;
}
//# sourceMappingURL=atr.js.map