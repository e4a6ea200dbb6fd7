import { z } from 'zod';
import { application } from './resident.js';
import { verdictResult } from './verdict.js';

const bytes: z.ZodType<Uint8Array> = z.instanceof(Uint8Array);
const time = z.int().nonnegative().describe('seconds since 1970 UTC');

/** A permit was issued: everything the platform needs to open the file and to verify again. */
export const issueRecord = z.strictObject({
  type: z.literal('issue'),
  serial: z.string().regex(/^[0-9a-f]{20}$/).describe('card serial, hex'),
  permitNumber: z.string().regex(/^\d{18}$/),
  statusIndex: z.int().nonnegative(),
  sod: bytes,
  permit: bytes.describe('content of EF.Permit'),
  holder: bytes.describe('content of EF.Holder'),
  residence: bytes.describe('content of EF.Residence'),
  photo: bytes.describe('content of EF.Photo: the salt is needed to check the digest'),
  application,
  issuedAt: time,
});
export type IssueRecord = z.infer<typeof issueRecord>;

/** A card was checked. Answers about a card: no holder data. */
export const verificationRecord = z.strictObject({
  type: z.literal('verification'),
  permitNumber: z.string().optional(),
  result: verdictResult,
  reason: z.string(),
  mode: z.enum(['counter', 'kiosk', 'police']),
  at: time,
});
export type VerificationRecord = z.infer<typeof verificationRecord>;

/** A revocation or suspension asked for at a terminal, with the second person who approved it. */
export const revocationRecord = z.strictObject({
  type: z.literal('revocation'),
  permitNumber: z.string().regex(/^\d{18}$/),
  status: z.union([z.literal(1), z.literal(2)]).describe('1 cancelled or lost, 2 suspended by decision'),
  reason: z.enum(['lost', 'left', 'died', 'became-local', 'fraud', 'decision']),
  approvedBy: z.string().min(1),
  requestedBy: z.string().min(1),
  at: time,
});
export type RevocationRecord = z.infer<typeof revocationRecord>;

/** A blank was spoiled: it is accounted for and its key set erased. */
export const spoiledRecord = z.strictObject({ type: z.literal('spoiled'), serial: z.string().regex(/^[0-9a-f]{20}$/), reason: z.string(), at: time });

/** What is sealed into an outbox record (sync.md 3 "plain"), encoded as deterministic CBOR with these text keys. */
export const capturedRecord = z.discriminatedUnion('type', [issueRecord, verificationRecord, revocationRecord, spoiledRecord]);
export type CapturedRecord = z.infer<typeof capturedRecord>;

/** Smaller is sooner: revocations overtake everything in a later push (sync.md 3 "priority"). */
export const priorityOf = (type: CapturedRecord['type']): number => ({ revocation: 0, issue: 3, spoiled: 5, verification: 7 })[type];
