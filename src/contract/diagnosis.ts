import { z } from 'zod';
import { findingFacts, findingNexts, type FindingFact, type FindingNext } from './diagnosis-texts.js';

/** What the diagnosis looks at, in the order in which it should be mended. */
export const findingChecks = [
  'node', 'packages', 'disk', 'card-service', 'readers', 'terminal', 'key-store', 'clock', 'trust-list', 'status-list', 'delegation', 'card-rights', 'operators', 'outbox', 'torn-cards', 'torn-updates', 'epoch', 'platform', 'versions',
] as const;
export const findingCheck = z.enum(findingChecks);
export type FindingCheck = z.infer<typeof findingCheck>;

/**
 * One line of the diagnosis. `fact`: a sentence of `findingFacts`, `next`: what a person does about it, of `findingNexts`; `values` are for both (numbers, versions, names of
 * readers). `filled` puts them in. No personal data, no keys.
 */
export const finding = z.strictObject({
  check: findingCheck,
  state: z.enum(['ok', 'warn', 'fail']),
  fact: z.enum(Object.keys(findingFacts) as [FindingFact, ...FindingFact[]]),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  next: z.enum(Object.keys(findingNexts) as [FindingNext, ...FindingNext[]]).optional(),
});
export type Finding = z.infer<typeof finding>;
