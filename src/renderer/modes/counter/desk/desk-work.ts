import type { DeskAction, DeskCard, Purpose, WorkflowInput, WorkflowOutcome } from '../../../../contract/index.js';
import { permitDigits, permitNumberLength } from '../../common/permit-number.js';

/** The letter of an action never changes with the state of a permit: the hand learns it. F3 is the endorsement's as everywhere. */
export const actionKeys = {
  endorse: 'E',
  move: 'M',
  'replace-damaged': 'D',
  'replace-lost': 'L',
  'report-lost': 'R',
  found: 'F',
  suspend: 'S',
  restore: 'B',
  correct: 'C',
  'reset-pin': 'P',
  'set-pin': 'I',
  'change-pin': 'K',
  'match-body': 'V',
  return: 'T',
  seize: 'Z',
  cancel: 'X',
  exchange: 'N',
  'hand-over': 'H',
  'refuse-endorsement': 'J',
  resume: 'G',
} as const satisfies Readonly<Record<DeskAction['action'], string>>;

/** What the desk shows: a card that lies there, or what is known of a permit without its card. */
export type PermitShown = WorkflowOutcome<'permit-desk'>;
export type DeskShown = { readonly kind: 'card'; readonly card: DeskCard } | { readonly kind: 'permit'; readonly permit: PermitShown };

export const subjectOf = (shown: DeskShown): Pick<DeskCard, 'permitNumber' | 'state' | 'actions' | 'facts'> => (shown.kind === 'card' ? shown.card : shown.permit);
/** None where no body is known: by the lists alone, and of a card that did not prove itself. */
export const serialOf = (shown: DeskShown): string | undefined => {
  const serial = shown.kind === 'card' ? shown.card.serial : shown.permit.facts?.cards[0]?.serial;
  return serial === '' ? undefined : serial;
};

/** What somebody most likely came for stands first and has the focus: what was broken off, then what this state asks for. What takes something away from a holder comes late. */
const needs: readonly DeskAction['action'][] = [
  'resume', 'hand-over', 'endorse', 'restore', 'replace-lost', 'found', 'exchange', 'move', 'replace-damaged', 'correct', 'set-pin', 'change-pin', 'reset-pin', 'match-body', 'report-lost', 'refuse-endorsement', 'suspend', 'return', 'seize', 'cancel',
];
/** Who holds out a card that is a forgery, or void, goes without it. */
const takingIn: readonly DeskAction['action'][] = ['found', 'return', 'seize'];
export const byNeed = (shown: DeskShown): readonly DeskAction[] => {
  const ended = ['ended', 'past-end'].includes(subjectOf(shown).state) || (shown.kind === 'card' && ['cloned', 'forged', 'rolled-back'].includes(shown.card.verdict.result));
  const rank = ({ action }: DeskAction): number => (ended && takingIn.includes(action) ? takingIn.indexOf(action) - takingIn.length : needs.indexOf(action));
  return subjectOf(shown).actions.toSorted((one, other) => rank(one) - rank(other));
};

/** What another card of a permit is made for: these go on in the form. */
export const purposeOf = (action: DeskAction['action']): Purpose | undefined => {
  switch (action) {
    case 'replace-damaged':
      return 'damaged';
    case 'replace-lost':
      return 'lost';
    case 'correct':
      return 'correction';
    case 'exchange':
      return 'exchange';
    default:
      return undefined;
  }
};

export const cancelReasons = ['left', 'died', 'became-local', 'not-qualified', 'departed', 'fraud', 'expired'] as const;
export type CancelReason = (typeof cancelReasons)[number];
export const returnReasons = ['replaced', 'cancelled', 'correction'] as const;
export type ReturnReason = (typeof returnReasons)[number];

/** What an action's panel holds; each takes of it what is its own. */
export interface ActionForm {
  reason: string;
  cancelReason: CancelReason | null;
  returnReason: ReturnReason;
  end: boolean;
  division: string | undefined;
  address: string;
  rentalHouse: string;
  employer: string;
  changedOn: string;
  receivedBy: 'holder' | 'guardian' | 'agent';
  oldCard: 'none' | 'returned' | 'lost';
  /** as printed on the card */
  bodyNumber: string;
  can: string;
}

export const newForm = (shown: DeskShown, today: string): ActionForm => {
  const residence = shown.kind === 'card' ? shown.card.residence : undefined;
  return {
    reason: '',
    cancelReason: null,
    returnReason: ['ended', 'past-end'].includes(subjectOf(shown).state) ? 'cancelled' : 'replaced',
    end: shown.kind === 'card',
    division: undefined,
    address: '',
    rentalHouse: '',
    employer: residence?.employer ?? '',
    changedOn: today,
    receivedBy: 'holder',
    oldCard: 'none',
    bodyNumber: '',
    can: '',
  };
};

export type FormField = 'reason' | 'cancelReason' | 'division' | 'address' | 'changedOn' | 'bodyNumber' | 'can';

const canOf = ({ can }: ActionForm): string => can.normalize('NFKC').trim();

const bodyNumberMissing = (form: ActionForm): readonly FormField[] => (permitDigits(form.bodyNumber).length === permitNumberLength ? [] : ['bodyNumber']);
/** A forgery may tell no number that can be believed: it is booked by the one that is printed on it. */
export const asksBodyNumber = (action: DeskAction['action'], shown: DeskShown): boolean => action === 'seize' && subjectOf(shown).permitNumber === '';

/** What is still to be filled in, in the order of the fields. */
export const missingFields = (action: DeskAction['action'], form: ActionForm, shown: DeskShown): readonly FormField[] => {
  switch (action) {
    case 'refuse-endorsement':
      return form.reason.trim() === '' ? ['reason'] : [];
    case 'cancel':
      return form.cancelReason === null ? ['cancelReason'] : [];
    case 'move':
      return [...(form.division === undefined ? (['division'] as const) : []), ...(form.address.trim() === '' ? (['address'] as const) : []), ...(/^\d{4}-\d{2}-\d{2}$/.test(form.changedOn) ? [] : (['changedOn'] as const))];
    case 'match-body':
      return [...bodyNumberMissing(form), ...(/^\d{6}$/.test(canOf(form)) ? [] : (['can'] as const))];
    case 'seize':
      return asksBodyNumber(action, shown) ? bodyNumberMissing(form) : [];
    default:
      return [];
  }
};

const filled = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

/** A seized card keeps its chip: the permit lives on (Order 663 Art. 18). */
const endsChip = (action: DeskAction['action'], form: ActionForm): boolean => (action === 'return' || action === 'found') && form.end;

/** The workflow of an action, on the reader from which the card was read. Null: it is done elsewhere (the form, the holder's keypad), or something is missing. */
export const inputOf = (action: DeskAction['action'], shown: DeskShown, form: ActionForm, reader?: string): WorkflowInput | null => {
  const at = reader === undefined ? {} : { reader };
  const { permitNumber: told } = subjectOf(shown);
  const permitNumber = asksBodyNumber(action, shown) ? permitDigits(form.bodyNumber) : told;
  const serial = serialOf(shown);
  // Which of several cards came back, a number does not say.
  const came = shown.kind === 'card' || (shown.permit.facts?.cards.length ?? 0) < 2 ? serial : undefined;
  const returned = (reason: 'found' | 'seized' | ReturnReason): WorkflowInput => ({ workflow: 'return-card', permitNumber, ...(came === undefined ? {} : { serial: came }), reason, end: endsChip(action, form) && shown.kind === 'card', ...at });
  switch (action) {
    case 'endorse':
      return { workflow: 'endorse', permitNumber, ...at };
    case 'refuse-endorsement':
      return { workflow: 'refuse-endorsement', permitNumber, reason: form.reason.trim() };
    case 'move': {
      if (form.division === undefined) return null;
      const [rentalHouse, employer] = [filled(form.rentalHouse), filled(form.employer)];
      return { workflow: 'move', permitNumber, residence: { division: form.division, address: form.address.trim(), ...(rentalHouse === undefined ? {} : { rentalHouse }), ...(employer === undefined ? {} : { employer }) }, changedOn: form.changedOn, ...at };
    }
    case 'report-lost':
    case 'suspend':
    case 'restore':
      return { workflow: 'change-status', permitNumber, change: action };
    case 'cancel':
      return form.cancelReason === null ? null : { workflow: 'change-status', permitNumber, change: 'cancel', reason: form.cancelReason };
    case 'found':
      return returned('found');
    case 'seize':
      return returned('seized');
    case 'return':
      return returned(form.returnReason);
    case 'reset-pin':
      return { workflow: 'reset-pin', permitNumber, ...at };
    case 'match-body':
      return { workflow: 'match-body', permitNumber: permitDigits(form.bodyNumber), can: canOf(form), ...at };
    case 'hand-over':
      return serial === undefined ? null : { workflow: 'hand-over', permitNumber, serial, receivedBy: form.receivedBy, oldCard: form.oldCard };
    case 'resume':
      return { workflow: 'resume-update', ...at };
    case 'set-pin':
    case 'change-pin':
    case 'replace-damaged':
    case 'replace-lost':
    case 'correct':
    case 'exchange':
      return null;
  }
};

/** Actions that write onto the card or ask its chip: its steps are shown. */
export const touchesCard = (action: DeskAction['action'], form: ActionForm): boolean => ['endorse', 'move', 'reset-pin', 'resume', 'set-pin', 'change-pin', 'match-body'].includes(action) || endsChip(action, form);

/** The tone and the sign of a permit whose card was not checked. "In force" has no green: that is a card's whose every check passed. */
export const stateTone = (state: string): 'neutral' | 'suspended' | 'revoked' | 'undetermined' => {
  switch (state) {
    case 'active':
    case 'made':
    case 'registered':
    case 'accepted':
    case 'approved':
      return 'neutral';
    case 'suspended':
    case 'past-end':
      return 'suspended';
    case 'lost':
    case 'ended':
    case 'refused':
      return 'revoked';
    default:
      return 'undetermined';
  }
};
