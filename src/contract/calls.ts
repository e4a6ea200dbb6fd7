import { z } from 'zod';
import { application } from './resident.js';
import { verdict } from './verdict.js';
import { failureCodes, type FailureCode } from './failures.js';

/** Between UI and service: three verbs and one stream. A feature adds a workflow, not a channel. */
const workflowInput = z.discriminatedUnion('workflow', [
  z.strictObject({ workflow: z.literal('issue'), application, photo: z.base64(), reader: z.string().optional() }),
  z.strictObject({ workflow: z.literal('read'), reader: z.string().optional() }),
  z.strictObject({ workflow: z.literal('verify'), reader: z.string().optional(), mode: z.enum(['counter', 'kiosk', 'police']) }),
]);
export type WorkflowInput = z.infer<typeof workflowInput>;

export const call = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('start'), run: z.uuid(), input: workflowInput }),
  z.strictObject({ verb: z.literal('answer'), run: z.uuid(), question: z.string(), answer: z.unknown() }),
  z.strictObject({ verb: z.literal('cancel'), run: z.uuid() }),
]);
export type Call = z.infer<typeof call>;

const failureCode = z.enum(failureCodes as [FailureCode, ...FailureCode[]]);
export const issueSteps = ['check', 'open', 'authenticate', 'prepare', 'write', 'activate', 'read-back', 'register'] as const;

export const event = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('readers'), readers: z.array(z.strictObject({ name: z.string(), cardPresent: z.boolean() })) }),
  z.strictObject({ event: z.literal('step'), run: z.uuid(), step: z.enum([...issueSteps, 'chip', 'verdict']), done: z.int(), of: z.int() }),
  z.strictObject({ event: z.literal('verdict'), run: z.uuid(), verdict }),
  z.strictObject({ event: z.literal('done'), run: z.uuid(), value: z.unknown() }),
  z.strictObject({ event: z.literal('failed'), run: z.uuid(), code: failureCode, detail: z.string().optional() }),
]);
export type ServiceEvent = z.infer<typeof event>;
