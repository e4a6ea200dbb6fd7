import { z } from 'zod';
import { application } from './resident.js';
import { checkPlace, checkPurpose, operation } from './purposes.js';
import { finding } from './diagnosis.js';
import { historyEntry, historyLine } from './check.js';
import { counterWorkflows } from './counter.js';
import { sessionShown } from './state.js';
import { verdict } from './verdict.js';

const operator = z.string().trim().min(1).max(40);
const password = z.string().min(1).max(200);
const reader = z.string().max(200).optional();
const permitNumber = z.string().regex(/^\d{18}$/);
/** Of the newest card of a permit. */
const permitStatus = z.enum(['valid', 'cancelled', 'suspended', 'unconfirmed']);
const nothing = z.strictObject({});

/** Every workflow that a UI may start: its input, and what it ends with. Refusals and faults end in a failure code instead. */
export const workflows = {
  /** one-time code of the platform; once. `name`: of this terminal, as the platform lists it; its mode unless stated */
  enrol: { input: { url: z.url(), code: z.string().trim().min(1).max(4_000), name: z.string().trim().min(1).max(60).optional() }, outcome: nothing },
  'sign-in': { input: { operator, password }, outcome: sessionShown },
  'sign-out': { input: {}, outcome: nothing },
  /** why and where the checks that follow are made */
  'set-operation': { input: { purpose: checkPurpose, place: checkPlace }, outcome: operation },
  /** police: checks every card that is put down, without a click, until it is cancelled. Tells `check` events. Questions: `operation` (answer: operation) when none is chosen; `next` (answer: nothing) after each verdict or refusal. One at a time: another start ends the one before */
  watch: { input: {}, outcome: nothing },
  /** the verdict alone, of the card that lies there */
  verify: { input: { reader }, outcome: z.strictObject({ verdict, seq: z.int() }) },
  /** police: captured with who, why and where, OPERATION_REQUIRED without */
  'look-up': {
    input: { permitNumber },
    outcome: z.discriminatedUnion('source', [
      z.strictObject({ source: z.literal('platform'), permitNumber, status: permitStatus, state: z.string(), division: z.string().describe('six digits, of the number'), kind: z.enum(['residence', 'temporary']), issued: z.string(), goodUntil: z.string().optional(), expires: z.string().optional(), askedAt: z.int() }),
      z.strictObject({ source: z.literal('lists'), permitNumber, status: permitStatus, listAgeSeconds: z.number() }),
    ]),
  },
  history: { input: {}, outcome: z.strictObject({ lines: z.array(historyLine), purgedAfterHours: z.int() }) },
  'history-open': { input: { id: z.string().max(64) }, outcome: historyEntry },
  sync: { input: {}, outcome: z.strictObject({ pushed: z.int(), pullsFailed: z.array(z.string()) }) },
  diagnose: { input: {}, outcome: z.strictObject({ healthy: z.boolean(), at: z.int(), findings: z.array(finding) }) },
  /** writes the redacted bundle; `file`: where it lies */
  'save-diagnosis': { input: {}, outcome: z.strictObject({ file: z.string(), bytes: z.int() }) },
  /** ends the reader process and begins another */
  'restart-readers': { input: {}, outcome: z.strictObject({ readers: z.int() }) },
  /** onto the blank that lies there */
  issue: { input: { application, photo: z.base64(), reader }, outcome: z.strictObject({ permitNumber, serial: z.string(), can: z.string(), seq: z.int(), resumed: z.boolean() }) },
  /** the operator's way out of the locked-down window: by whoever is signed in, or with these credentials where nobody is */
  leave: { input: { operator: operator.optional(), password: password.optional() }, outcome: nothing },
  ...counterWorkflows,
  /** demonstration: puts a virtual card down; null takes it away */
  tray: { input: { card: z.string().max(80).nullable() }, outcome: nothing },
} as const satisfies Record<string, { readonly input: z.ZodRawShape; readonly outcome: z.ZodType }>;

export type WorkflowName = keyof typeof workflows;
export const workflowNames = Object.keys(workflows) as WorkflowName[];
export type WorkflowOutcome<N extends WorkflowName> = z.infer<(typeof workflows)[N]['outcome']>;
