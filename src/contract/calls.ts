import { z } from 'zod';
import { check } from './check.js';
import { failureCodes, type FailureCode } from './failures.js';
import { serviceState } from './state.js';
import { workflowNames, workflows, type WorkflowName } from './workflows.js';

/** A shape without fields is inferred as one that may have none at all, `workflow` included. */
type FieldsOf<N extends WorkflowName> = keyof (typeof workflows)[N]['input'] extends never ? unknown : z.infer<z.ZodObject<(typeof workflows)[N]['input'], z.core.$strict>>;

/**
 * Between UI and service: three verbs and one stream. A feature adds a workflow, not a channel. A `start` with the id of a run that is known starts nothing: what it
 * told last is told again, so a UI that lost its connection may send it once more.
 */
export type WorkflowInput = { readonly [N in WorkflowName]: { readonly workflow: N } & FieldsOf<N> }[WorkflowName];
const inputs = workflowNames.map((name) => z.strictObject({ workflow: z.literal(name), ...workflows[name].input }));
// The tuple type of the union's members is lost by map; the type above is built from the same table.
const workflowInput = z.discriminatedUnion('workflow', inputs as unknown as [z.ZodObject<{ workflow: z.ZodLiteral<WorkflowName> }>]) as unknown as z.ZodType<WorkflowInput>;

const run = z.uuid();
export const call = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('start'), run, input: workflowInput }),
  z.strictObject({ verb: z.literal('answer'), run, question: z.string().max(40), answer: z.unknown() }),
  z.strictObject({ verb: z.literal('cancel'), run }),
]);
export type Call = z.infer<typeof call>;

const failureCode = z.enum(failureCodes as [FailureCode, ...FailureCode[]]);
export const workflowSteps = ['check', 'open', 'authenticate', 'prepare', 'write', 'activate', 'read-back', 'register', 'chip', 'rights', 'verdict'] as const;
export type WorkflowStep = (typeof workflowSteps)[number];

/**
 * What a run asks of the UI. `operation`: an operation. `next`: nothing. `approval`: `{operator, password}` of a second person, who approves what the run does; a refusal ends the run with its code. What the holder
 * types (`set-pin`) is asked of the keypad, never of the UI.
 */
export const questions = ['operation', 'next', 'approval'] as const;
export type Question = (typeof questions)[number];

/**
 * A UI that connects hears `hello`, `state`, then of every run that goes on its `started` and the last `step`, `question` and `check`; ended runs that nobody heard of end again.
 * `leave`: the window may close now (the host acts on it). Unknown events are skipped by an older UI.
 */
export const event = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('hello'), protocol: z.literal(1), version: z.string() }),
  z.strictObject({ event: z.literal('state'), state: serviceState }),
  z.strictObject({ event: z.literal('started'), run, workflow: z.enum(workflowNames as [WorkflowName, ...WorkflowName[]]) }),
  z.strictObject({ event: z.literal('step'), run, step: z.enum(workflowSteps), done: z.int(), of: z.int() }),
  z.strictObject({ event: z.literal('question'), run, question: z.enum(questions) }),
  z.strictObject({ event: z.literal('check'), run, check }),
  z.strictObject({ event: z.literal('done'), run, value: z.unknown() }),
  z.strictObject({ event: z.literal('failed'), run, code: failureCode, detail: z.string().optional() }),
  z.strictObject({ event: z.literal('leave') }),
]);
export type ServiceEvent = z.infer<typeof event>;
