import type { FailureCode, IssueRecord, PinRecord, ReconciliationRecord, RevocationRecord, VerificationRecord } from '../../contract/index.js';
import type { LifeCycleEvent } from '../../permit/index.js';

/** Where an effect comes from: the captured record, as the terminal numbered it. */
export interface Origin {
  readonly terminal: string;
  readonly epoch: number;
  readonly seq: number;
}

/** A record after everything that needs no look at the registries: opened, parsed, verified, its personal data boxed. */
export type Prepared =
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly detail: string }
  | PreparedIssue
  | PreparedVerification
  | PreparedCheckViewed
  | PreparedRevocation
  | PreparedSpoiled
  | PreparedEvent
  | PreparedFee
  | PreparedReconciliation
  | PreparedPin;

/** What the registries must know before a record can have its effect. */
export interface Needs {
  readonly permitNumber: string | undefined;
  readonly serial: string | undefined;
  /** of the chip that a signed object is bound to */
  readonly thumbprint: Uint8Array | undefined;
}

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
  /** of the card's chip key, 8 bytes: objects on the card are bound to it */
  readonly thumbprint: Uint8Array;
  readonly replaces: IssueRecord['replaces'];
  readonly receipt: string | undefined;
  readonly facts: LifeCycleEvent;
}
/** Any other event of a permit's or an application's life: what matters in `facts`, the whole record in `box`. */
export interface PreparedEvent {
  readonly kind: 'event';
  readonly type: LifeCycleEvent['type'];
  readonly needs: Needs;
  readonly receipt: string | undefined;
  readonly personKey: Uint8Array | undefined;
  readonly at: number;
  readonly facts: LifeCycleEvent;
  readonly box: Uint8Array;
  /** of a card that came back: whether its chip was ended at the counter */
  readonly terminated: boolean | undefined;
}
export interface PreparedPin {
  readonly kind: 'pin';
  readonly permitNumber: string;
  readonly action: PinRecord['action'];
  readonly at: number;
  /** the whole record, boxed for table `pin_events` */
  readonly box: Uint8Array;
}
export interface PreparedFee {
  readonly kind: 'fee';
  readonly receipt: string;
  readonly permitNumber: string;
  readonly item: string;
  readonly fen: number;
  readonly day: string;
  readonly at: number;
  readonly box: Uint8Array;
}
export interface PreparedReconciliation {
  readonly kind: 'reconciliation';
  readonly day: string;
  readonly fees: ReconciliationRecord['fees'];
  readonly blanks: ReconciliationRecord['blanks'];
  readonly at: number;
  readonly box: Uint8Array;
}
export interface PreparedVerification {
  readonly kind: 'verification';
  readonly permitNumber: string | undefined;
  readonly result: string;
  readonly reason: string;
  readonly mode: string;
  /** the right by which the holder's data was opened as well */
  readonly access: VerificationRecord['access'];
  readonly purpose: VerificationRecord['purpose'];
  readonly at: number;
  /** who and where, boxed for table `verifications`; absent where neither was told */
  readonly box: Uint8Array | undefined;
}
export interface PreparedCheckViewed {
  readonly kind: 'check-viewed';
  readonly permitNumber: string | undefined;
  readonly checkedAt: number;
  readonly at: number;
  /** who looked, boxed for table `check_views` */
  readonly box: Uint8Array;
}
export interface PreparedRevocation {
  readonly kind: 'revocation';
  readonly permitNumber: string;
  readonly status: 0 | 1 | 2;
  readonly reason: RevocationRecord['reason'];
  readonly at: number;
  readonly facts: LifeCycleEvent;
  /** who asked and who approved, boxed for table `status_changes` */
  readonly box: Uint8Array;
}
export interface PreparedSpoiled {
  readonly kind: 'spoiled';
  readonly serial: string;
  readonly reason: string;
  readonly at: number;
}

/** A record sent ahead of the queue on its way into the registries. */
export interface AheadRecord {
  readonly seq: number;
  readonly type: string;
  readonly capturedAt: number;
  readonly sealed: Uint8Array;
  /** SHA-256 of `sealed` (sync.md 4.2) */
  readonly content: Uint8Array;
  /** absent for a number that was seen before */
  readonly prepared: Prepared | undefined;
}
/** One of a batch, with its place in the chain. */
export interface IntakeRecord extends AheadRecord {
  readonly hash: Uint8Array;
}
