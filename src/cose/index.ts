/**
 * Deterministic CBOR (RFC 8949 4.2.1), COSE_Sign1 and COSE_Key (RFC 9052, 9053, 9864) with Ed25519, and sealing with nacl.box.
 * It knows no object of the permit, no clock and no storage. Ed25519 and SHA-256 are handed in by ports; what no engine checks alike
 * (S + L, encodings that are not canonical, points of small order) is refused here, before any engine is asked.
 * Malformed input throws CoseError (CborError below it); a wrong signature is `false`, a box that does not open is `undefined`.
 */
export * from './errors.js';
export * from './bytes.js';
export * from './ports.js';
export * from './cbor.js';
export * from './ed25519.js';
export * from './tweetnacl-engine.js';
export * from './cose-key.js';
export * from './cose-sign1.js';
export * from './sealing.js';
