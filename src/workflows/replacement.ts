import { done, failed, type CardReturnRecord, type IssueRecord, type Outcome } from '../contract/index.js';
import { checkPermitNumber, isFullDate, mayCorrect, type PermitKind } from '../permit/index.js';

/** Another card of a permit that exists: the permit keeps its number, the card gets a status index of its own. Dates are YYYY-MM-DD. */
export interface Replacement {
  readonly permitNumber: string;
  /** `exchange`: of a card of the old rules for one of today's. */
  readonly reason: NonNullable<IssueRecord['replaces']>;
  /** Day of issue of the permit, as its cards say. */
  readonly issued: string;
  /** Day on which the card was made that is replaced, when it was not the first one: a correction is due on it. */
  readonly madeOn?: string;
  /** The fixed end of a permit of the 2009 rules. */
  readonly expires?: string;
  /** Of the newest endorsement; absent in the first year. */
  readonly goodUntil?: string;
  readonly yearsCountFrom?: string;
  /** What became of the old card. A lost one is listed by the platform when it takes the record. */
  readonly oldCard: 'returned' | 'lost';
  /** Operator id. */
  readonly by: string;
  /** The supervisor of a correction, another person than the operator. */
  readonly approvedBy?: string;
}

/** The replacement with the day on which it was decided: its rules, its division codes and its new objects are of that day, however late the card is finished. */
export type DecidedReplacement = Replacement & { readonly on: string };

/**
 * OLD_CARD_REQUIRED: only a lost card is not handed back. CORRECTION_TOO_LATE: a mistake is put right free of charge on the day the card was made only, and APPROVAL_REQUIRED: by
 * two people. DATE_IMPOSSIBLE and INPUT_INVALID name the field.
 */
export function checkReplacement(replacement: Replacement, today: string): Outcome<DecidedReplacement> {
  const { permitNumber, reason, issued, madeOn, expires, goodUntil, yearsCountFrom, oldCard, by, approvedBy } = replacement;
  const number = checkPermitNumber(permitNumber);
  if (!number.ok) return failed(number.code, 'replaces.permitNumber');
  if (by.trim() === '') return failed('INPUT_INVALID', 'by');
  for (const [field, date] of Object.entries({ issued, madeOn, expires, goodUntil, yearsCountFrom })) {
    if (date !== undefined && (!isFullDate(date) || date < issued)) return failed('DATE_IMPOSSIBLE', `replaces.${field}`);
  }
  if (issued > today || (yearsCountFrom ?? issued) > today) return failed('DATE_IMPOSSIBLE', issued > today ? 'replaces.issued' : 'replaces.yearsCountFrom');
  if (yearsCountFrom !== undefined && goodUntil === undefined) return failed('INPUT_INVALID', 'replaces.goodUntil');
  if (expires !== undefined && expires < today) return failed('STATE_NOT_ALLOWED', 'permit-expired');
  if ((oldCard === 'lost') !== (reason === 'lost')) return failed(reason === 'lost' ? 'INPUT_INVALID' : 'OLD_CARD_REQUIRED', 'oldCard');
  if (reason === 'correction') {
    if (!mayCorrect(madeOn ?? issued, today)) return failed('CORRECTION_TOO_LATE');
    if (approvedBy === undefined || approvedBy.trim() === '' || approvedBy === by) return failed('APPROVAL_REQUIRED');
  }
  return done({ ...replacement, on: today });
}

/** The exchange of a permit with a fixed end begins a new term, by the rules of today (Zhejiang 2016 Art. 39); any other card keeps its permit's. */
export const beginsAnew = ({ reason, expires }: Replacement): boolean => reason === 'exchange' && expires !== undefined;

export const kindOfNumber = (permitNumber: string): PermitKind => {
  const parts = checkPermitNumber(permitNumber);
  if (!parts.ok) throw new RangeError('a permit number that was checked before');
  return parts.kind;
};

/** The old card that came back over the counter; a lost one did not. */
export function returnOf({ permitNumber, reason, by }: Replacement, at: number): CardReturnRecord | undefined {
  if (reason === 'lost') return undefined;
  return { type: 'card-return', permitNumber, reason: reason === 'correction' ? 'correction' : 'replaced', by, at };
}
