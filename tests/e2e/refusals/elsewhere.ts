import type { FailureCode } from '../../../src/contract/index.js';

const reasons = {
  'of the platform, its keys or its command line': ['DUPLICATE_PERSON', 'HSM_UNAVAILABLE', 'NOT_INITIALISED', 'SYSTEM_PACKAGE_MISSING', 'ENROL_CODE_WRONG', 'ROOT_MISMATCH', 'TERMINAL_ALREADY_ENROLLED', 'BATCH_TOO_LARGE', 'SYNC_GAP'],
  'of a police desk or a kiosk': ['OPERATION_REQUIRED', 'HISTORY_GONE', 'PIN_REQUIRED', 'PIN_WRONG', 'PIN_BLOCKED', 'PIN_FORM', 'SERVICE_SLOTS_FULL'],
  'the app asks in its own way before it could be said: a second person, the keypad’s button, the sign-in, papers, a reason': ['FEES_DIFFER', 'STOCK_DIFFERS', 'KEYPAD_MISSING', 'SIGN_IN_REQUIRED', 'PAPERS_MISSING', 'REASON_REQUIRED', 'OLD_CARD_REQUIRED'],
  'the desk begins another card with the holder’s own number: only a changed one could be another person’s, which tests of the service make': ['PERMIT_OTHER_PERSON'],
  'a photo is cut until it fits': ['PHOTO_TOO_LARGE'],
  'another screen than the counter’s tells it: setup, failure, diagnosis': ['TERMINAL_NOT_ENROLLED', 'TRUST_ENVIRONMENT', 'TRUST_MISSING', 'STORAGE_LOCKED', 'STORAGE_CORRUPT', 'STORAGE_READ_ONLY', 'DISK_FULL', 'KEYSTORE_UNAVAILABLE', 'INTERNAL'],
  'a verdict says it, in its own words': ['SIGNATURE_INVALID', 'SIGNER_UNKNOWN', 'SIGNER_NOT_ENTITLED', 'PAYLOAD_INVALID', 'DIGEST_MISMATCH', 'STATUS_LIST_MISSING', 'CARD_IMAGE_OLD'],
  'the same notice as of any card or reader, made by a fault of the hardware that tests of the drivers make': ['CARD_SILENT', 'CARD_SM_BROKEN', 'READ_BACK_DIFFERS', 'READER_BUSY', 'READER_PROCESS_DIED', 'CARD_PROFILE', 'CARD_ANSWER_INVALID', 'READER_TIMEOUT'],
  'the same notice as of any certificate or platform that is away, made by tests of the service and the platform': ['ACCESS_CERTIFICATE_MISSING', 'ACCESS_RIGHT_MISSING', 'ACCESS_REFUSED', 'PLATFORM_TIMEOUT', 'PLATFORM_FAULT', 'PLATFORM_ANSWER_INVALID', 'PLATFORM_BUSY', 'RECEIPT_INVALID', 'REQUEST_SIGNATURE', 'TERMINAL_UNKNOWN', 'SYNC_FORK', 'SYNC_EPOCH', 'SEQUENCE_BROKEN'],
  'what the platform put aside stands in the list of what waits, which has scenes of its own': ['RECORD_REFUSED', 'RECORD_UNREADABLE'],
  'of Electron’s printing': ['PRINTER_UNAVAILABLE'],
} as const satisfies Readonly<Record<string, readonly FailureCode[]>>;

/** Codes that a clerk does not meet at the counter's screens in a browser, or meets in the same notice as others, and why. */
export const elsewhere: Partial<Readonly<Record<FailureCode, string>>> = Object.fromEntries(Object.entries(reasons).flatMap(([reason, codes]) => codes.map((code) => [code, reason])));
