import { isFullDate, type FullDate } from './dates.js';
import { decideEndorsement } from './endorsement.js';
import { cancellationReasons, type EventOf, type LifeCycleEvent } from './life-cycle-events.js';
import { endorsementMissed, suspendedByDecision, type CitySettings, type PermitFile } from './life-cycle-file.js';
import { issueEffect } from './issue-effect.js';
import { refuse, type Refusal } from './refusal.js';
import { ruleSetOn } from './rules.js';
import { issueDueOn, mayCorrect } from './service-rules.js';

/**
 * What each event does to a file once the transition table allows it: the guards that need more than the state, and the fields that
 * change. The codes are more exact here than STATE_NOT_ALLOWED.
 */
export type Effect = PermitFile | Refusal;
type Known<Type extends LifeCycleEvent['type']> = (file: PermitFile, event: EventOf<Type>, city: CitySettings) => Effect;

const blank: PermitFile = { state: 'registered', missingPapers: [] };
const written = (reason: string | undefined): boolean => (reason ?? '').trim() !== '';
const notAllowed = (detail: string): Refusal => refuse('STATE_NOT_ALLOWED', detail);

/** Years count from the first registration (Zhejiang 2016 Art. 16): registering again with a new address keeps it. */
const registration: Known<'registration'> = (file, { on }) => ({ ...file, state: 'registered', registeredOn: file.registeredOn ?? on });

const acceptance: Known<'acceptance'> = (file, { on, purpose, missingPapers, dueOn }) => {
  const days = ruleSetOn(on)?.issueDays;
  if (days === undefined) return refuse('KIND_NOT_AVAILABLE', 'on');
  if (!isFullDate(dueOn) || dueOn < on || dueOn > issueDueOn(on, days.most)) return refuse('DATE_IMPOSSIBLE', 'dueOn');
  if (new Set(missingPapers).size !== missingPapers.length) return refuse('INPUT_INVALID', 'missingPapers');
  if (suspendedByDecision(file)) return notAllowed(`suspended-by-decision acceptance:${purpose}`);
  if (purpose === 'correction' && !mayCorrect(file.madeOn ?? file.issuedOn, on)) return refuse('CORRECTION_TOO_LATE', 'on');
  const oldCard = purpose === 'first' ? {} : ({ oldCard: purpose === 'lost' ? 'lost' : 'out' } as const);
  return { ...file, ...oldCard, state: 'accepted', acceptedOn: on, purpose, missingPapers, dueOn };
};

/** The notice is given once (Order 663 Art. 9): later ones may only grow shorter. */
const supplement: Known<'supplement'> = (file, { missingPapers }) => {
  const known = missingPapers.every((paper) => file.missingPapers.includes(paper)) && new Set(missingPapers).size === missingPapers.length;
  return known ? { ...file, missingPapers } : notAllowed('accepted supplement names papers that the notice did not');
};

const review: Known<'review'> = (file, { decision, reason }) => {
  if (file.missingPapers.length > 0) return refuse('PAPERS_MISSING', String(file.missingPapers.length));
  if (decision === 'approved') return { ...file, state: 'approved' };
  if (!written(reason)) return refuse('REASON_REQUIRED', 'reason');
  const { purpose, dueOn: _dueOn, acceptedOn: _acceptedOn, ...kept } = file;
  if (purpose === undefined || purpose === 'first') return { ...file, state: 'refused' };
  // No other card, and the permit itself is what it was.
  if (file.oldCard === 'lost') return { ...kept, state: 'lost' };
  const { oldCard: _oldCard, ...before } = kept;
  return file.oldCard === 'returned' ? { ...kept, state: 'active' } : { ...before, state: 'active' };
};

const handOver: Known<'hand-over'> = (file, { oldCard }) => {
  const { purpose, dueOn: _dueOn, acceptedOn: _acceptedOn, oldCard: before, ...kept } = file;
  if (before === 'out' && oldCard !== 'returned') return refuse('OLD_CARD_REQUIRED', purpose ?? 'oldCard');
  const now = before === 'out' || oldCard === 'returned' ? 'returned' : before;
  return { ...kept, state: 'active', ...(now === undefined ? {} : { oldCard: now }) };
};

const endorsement: Known<'endorsement'> = (file, { on, decision, reason }, city) => {
  if (file.issuedOn === undefined) return refuse('INPUT_INVALID', 'issuedOn');
  const dates = { issued: file.issuedOn, expires: file.expiresOn, goodUntil: file.goodUntil, dueDayCounts: city.endorsementDueDayCounts };
  const grant = decideEndorsement(dates, on);
  if (!grant.ok) return grant.detail === 'before-window' ? refuse('ENDORSEMENT_TOO_EARLY', 'before-window') : grant;
  if (decision === 'endorsed') return { ...file, goodUntil: grant.goodUntil, ...(grant.yearsCountFrom === undefined ? {} : { yearsCountFrom: grant.yearsCountFrom }) };
  return written(reason) ? { ...file, state: 'ended', ended: 'not-qualified' } : refuse('REASON_REQUIRED', 'reason');
};

/** Late or not, a change is recorded (Zhejiang 2016 Art. 13, 19); `residenceChangeLate` tells which. */
const residenceChange: Known<'residence-change'> = (file, { on, changedOn }) =>
  !isFullDate(changedOn) || changedOn > on ? refuse('DATE_IMPOSSIBLE', 'changedOn') : file;

const reportLost = (file: PermitFile, on: FullDate): Effect => {
  // Written down elsewhere before the newest card was made: it speaks of the card before, which that making has listed already.
  if (file.madeOn !== undefined && on < file.madeOn && file.oldCard !== undefined && file.oldCard !== 'out') return { ...file, oldCard: 'lost' };
  if (file.state === 'suspended') return { ...file, state: 'lost', suspendedByDecision: true };
  if (file.state === 'active') return { ...file, state: 'lost' };
  // While another card is made, what can be lost is the one in the holder's hands; a card that waits alone is lost itself.
  if (file.oldCard === 'out') return { ...file, oldCard: 'lost', ...(file.purpose === 'damaged' ? { purpose: 'lost' } : {}) };
  if (file.state !== 'made') return notAllowed(`${file.state} revocation:lost`);
  const { purpose: _purpose, dueOn: _dueOn, acceptedOn: _acceptedOn, oldCard: _oldCard, ...kept } = file;
  return { ...kept, state: 'lost' };
};

const statusOf = (file: PermitFile, { reason }: EventOf<'revocation'>): 0 | 1 | 2 => {
  if (reason === 'decision') return 2;
  // Lifting the suspension of a lost permit leaves its card listed as lost.
  return reason === 'restored' && file.state !== 'lost' ? 0 : 1;
};

/** Nothing was issued yet that could be lost or cancelled. A status list, which may be all that is known off-line, tells of no day: what stands on it was issued. */
const neverIssued = ({ issuedOn, state }: PermitFile): boolean => issuedOn === undefined && (state === 'accepted' || state === 'approved');

const revocation: Known<'revocation'> = (file, event, city) => {
  const { reason, on } = event;
  if (neverIssued(file)) return notAllowed(`${file.state} revocation:${reason}`);
  if (event.status !== statusOf(file, event)) return refuse('INPUT_INVALID', 'status');
  if (reason === 'lost') return reportLost(file, on);
  if (reason === 'decision') return suspendedByDecision(file) ? notAllowed('suspended-by-decision revocation:decision') : { ...file, state: 'suspended' };
  if (reason === 'restored') {
    if (!suspendedByDecision(file)) return notAllowed(`${endorsementMissed(file, on, city) ? 'endorsement-overdue' : file.state} revocation:restored`);
    const { suspendedByDecision: _decision, ...kept } = file;
    return { ...kept, state: file.state === 'lost' ? 'lost' : 'active' };
  }
  return cancellationReasons.some((each) => each === reason) ? { ...file, state: 'ended', ended: reason } : notAllowed(`${file.state} revocation:${reason}`);
};

const cardReturn: Known<'card-return'> = (file, { reason }) => {
  if (reason === 'replaced' || reason === 'correction') {
    if (file.oldCard !== 'out') return file.oldCard === 'lost' ? { ...file, oldCard: 'returned' } : file;
    return { ...file, oldCard: 'returned' };
  }
  return file;
};

/** The file after the event, or the refusal. `file` undefined: none was opened yet. */
export const effectOf = (file: PermitFile | undefined, event: LifeCycleEvent, city: CitySettings): Effect => {
  const known = file ?? blank;
  switch (event.type) {
    case 'registration':
      return registration(known, event, city);
    case 'acceptance':
      return acceptance(known, event, city);
    case 'supplement':
      return supplement(known, event, city);
    case 'review':
      return review(known, event, city);
    case 'issue':
      return issueEffect(known, event);
    case 'hand-over':
      return handOver(known, event, city);
    case 'endorsement':
      return endorsement(known, event, city);
    case 'residence-change':
      return residenceChange(known, event, city);
    case 'revocation':
      return revocation(known, event, city);
    case 'card-return':
      return cardReturn(known, event, city);
  }
};
