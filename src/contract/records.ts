import { z } from 'zod';
import { checkPlace, checkPurpose } from './purposes.js';
import { application, fullDate } from './resident.js';
import { verdictResult } from './verdict.js';

const bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const time = z.int().nonnegative().describe('seconds since 1970 UTC');
const permitNumber = z.string().regex(/^\d{18}$/);
const serial = z.string().regex(/^[0-9a-f]{20}$/).describe('card serial, hex');
const receipt = z.string().min(1).max(40).describe('number on the slip that the resident holds');
const operator = z.string().min(1).max(40).describe('operator id');
const reason = z.string().trim().min(1).max(200);
const acted = { by: operator, at: time } as const;

/** A permit was issued: everything the platform needs to open the file and to verify again. */
export const issueRecord = z.strictObject({
  type: z.literal('issue'),
  serial,
  permitNumber,
  statusIndex: z.int().nonnegative(),
  sod: bytes,
  permit: bytes.describe('content of EF.Permit'),
  holder: bytes.describe('content of EF.Holder'),
  residence: bytes.describe('content of EF.Residence'),
  photo: bytes.describe('content of EF.Photo: the salt is needed to check the digest'),
  application,
  issuedAt: time,
  /** present: another card of a permit that exists; the cards before it lose their status */
  replaces: z.enum(['damaged', 'lost', 'correction', 'exchange']).optional(),
  /** card access number: six digits, printed on the card and stored in its chip; kept for another print */
  can: z.string().regex(/^\d{6}$/).optional(),
  /** EF.Endorsements of the new card: the newest endorsement carried over to it */
  endorsement: bytes.optional(),
  /** the acceptance that it was made for */
  receipt: receipt.optional(),
  by: operator.optional(),
});
export type IssueRecord = z.infer<typeof issueRecord>;

/**
 * A card was checked, or (mode police) a permit looked up by its number: reasons `looked-up`, `looked-up-lists`, `looked-up-unknown`. Answers about a card: no holder data.
 * Police: with who, why and where.
 */
export const verificationRecord = z.strictObject({
  type: z.literal('verification'),
  permitNumber: z.string().optional(),
  result: verdictResult,
  reason: z.string(),
  mode: z.enum(['counter', 'kiosk', 'police']),
  /** the right by which the holder's data was opened as well; absent: it was not */
  access: z.enum(['inspect', 'kiosk']).optional(),
  purpose: checkPurpose.optional(),
  place: checkPlace.optional(),
  by: operator.optional(),
  at: time,
});
export type VerificationRecord = z.infer<typeof verificationRecord>;

/** A line of a shift's history of checks was opened: by whom and when, and which check it tells of. */
export const checkViewedRecord = z.strictObject({ type: z.literal('check-viewed'), checkedAt: time, permitNumber: permitNumber.optional(), by: operator.optional(), at: time });
export type CheckViewedRecord = z.infer<typeof checkViewedRecord>;

/** What the status list says of a permit from now on, decided by two people: cancelled or lost, suspended, or valid again. */
export const revocationRecord = z.strictObject({
  type: z.literal('revocation'),
  permitNumber,
  status: z.union([z.literal(0), z.literal(1), z.literal(2)]).describe('0 valid again, 1 cancelled or lost, 2 suspended by decision'),
  reason: z.enum(['lost', 'left', 'died', 'became-local', 'fraud', 'decision', 'not-qualified', 'expired', 'departed', 'found', 'restored']),
  approvedBy: z.string().min(1),
  requestedBy: z.string().min(1),
  at: time,
});
export type RevocationRecord = z.infer<typeof revocationRecord>;

/** Residence registration without a card (登记凭证). */
export const registrationRecord = z.strictObject({ type: z.literal('registration'), voucher: receipt, application, ...acted });
export type RegistrationRecord = z.infer<typeof registrationRecord>;

/** An application was accepted (受理): from here the days of the law run. Papers that are missing are told once, completely. */
export const acceptanceRecord = z.strictObject({
  type: z.literal('acceptance'),
  receipt,
  purpose: z.enum(['first', 'damaged', 'lost', 'correction', 'exchange']),
  application,
  permitNumber: permitNumber.optional(),
  missingPapers: z.array(z.string().min(1).max(40)),
  /** why somebody who was found under the same number is another person, as the clerk saw it; absent: nobody was found */
  distinctReason: reason.optional(),
  /** the last day to issue */
  dueOn: fullDate,
  ...acted,
});
export type AcceptanceRecord = z.infer<typeof acceptanceRecord>;

/** Missing papers came in; when none is left the review can begin. */
export const supplementRecord = z.strictObject({ type: z.literal('supplement'), receipt, missingPapers: z.array(z.string().min(1).max(40)), ...acted });

/** The review (审核): approved for making, or refused with a written reason. */
export const reviewRecord = z.strictObject({ type: z.literal('review'), receipt, decision: z.enum(['approved', 'refused']), reason: reason.optional(), ...acted });

/** The card was given to the holder, a guardian or an agent (领取); what became of the old one. */
export const handOverRecord = z.strictObject({
  type: z.literal('hand-over'),
  permitNumber,
  serial,
  receivedBy: z.enum(['holder', 'guardian', 'agent']),
  oldCard: z.enum(['none', 'returned', 'lost']),
  ...acted,
});
export type HandOverRecord = z.infer<typeof handOverRecord>;

/** The yearly endorsement (签注), with the signed object as it stands on the card; or its refusal (不予签注). */
export const endorsementRecord = z.strictObject({
  type: z.literal('endorsement'),
  permitNumber,
  serial: serial.optional(),
  decision: z.enum(['endorsed', 'refused']),
  object: bytes.optional().describe('record of EF.Endorsements; present when endorsed'),
  reason: reason.optional(),
  ...acted,
});
export type EndorsementRecord = z.infer<typeof endorsementRecord>;

/** Change of address or workplace, with the signed object as it stands on the card. Reported after more than ten days it is late, and done all the same. */
export const residenceChangeRecord = z.strictObject({ type: z.literal('residence-change'), permitNumber, object: bytes, changedOn: fullDate, late: z.boolean(), ...acted });
export type ResidenceChangeRecord = z.infer<typeof residenceChangeRecord>;

/** A card came back over the counter: after a replacement or a cancellation, found, or taken away by the law (收缴). */
export const cardReturnRecord = z.strictObject({
  type: z.literal('card-return'),
  serial: serial.optional(),
  permitNumber: permitNumber.optional(),
  reason: z.enum(['replaced', 'cancelled', 'found', 'seized', 'correction']),
  /** its chip was ended at the counter (TERMINATE DF); absent: not yet, or not known */
  terminated: z.literal(true).optional(),
  ...acted,
});
export type CardReturnRecord = z.infer<typeof cardReturnRecord>;

/** The holder set or changed the PIN of the card, or a counter reset it. The platform keeps that it happened, never the PIN. */
export const pinRecord = z.strictObject({ type: z.literal('pin'), permitNumber, action: z.enum(['set', 'changed', 'reset']), by: operator.optional(), at: time });
export type PinRecord = z.infer<typeof pinRecord>;

/** A fee was taken, with its receipt. First card and endorsement are free and have none. */
export const feeRecord = z.strictObject({ type: z.literal('fee'), receipt, permitNumber, item: z.enum(['replacement']), fen: z.int().positive().describe('1/100 yuan'), ...acted });

/** A counter's day is closed: money and blanks counted against the books. */
export const reconciliationRecord = z.strictObject({
  type: z.literal('reconciliation'),
  day: fullDate,
  fees: z.strictObject({ count: z.int().nonnegative(), fen: z.int().nonnegative(), counted: z.int().nonnegative().describe('fen in the drawer') }),
  blanks: z.strictObject({ opening: z.int().nonnegative(), received: z.int().nonnegative(), issued: z.int().nonnegative(), spoiled: z.int().nonnegative(), counted: z.int().nonnegative() }),
  ...acted,
});
export type ReconciliationRecord = z.infer<typeof reconciliationRecord>;

/** A blank was spoiled: it is accounted for and its key set erased. */
export const spoiledRecord = z.strictObject({ type: z.literal('spoiled'), serial, reason: z.string(), by: operator.optional(), at: time });

/** What is sealed into an outbox record (sync.md 3 "plain"), encoded as deterministic CBOR with these text keys. */
export const capturedRecord = z.discriminatedUnion('type', [
  issueRecord,
  verificationRecord,
  checkViewedRecord,
  revocationRecord,
  spoiledRecord,
  registrationRecord,
  acceptanceRecord,
  supplementRecord,
  reviewRecord,
  handOverRecord,
  endorsementRecord,
  residenceChangeRecord,
  cardReturnRecord,
  feeRecord,
  reconciliationRecord,
  pinRecord,
]);
export type CapturedRecord = z.infer<typeof capturedRecord>;
export type RecordType = CapturedRecord['type'];

const priorities: Readonly<Record<RecordType, number>> = {
  revocation: 0,
  'card-return': 1,
  endorsement: 2,
  issue: 3,
  'hand-over': 3,
  'residence-change': 4,
  registration: 4,
  acceptance: 4,
  supplement: 4,
  review: 4,
  spoiled: 5,
  fee: 6,
  reconciliation: 6,
  pin: 6,
  verification: 7,
  'check-viewed': 7,
};

/** Smaller is sooner: what has priority 0 is sent ahead of everything that waits (sync.md 4.1). */
export const priorityOf = (type: RecordType): number => priorities[type];
