import { z } from 'zod';
import type { Call, ServiceEvent } from './calls.js';

/**
 * What a host puts before the UI as `window.residenceCard`, and nothing else. Every listener is told from now on; what it returns takes it away again.
 * `send` while the link is down is lost: a `start` is sent once more when the link is up, and starts nothing twice.
 */
export interface HostBridge {
  readonly host: 'electron';
  /** Throws when the call cannot be copied to another process (a proxy, a function); a call that the contract does not know is dropped by the host. */
  send(call: Call): void;
  /** Once a page, after its listeners are there: the link's state is told, and the service tells `hello` and all that follows, now and whenever it was started anew. */
  attach(): void;
  /** Prints what the page shows to paper (`@media print`), or into a file that the clerk chooses. Told by `onHost`. */
  print(request: PrintRequest): void;
  onEvent(listener: (event: ServiceEvent) => void): () => void;
  onLink(listener: (state: LinkState) => void): () => void;
  onHost(listener: (event: HostEvent) => void): () => void;
}

/** `down`: the service ended or is being started anew by the host. */
export type LinkState = 'up' | 'down';

/** `roll-80`: receipt paper of 80 mm; `id-1`: a card's face, 85.6 × 54 mm. */
export const papers = ['a4', 'roll-80', 'id-1'] as const;
export type Paper = (typeof papers)[number];
export const printRequest = z.strictObject({
  paper: z.enum(papers),
  to: z.enum(['printer', 'pdf']),
  lengthMm: z.int().min(20).max(3_000).optional().describe('of the sheet, where the paper is a roll'),
});
export type PrintRequest = z.infer<typeof printRequest>;

/** `leave-requested`: the operator pressed the keys of the way out; the UI shows its leave screen. `print-…`: what became of the last print; `print-cancelled`: the clerk closed the dialog. */
export type HostEvent = 'leave-requested' | 'print-done' | 'print-failed' | 'print-cancelled';
