/**
 * The refusals this room can pronounce. The strings are a subset of the contract's failure codes (a test proves it), written out
 * here because this room imports nothing but `cose`.
 */
export const permitRefusalCodes = [
  'INPUT_INVALID',
  'ID_NUMBER_CHECK',
  'ID_NUMBER_MISMATCH',
  'DIVISION_UNKNOWN',
  'DATE_IMPOSSIBLE',
  'KIND_NOT_AVAILABLE',
  'NOT_ELIGIBLE',
  'PHOTO_NOT_JPEG',
  'PHOTO_TOO_LARGE',
  'PERMIT_UNKNOWN',
  'SIGNATURE_INVALID',
  'SIGNER_UNKNOWN',
  'SIGNER_NOT_ENTITLED',
  'PAYLOAD_INVALID',
  'DIGEST_MISMATCH',
  'TRUST_ENVIRONMENT',
  'TRUST_MISSING',
  'STATUS_LIST_MISSING',
  'STATUS_LIST_STALE',
  'CLOCK_WRONG',
  'CARD_SILENT',
  'CARD_IMAGE_OLD',
  'STATE_NOT_ALLOWED',
  'PAPERS_MISSING',
  'REASON_REQUIRED',
  'ENDORSEMENT_TOO_EARLY',
  'CORRECTION_TOO_LATE',
  'OLD_CARD_REQUIRED',
] as const;
export type PermitRefusalCode = (typeof permitRefusalCodes)[number];

/** An expected refusal. `detail` names fields or missing conditions, comma separated; never personal data. */
export interface Refusal {
  readonly ok: false;
  readonly code: PermitRefusalCode;
  readonly detail: string;
}

export const refuse = (code: PermitRefusalCode, detail: string): Refusal => ({ ok: false, code, detail });
