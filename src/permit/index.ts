/**
 * The domain of the residence permit, pure: numbers and codes (GB 11643, GB/T 2260, GB/T 3304), the rules of both regimes by effective
 * date, the payloads of the card typed and checked (payload.cddl), trust list and delegation, passive authentication, status list, verdict.
 * It knows no card, no clock, no file and no network: bytes, `now`, dates and the ports for cryptography and zlib are arguments.
 * Expected refusals are values with a stable code and reason; decoders throw PayloadError, and RangeError marks a caller's bug.
 */
export * from './refusal.js';
export * from './dates.js';
export * from './id-number.js';
export * from './permit-number.js';
export * from './divisions.js';
export * from './ethnic-groups.js';
export * from './rules.js';
export * from './validity.js';
export * from './endorsement.js';
export * from './life-cycle-events.js';
export * from './life-cycle-table.js';
export * from './life-cycle-file.js';
export * from './life-cycle.js';
export * from './file-of-facts.js';
export * from './service-rules.js';
export * from './papers.js';
export * from './open-tasks.js';
export * from './desk-actions.js';
export * from './photo.js';
export * from './payload-error.js';
export { decodePermit, decodeHolder, decodePhoto, encodePermit, encodeHolder, encodePhoto, type Permit, type Holder, type Photo } from './data-groups.js';
export * from './sod.js';
export * from './mutable-objects.js';
export * from './trust-payloads.js';
export { parseSigned, type AuthenticationStep, type NotAuthentic } from './signed.js';
export { blockedSince, clockTolerance, findTrustedKey, inArea, verifyDelegation, verifyTrustList } from './trust.js';
export * from './status-list.js';
export * from './passive-authentication.js';
export * from './verdict-shape.js';
export * from './verdict.js';
export type { ChipAnswer, ChipCounters, KnownCounters, ServicesRead, VerdictInput } from './verdict-lines.js';
