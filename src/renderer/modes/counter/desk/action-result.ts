import type { DeskAction, WorkflowName, WorkflowOutcome } from '../../../../contract/index.js';
import type { Text } from '../../../i18n/index.js';
import type { PrintDocument } from '../../../print/documents.js';
import { serialOf, subjectOf, type ActionForm, type DeskShown } from './desk-work.js';

type Ended = WorkflowOutcome<WorkflowName>;

/** What was done, as one sentence. */
export const doneWords = (t: Text['t'], action: DeskAction['action'], value: Ended): string => {
  if (action === 'endorse' && 'goodUntil' in value && value.goodUntil !== undefined) return 'yearsCountFrom' in value && value.yearsCountFrom !== undefined ? t('counterDesk.doneEndorsedLate', { date: value.goodUntil, from: value.yearsCountFrom }) : t('counterDesk.doneEndorsed', { date: value.goodUntil });
  if (action === 'move') return 'late' in value && value.late ? t('counterDesk.doneMovedLate') : t('counterDesk.doneMoved');
  if (action === 'match-body') return t('counterDesk.doneMatched');
  if (action === 'resume' && 'how' in value) return t(`counterDesk.resumed-${value.how}`);
  if ('ended' in value) return value.ended ? t('counterDesk.doneReturnedEnded') : t('counterDesk.doneReturned');
  return t('counterDesk.done', { action: t(`counterWords.action-${action}`) });
};

/** The slip of what was done; null: it has none. By number alone nobody is named. */
export const slipOf = (action: DeskAction['action'], shown: DeskShown, form: ActionForm, value: Ended, today: string): PrintDocument | null => {
  const { permitNumber } = subjectOf(shown);
  const name = shown.kind === 'card' ? (shown.card.holder?.name ?? '') : '';
  switch (action) {
    case 'endorse':
      if (!('goodUntil' in value) || value.goodUntil === undefined) return null;
      return { document: 'endorsement', permitNumber, name, endorsedOn: today, goodUntil: value.goodUntil, ...('yearsCountFrom' in value && value.yearsCountFrom !== undefined ? { yearsCountFrom: value.yearsCountFrom } : {}) };
    case 'move':
      return { document: 'move', permitNumber, name, address: form.address.trim(), ...(form.employer.trim() === '' ? {} : { employer: form.employer.trim() }), changedOn: form.changedOn, late: 'late' in value && value.late };
    case 'refuse-endorsement':
      return { document: 'refusal', what: 'endorsement', reference: permitNumber, name, reason: form.reason.trim(), rule: 'endorse-yearly', refusedOn: today };
    case 'hand-over':
      return { document: 'hand-over', permitNumber, serialEnd: (serialOf(shown) ?? '').slice(-4), name, receivedBy: form.receivedBy, oldCard: form.oldCard, pinSet: shown.kind === 'card' && shown.card.pin === 'set', handedOn: today };
    default:
      return null;
  }
};
