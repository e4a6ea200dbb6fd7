import type { FullDate } from './dates.js';
import { endorsementOverdue } from './endorsement.js';
import type { Purpose } from './life-cycle-events.js';
import type { From, PermitState } from './life-cycle-table.js';
import type { PermitKind } from './permit-number.js';

/**
 * What must be known of a permit to decide its next step; no name, no number, no card. `state` is what the events made of it:
 * what the calendar adds (endorsement overdue, end passed) is asked by `stateOn`, so that no event has to happen at midnight.
 */
export interface PermitFile {
  readonly state: PermitState;
  readonly kind?: PermitKind;
  readonly registeredOn?: FullDate;
  /** day of acceptance of the application that is open */
  readonly acceptedOn?: FullDate;
  /** day of issue of the permit; another card of it keeps this day, and with it the anniversaries */
  readonly issuedOn?: FullDate;
  /** day on which the newest card was made; absent: `issuedOn` */
  readonly madeOn?: FullDate;
  readonly expiresOn?: FullDate;
  readonly goodUntil?: FullDate;
  readonly yearsCountFrom?: FullDate;
  /** what the one notice (一次性告知) named and is still to come */
  readonly missingPapers: readonly string[];
  /** last day to issue (15-day clock) */
  readonly dueOn?: FullDate;
  /** why the card that is being made is made */
  readonly purpose?: Purpose;
  /** why it ended: a reason of cancellation */
  readonly ended?: string;
  /** the card before: still with the holder, handed back, or lost */
  readonly oldCard?: 'out' | 'returned' | 'lost';
  /** lost while suspended by decision: no new card until the suspension is lifted */
  readonly suspendedByDecision?: true;
}

/** What the city sets and not the law; absent: the rule set of the day. */
export interface CitySettings {
  readonly endorsementDueDayCounts?: boolean | undefined;
}

/** Whether a decision suspends the permit, apart from any date. */
export const suspendedByDecision = (file: PermitFile): boolean => file.state === 'suspended' || file.suspendedByDecision === true;

/** Whether the yearly endorsement was missed; false before the issue and for a permit with a fixed end. */
export const endorsementMissed = (file: PermitFile, onDate: FullDate, city: CitySettings = {}): boolean =>
  file.issuedOn !== undefined &&
  endorsementOverdue({ issued: file.issuedOn, expires: file.expiresOn, goodUntil: file.goodUntil, dueDayCounts: city.endorsementDueDayCounts }, onDate);

const hasEnd: readonly PermitState[] = ['accepted', 'approved', 'made', 'active', 'suspended', 'lost'];

/** Whether the fixed end has passed. An exchange that was accepted before the end is still carried out after it (Wenzhou 2013 Art. 12). */
export const pastEnd = (file: PermitFile, onDate: FullDate): boolean => {
  if (file.expiresOn === undefined || onDate <= file.expiresOn || !hasEnd.includes(file.state)) return false;
  return !(file.purpose === 'exchange' && (file.state === 'accepted' || file.state === 'approved'));
};

/** The state on a day: what the events made of the permit, and what the calendar adds. */
export const stateOn = (file: PermitFile, onDate: FullDate, city: CitySettings = {}): PermitState => {
  if (pastEnd(file, onDate)) return 'ended';
  return file.state === 'active' && endorsementMissed(file, onDate, city) ? 'suspended' : file.state;
};

/** The row of the transition table that holds on a day. */
export const startingPoint = (file: PermitFile | undefined, onDate: FullDate, city: CitySettings = {}): From => {
  if (file === undefined) return 'none';
  return pastEnd(file, onDate) ? 'past-end' : stateOn(file, onDate, city);
};
