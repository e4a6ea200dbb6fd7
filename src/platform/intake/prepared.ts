import type { FailureCode } from '../../contract/index.js';

/** Where an effect comes from: the captured record, as the terminal numbered it. */
export interface Origin {
  readonly terminal: string;
  readonly epoch: number;
  readonly seq: number;
}

/** A record after everything that needs no look at the registries: opened, parsed, verified, its personal data boxed. */
export type Prepared =
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly detail: string; readonly permitNumber?: string }
  | PreparedIssue
  | PreparedVerification
  | PreparedRevocation
  | PreparedSpoiled;

export interface PreparedIssue {
  readonly kind: 'issue';
  readonly permitNumber: string;
  readonly permitKind: number;
  readonly serial: string;
  readonly statusIndex: number;
  readonly issuedOn: string;
  readonly expiresOn: string | undefined;
  readonly issuedAt: number;
  readonly personKey: Uint8Array;
  /** the whole capture, boxed for table `captures` */
  readonly box: Uint8Array;
}
export interface PreparedVerification {
  readonly kind: 'verification';
  readonly permitNumber: string | undefined;
  readonly result: string;
  readonly reason: string;
  readonly mode: string;
  readonly at: number;
}
export interface PreparedRevocation {
  readonly kind: 'revocation';
  readonly permitNumber: string;
  readonly status: 0 | 1 | 2;
  readonly reason: string;
  readonly at: number;
  /** who asked and who approved, boxed for table `status_changes` */
  readonly box: Uint8Array;
}
export interface PreparedSpoiled {
  readonly kind: 'spoiled';
  readonly serial: string;
  readonly reason: string;
  readonly at: number;
}

/** One record of a batch on its way into the registries; `prepared` is absent for a number that was seen before. */
export interface IntakeRecord {
  readonly seq: number;
  readonly type: string;
  readonly capturedAt: number;
  readonly sealed: Uint8Array;
  readonly hash: Uint8Array;
  readonly prepared: Prepared | undefined;
}
