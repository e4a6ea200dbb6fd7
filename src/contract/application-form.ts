import { z } from 'zod';
import { consents, fullDate } from './resident.js';

/**
 * An application while it is being filled in: texts as they were typed, nothing is required. What a clerk has typed is kept field by field, so it must hold what is wrong or half done too;
 * `form-check` says what keeps it from being an `application`.
 */
const text = (most: number) => z.string().max(most);
const person = z.strictObject({ name: text(50), idNumber: text(18), relation: text(20) }).partial();

export const grounds = ['employment', 'housing', 'schooling', 'talent'] as const;
export type Ground = (typeof grounds)[number];

/** Papers that a clerk asks for (Order 663 Art. 8 and 9, Zhejiang 2016 Art. 16 and 17); which of them, says `form-check`. */
export const paperCodes = ['identity-card', 'photo', 'proof-of-residence', 'proof-of-employment', 'proof-of-schooling', 'proof-of-talent', 'insurance-record', 'guardian-identity', 'guardian-relation', 'agent-identity', 'agent-authority', 'old-card', 'loss-statement'] as const;
export const paperCode = z.enum(paperCodes);
export type PaperCode = z.infer<typeof paperCode>;

export const purposes = ['first', 'damaged', 'lost', 'correction', 'exchange'] as const;
export const purpose = z.enum(purposes);
export type Purpose = z.infer<typeof purpose>;

export const applicationForm = z.strictObject({
  name: text(50).optional(),
  sex: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(9)]).optional(),
  ethnicGroup: z.int().min(1).max(98).optional(),
  birth: text(10).optional(),
  idNumber: text(18).optional(),
  registeredAddress: text(100).optional(),
  /** 12 digits when it is whole */
  division: text(12).optional(),
  address: text(100).optional(),
  rentalHouse: text(40).optional(),
  employer: text(60).optional(),
  since: text(10).optional(),
  registeredOn: text(10).optional(),
  kind: z.enum(['residence', 'temporary']).optional(),
  grounds: z.array(z.enum(grounds)).optional(),
  insuranceYears: text(2).optional(),
  stayMonths: z.int().min(1).max(36).optional(),
  phone: text(20).optional(),
  guardian: person.optional(),
  agent: person.extend({ reason: z.enum(['aged', 'disabled', 'ill']).optional() }).optional(),
  /** papers that lie on the desk */
  papers: z.array(paperCode).optional(),
  /** the notice that the resident was shown, and what was agreed to */
  notice: z.strictObject({ id: text(40), version: z.int().positive() }).optional(),
  consents: z.array(z.enum(consents)).optional(),
  /** why somebody who was found under the same number is another person, as the clerk saw it */
  distinctReason: text(200).optional(),
});
export type ApplicationForm = z.infer<typeof applicationForm>;

/** Where a new permit is: the task list of the counter. `write` to `done`: the application is accepted. */
export const formSteps = ['identity', 'duplicates', 'address', 'work', 'papers', 'notice', 'photo', 'kind', 'answers', 'write', 'hand-over', 'done'] as const;
export const formStep = z.enum(formSteps);
export type FormStep = z.infer<typeof formStep>;

/**
 * What is kept of a form between two key strokes, boxed: lost by nobody, shown to nobody who is not signed in. `receipt`: it was accepted. `issued`: its card was written; what is left is to hand it
 * over. Both are the service's: what a UI says of them is not looked at.
 */
export const formDraft = z.strictObject({
  id: z.uuid(),
  purpose,
  /** of the permit that gets another card */
  permitNumber: z.string().regex(/^\d{18}$/).optional(),
  form: applicationForm,
  /** JPEG */
  photo: z.base64().max(16_000).optional(),
  step: formStep,
  receipt: z.string().max(40).optional(),
  dueOn: fullDate.optional(),
  issued: z.strictObject({ permitNumber: z.string(), serial: z.string(), can: z.string(), issuedOn: fullDate.optional().describe('day of issue, as its card says') }).optional(),
  pinSet: z.boolean().optional(),
  savedAt: z.int().optional().describe('seconds since 1970 UTC'),
});
export type FormDraft = z.infer<typeof formDraft>;
