import { CoseError, parseSign1, type Sign1 } from '../cose/index.js';
import { PayloadError } from './payload-error.js';
import type { PermitRefusalCode } from './refusal.js';

/** Where authentication stopped; the order is that of payload.md 2 and 4. */
export type AuthenticationStep = 'parse' | 'binding' | 'chain' | 'signature' | 'digests' | 'permit' | 'index';

/** The first check that failed. `reason` is stable and names the rule; it holds nothing of the card. */
export interface NotAuthentic {
  readonly ok: false;
  readonly step: AuthenticationStep;
  readonly code: PermitRefusalCode;
  readonly reason: string;
}

export const notAuthentic = (step: AuthenticationStep, code: PermitRefusalCode, reason: string): NotAuthentic => ({ ok: false, step, code, reason });

/** Parses a COSE_Sign1 of exactly this `typ`. Verifies nothing. Throws PayloadError. */
export const parseSigned = (bytes: Uint8Array, typ: string, options: { readonly tagged: boolean } = { tagged: true }): Sign1 => {
  let sign1: Sign1;
  try {
    sign1 = parseSign1(bytes, options);
  } catch (cause) {
    if (cause instanceof CoseError) throw new PayloadError('not-cose-sign1', typ, { cause });
    throw cause;
  }
  if (sign1.typ !== typ) throw new PayloadError('wrong-typ', typ);
  return sign1;
};

/** Runs a decoder; its PayloadError becomes the value `reason`, anything else is a bug and passes. */
export const parsed = <T>(decode: () => T, step: AuthenticationStep, reason: string): { readonly ok: true; readonly value: T } | NotAuthentic => {
  try {
    return { ok: true, value: decode() };
  } catch (error) {
    if (error instanceof PayloadError) return notAuthentic(step, 'PAYLOAD_INVALID', reason);
    throw error;
  }
};
