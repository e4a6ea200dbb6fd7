import { z } from 'zod';

export const fullDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** What a resident may agree to beyond what the law makes a permit of (Personal Information Protection Law Art. 13, 14). */
export const consents = ['points', 'telecom', 'bank', 'insurance', 'messages'] as const;

/** An application for a permit as the counter hands it in (resident.json of the command line). Dates are YYYY-MM-DD. */
export const application = z.strictObject({
  name: z.string().min(1).max(50),
  sex: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(9)]).describe('GB/T 2261.1'),
  ethnicGroup: z.int().min(1).max(98).describe('GB/T 3304'),
  birth: fullDate,
  idNumber: z.string().describe('GB 11643, 18 characters'),
  registeredAddress: z.string().min(1).max(100),
  residence: z.strictObject({
    division: z.string().regex(/^\d{12}$/),
    address: z.string().min(1).max(100),
    rentalHouse: z.string().max(40).optional(),
    employer: z.string().max(60).optional(),
    since: fullDate,
  }),
  kind: z.enum(['residence', 'temporary']),
  registeredOn: fullDate.describe('day of the residence registration (居住登记); residence counts from it'),
  /** grounds of the 2016 rules: employment, housing, schooling; or talent (exempt) */
  grounds: z.array(z.enum(['employment', 'housing', 'schooling', 'talent'])),
  /** full years of social insurance paid here (2009 rules) */
  insuranceYears: z.int().min(0).optional(),
  /** class of the temporary permit under the 2009 rules, months of validity */
  stayMonths: z.int().min(1).max(36).optional(),
  guardian: z.strictObject({ name: z.string().min(1).max(50), idNumber: z.string(), relation: z.string().min(1).max(20) }).optional(),
  /** applies for an adult who cannot come (Order 663 Art. 9); both identity cards are shown */
  agent: z
    .strictObject({ name: z.string().min(1).max(50), idNumber: z.string(), relation: z.string().min(1).max(20), reason: z.enum(['aged', 'disabled', 'ill']) })
    .optional(),
  phone: z.string().max(20).optional(),
  /** the text that the resident was shown (Personal Information Protection Law Art. 17, 35), and what was agreed to */
  notice: z.strictObject({ id: z.string().min(1).max(40), version: z.int().positive(), consents: z.array(z.enum(consents)) }).optional(),
});
export type Application = z.infer<typeof application>;
