import { z } from 'zod';

/** What the diagnosis looks at, in the order in which it should be mended. */
export const findingChecks = [
  'node', 'packages', 'disk', 'card-service', 'readers', 'terminal', 'key-store', 'clock', 'trust-list', 'status-list', 'delegation', 'card-rights', 'operators', 'outbox', 'torn-cards', 'torn-updates', 'epoch', 'platform', 'versions',
] as const;
export const findingCheck = z.enum(findingChecks);
export type FindingCheck = z.infer<typeof findingCheck>;

/**
 * One line of the diagnosis. `facts`: sentences of `findingFacts` with their values (numbers, versions, names of readers); `next`: what a person does about it.
 * No personal data, no keys.
 */
export const finding = z.strictObject({
  check: findingCheck,
  state: z.enum(['ok', 'warn', 'fail']),
  fact: z.string().describe('key of the fact tables'),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  next: z.string().optional().describe('key of the table of next steps'),
});
export type Finding = z.infer<typeof finding>;
