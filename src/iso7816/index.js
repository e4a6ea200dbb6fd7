/**
 * ISO/IEC 7816-4 on paper: command and response APDUs, status words, BER-TLV and file control information, as values and bytes.
 * It does not talk to a card, keep state, encrypt or know any application; both sides of the card build on it, so it interprets nothing.
 * What arrives from outside throws ApduError or TlvError when malformed; what a caller builds wrongly throws RangeError.
 */
export * from './bytes.js';
export * from './apdu.js';
export * from './status-word.js';
export * from './ber-tlv.js';
export * from './fcp.js';
export * from './atr.js';
//# sourceMappingURL=index.js.map