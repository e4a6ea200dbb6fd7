import type { FullDate } from './dates.js';
import type { PermitKind } from './permit-number.js';

/** Why a card is made: the first one, or another card of a permit that exists (换领 for damage, 补领 for loss, 更正, and the exchange of an older permit). */
export const purposes = ['first', 'damaged', 'lost', 'correction', 'exchange'] as const;
export type Purpose = (typeof purposes)[number];

export const cancellationReasons = ['left', 'died', 'became-local', 'fraud', 'not-qualified', 'departed', 'expired'] as const;
export type CancellationReason = (typeof cancellationReasons)[number];
/** `found` is among the platform's reasons and is no step of a permit: a card once reported lost is never accepted again. */
export const revocationReasons = [...cancellationReasons, 'lost', 'decision', 'restored', 'found'] as const;
export type RevocationReason = (typeof revocationReasons)[number];

export const cardReturnReasons = ['replaced', 'cancelled', 'found', 'seized', 'correction'] as const;
export type CardReturnReason = (typeof cardReturnReasons)[number];

interface Dated<Type extends string> {
  readonly type: Type;
  /** the day in China on which it was done */
  readonly on: FullDate;
}

/** What happens to a permit: the captured records of the same `type`, without names, numbers and bytes. */
export type LifeCycleEvent =
  | Dated<'registration'>
  | (Dated<'acceptance'> & { readonly purpose: Purpose; readonly missingPapers: readonly string[]; readonly dueOn: FullDate })
  | (Dated<'supplement'> & { readonly missingPapers: readonly string[] })
  | (Dated<'review'> & { readonly decision: 'approved' | 'refused'; readonly reason?: string | undefined })
  /** `replaces` absent: the first card; `expiresOn` absent: no fixed end */
  | (Dated<'issue'> & { readonly kind: PermitKind; readonly expiresOn?: FullDate | undefined; readonly replaces?: Exclude<Purpose, 'first'> | undefined })
  | (Dated<'hand-over'> & { readonly oldCard: 'none' | 'returned' | 'lost' })
  | (Dated<'endorsement'> & { readonly decision: 'endorsed' | 'refused'; readonly reason?: string | undefined })
  | (Dated<'residence-change'> & { readonly changedOn: FullDate })
  | (Dated<'revocation'> & { readonly status: 0 | 1 | 2; readonly reason: RevocationReason })
  | (Dated<'card-return'> & { readonly reason: CardReturnReason });

export type EventOf<Type extends LifeCycleEvent['type']> = Extract<LifeCycleEvent, { readonly type: Type }>;

/** An event's kind with its purpose, decision or reason: the rows of the transition table (firmware-specs/life-cycle.md 3). */
export type Step =
  | 'registration'
  | `acceptance:${Purpose}`
  | 'supplement'
  | `review:${EventOf<'review'>['decision']}`
  | `issue:${Purpose}`
  | 'hand-over'
  | `endorsement:${EventOf<'endorsement'>['decision']}`
  | 'residence-change'
  | `revocation:${RevocationReason}`
  | `card-return:${CardReturnReason}`;

/** Every step there is. */
export const steps: readonly Step[] = [
  'registration',
  ...purposes.map((purpose) => `acceptance:${purpose}` as const),
  'supplement',
  'review:approved',
  'review:refused',
  ...purposes.map((purpose) => `issue:${purpose}` as const),
  'hand-over',
  'endorsement:endorsed',
  'endorsement:refused',
  'residence-change',
  ...revocationReasons.map((reason) => `revocation:${reason}` as const),
  ...cardReturnReasons.map((reason) => `card-return:${reason}` as const),
];

export const stepOf = (event: LifeCycleEvent): Step => {
  switch (event.type) {
    case 'acceptance':
      return `acceptance:${event.purpose}`;
    case 'review':
      return `review:${event.decision}`;
    case 'issue':
      return `issue:${event.replaces ?? 'first'}`;
    case 'endorsement':
      return `endorsement:${event.decision}`;
    case 'revocation':
      return `revocation:${event.reason}`;
    case 'card-return':
      return `card-return:${event.reason}`;
    case 'registration':
    case 'supplement':
    case 'hand-over':
    case 'residence-change':
      return event.type;
  }
};
