import { z } from 'zod';
import { verdict } from './verdict.js';
import { failureCodes, type FailureCode } from './failures.js';

const code = z.enum(failureCodes as [FailureCode, ...FailureCode[]]);
const time = z.int().describe('seconds since 1970 UTC');

/** What an officer compares with the person: read from an authentic card with the terminal's right, shown, kept nowhere. */
export const holderShown = z.strictObject({
  name: z.string(),
  sex: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(9)]).describe('GB/T 2261.1'),
  birth: z.string(),
  /** JPEG */
  photo: z.base64(),
});
export type HolderShown = z.infer<typeof holderShown>;

/**
 * The check of one card in a watch, told anew at each change. `verdict` outlives the card, until the next card, `next`, or the blanking time. `refused`: no verdict could be
 * had (no permit, taken away too early, reader lost).
 */
export const check = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('waiting') }),
  z.strictObject({ phase: z.literal('reading'), reader: z.string(), since: time }),
  z.strictObject({
    phase: z.literal('verdict'),
    reader: z.string(),
    at: time,
    verdict,
    cardPresent: z.boolean(),
    holder: holderShown.optional(),
    /** why nothing of the holder was opened although the card proved itself */
    closed: code.optional(),
    seq: z.int().optional().describe('of the record in the queue; absent while the card is still being read: a worse verdict may follow, never a better one'),
  }),
  z.strictObject({ phase: z.literal('refused'), reader: z.string().optional(), at: time, code, detail: z.string().optional() }),
]);
export type Check = z.infer<typeof check>;

/** A line of the shift's history: what was answered about a card, nobody's data. */
export const historyLine = z.strictObject({
  id: z.string(),
  at: time,
  result: z.string(),
  maskedNumber: z.string().describe("first six and last four digits; '' where the card named none"),
  listIssuedAt: z.int().nullable(),
  purpose: z.string(),
});
export type HistoryLine = z.infer<typeof historyLine>;

/** One line opened: logged and queued. */
export const historyEntry = historyLine.extend({ permitNumber: z.string().nullable(), place: z.string(), by: z.string(), verdict });
export type HistoryEntry = z.infer<typeof historyEntry>;
