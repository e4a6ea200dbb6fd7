import { isFullDate } from './dates.js';
import type { EventOf } from './life-cycle-events.js';
import { suspendedByDecision, type PermitFile } from './life-cycle-file.js';
import { refuse, type Refusal } from './refusal.js';
import { ruleSetOn } from './rules.js';
import { mayCorrect } from './service-rules.js';

/** Kind and end of a permit that begins on this day, by the rules in force on it. */
const checkTerms = ({ on, kind, expiresOn }: EventOf<'issue'>): Refusal | undefined => {
  const rules = ruleSetOn(on);
  if (rules === undefined) return refuse('KIND_NOT_AVAILABLE', 'on');
  if (kind === 2 && rules.temporary === undefined) return refuse('KIND_NOT_AVAILABLE', 'kind');
  // A yearly endorsement and a fixed end exclude each other: Order 663 Art. 4 has no end among the items of the face.
  if ((rules.endorsement === undefined) !== (expiresOn !== undefined)) return refuse('INPUT_INVALID', 'expiresOn');
  return undefined;
};

/**
 * A card was made (制证). The first one opens the permit; another card keeps the permit's day of issue, kind, end and endorsement (Order 663
 * Art. 11, 23). A correction may set right what was typed wrong; the exchange of a permit with a fixed end begins a new term (Zhejiang
 * 2016 Art. 39, Wenzhou 2013 Art. 12).
 */
export const issueEffect = (file: PermitFile, event: EventOf<'issue'>): PermitFile | Refusal => {
  const { on, kind, expiresOn, replaces } = event;
  const purpose = replaces ?? 'first';
  const refused = (why: string): Refusal => refuse('STATE_NOT_ALLOWED', `${why} issue:${purpose}`);
  if (expiresOn !== undefined && (!isFullDate(expiresOn) || expiresOn < on)) return refuse('DATE_IMPOSSIBLE', 'expiresOn');
  if (file.state === 'approved' && file.purpose !== purpose) return refused(`approved-for-${file.purpose ?? 'first'}`);
  if (suspendedByDecision(file)) return refused('suspended-by-decision');
  if (purpose === 'correction' && file.state !== 'approved' && !mayCorrect(file.madeOn ?? file.issuedOn, on)) return refuse('CORRECTION_TOO_LATE', 'on');

  const begins = purpose === 'first' || file.issuedOn === undefined || (purpose === 'exchange' && file.expiresOn !== undefined);
  if (begins || purpose === 'correction') {
    const fault = checkTerms(event);
    // A correction of today's card of an older permit keeps that permit's terms, which the rules of today may not know.
    if (fault !== undefined && (begins || file.kind !== kind || file.expiresOn !== expiresOn)) return fault;
  } else {
    if (file.kind !== undefined && file.kind !== kind) return refuse('INPUT_INVALID', 'kind');
    if (file.expiresOn !== expiresOn) return refuse('INPUT_INVALID', 'expiresOn');
  }
  const { expiresOn: _expiresOn, ...kept } = file;
  return {
    ...kept,
    state: 'made',
    kind,
    purpose,
    issuedOn: begins ? on : (file.issuedOn ?? on),
    madeOn: on,
    ...(expiresOn === undefined ? {} : { expiresOn }),
    ...oldCardOf(file, purpose),
  };
};

/** Where the card before this one is. A correction before the hand-over leaves the holder with what they had. */
const oldCardOf = (file: PermitFile, purpose: EventOf<'issue'>['replaces'] | 'first'): Pick<PermitFile, 'oldCard'> => {
  if (purpose === 'lost') return { oldCard: 'lost' };
  if (purpose === 'first' || file.state === 'made') return {};
  return file.state === 'approved' ? {} : { oldCard: 'out' };
};
