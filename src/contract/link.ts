import { z } from 'zod';
import { call, event } from './calls.js';
import { keypadAnswer, keypadAsk } from './keypad.js';
import { failureCodes, type FailureCode } from './failures.js';

/**
 * Between a host (Electron's main process, the launcher) and the service process that it started, over Node's IPC channel, JSON. `attach`: a UI was opened or opened anew, it
 * hears `hello` and all that follows. `detach`: the UI is gone; what ends before the next `attach` is told then. `keypad`: the host can show a keypad (`open`) from now on, or not any more; `keypad-answer` is what
 * was typed there. `address`: a new one-time address for a browser. `stop`: finish
 * what is on a card, close, exit 0.
 */
export const hostMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('attach') }),
  z.strictObject({ kind: z.literal('detach') }),
  z.strictObject({ kind: z.literal('call'), call }),
  z.strictObject({ kind: z.literal('keypad'), open: z.boolean() }),
  z.strictObject({ kind: z.literal('keypad-answer'), answer: keypadAnswer }),
  z.strictObject({ kind: z.literal('address') }),
  z.strictObject({ kind: z.literal('ping') }),
  z.strictObject({ kind: z.literal('stop') }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

/**
 * `ready` once, when calls are taken. `failed`: it cannot begin (STORAGE_LOCKED: another one serves this data folder) and exits with 1; starting it anew at once is of no use.
 * `event` after `attach`; `leave` also to a host that has not attached: a browser shows the app and the host closes it. `keypad`: what the holder is asked for now, null:
 * nothing any more. `pong` answers `ping`: a service that does not is hung and is started anew.
 */
export const serviceMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('failed'), code: z.enum(failureCodes as [FailureCode, ...FailureCode[]]), detail: z.string().optional() }),
  z.strictObject({ kind: z.literal('event'), event }),
  z.strictObject({ kind: z.literal('keypad'), ask: keypadAsk.nullable() }),
  z.strictObject({ kind: z.literal('address'), url: z.url() }),
  z.strictObject({ kind: z.literal('pong') }),
]);
export type ServiceMessage = z.infer<typeof serviceMessage>;
