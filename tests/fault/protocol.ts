import type { QueueCounts } from '../../src/outbox/index.js';

/**
 * What parent and terminal process say to one another, a line of JSON each. `at` is the time inside a record; the suite gives every record another one,
 * so that it names the capture wherever it lies: in the queue, in a registry or in quarantine, under whatever number.
 */
export type RecordKind = 'verification' | 'revocation' | 'issue' | 'poison';
export interface WantedRecord {
  readonly kind: RecordKind;
  readonly at: number;
  readonly permitNumber?: string;
  readonly status?: 0 | 2;
  /** an invented person, for an issue */
  readonly person?: number;
}

export type Request =
  | { readonly do: 'capture'; readonly records: readonly WantedRecord[] }
  | { readonly do: 'sync'; readonly timeoutMs: number }
  | { readonly do: 'state' }
  | { readonly do: 'begin-epoch'; readonly epoch: number };

/** `code` of a failure is one of the product's, or INTERNAL for an exception without one: that is a finding. */
export interface Reply {
  readonly ok: boolean;
  readonly code?: string;
  readonly detail?: string;
  readonly captured?: number;
  readonly pushed?: number;
  readonly quarantined?: number;
  readonly counts?: Pick<QueueCounts, 'pending' | 'epoch' | 'captured' | 'acknowledged' | 'quarantined'>;
  readonly chainSound?: boolean;
  readonly clockTrusted?: boolean;
}

/** Said first, once; then `captured`, after the record is durable, and one `reply` a request. */
export type Said =
  | { readonly ready: { readonly pid: number } }
  | { readonly failed: string }
  | { readonly captured: { readonly at: number; readonly kind: RecordKind; readonly permitNumber?: string } }
  | { readonly reply: Reply };

/** Flags of the child programs: a guarantee taken away, to see that the oracle notices. */
export const mistakes = { noReceiptCheck: '--mistake=no-receipt-check', noIdempotenceKey: '--mistake=no-idempotence-key' } as const;
