import { z } from 'zod';
import { call, event } from './calls.js';

/**
 * Between a host (Electron's main process, the launcher) and the service process that it started, over Node's IPC channel, JSON. `attach`: a UI was opened or opened anew, it
 * hears `hello` and all that follows. `address`: a new one-time address for a browser. `stop`: finish what is on a card, close, exit 0.
 */
export const hostMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('attach') }),
  z.strictObject({ kind: z.literal('call'), call }),
  z.strictObject({ kind: z.literal('address') }),
  z.strictObject({ kind: z.literal('ping') }),
  z.strictObject({ kind: z.literal('stop') }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

/** `ready` once, when calls are taken. `events`: one message may carry several. `pong` answers `ping`: a service that does not is hung and is started anew. */
export const serviceMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('event'), event }),
  z.strictObject({ kind: z.literal('address'), url: z.url() }),
  z.strictObject({ kind: z.literal('pong') }),
]);
export type ServiceMessage = z.infer<typeof serviceMessage>;
