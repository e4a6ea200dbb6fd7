import { addMonths, type FullDate } from './dates.js';
import { refuse, type Refusal } from './refusal.js';
import { ruleSetOn } from './rules.js';

/** The dates of a permit that decide whether and when it must be endorsed (签注). */
export interface EndorsementDates {
  readonly issued: FullDate;
  /** present: a fixed end, hence no yearly endorsement */
  readonly expires?: FullDate | undefined;
  /** `goodUntil` of the newest endorsement; absent: never endorsed, the first year counts from the issue */
  readonly goodUntil?: FullDate | undefined;
  /** the city's setting, whether the due day itself still counts; absent: as the rule set of the issue says */
  readonly dueDayCounts?: boolean | undefined;
}

const settings = (issued: FullDate) => ruleSetOn(issued)?.endorsement ?? { everyMonths: 12, windowMonths: 1, dueDayCounts: true };

/** The day by which the permit must be endorsed; undefined when it has a fixed end. */
export const endorsementDue = ({ issued, expires, goodUntil }: EndorsementDates): FullDate | undefined =>
  expires === undefined ? (goodUntil ?? addMonths(issued, settings(issued).everyMonths)) : undefined;

/** The first day on which the endorsement due on `due` can be made (浙江 Art. 19: within the month before). */
export const endorsementWindowOpens = (issued: FullDate, due: FullDate): FullDate => addMonths(due, -settings(issued).windowMonths);

/** Whether the permit's use is suspended on a day because the endorsement was missed (Order 663 Art. 10). */
export const endorsementOverdue = (dates: EndorsementDates, onDate: FullDate): boolean => {
  const due = endorsementDue(dates);
  if (due === undefined) return false;
  return (dates.dueDayCounts ?? settings(dates.issued).dueDayCounts) ? onDate > due : onDate >= due;
};

export interface EndorsementGrant {
  readonly ok: true;
  readonly endorsedOn: FullDate;
  readonly goodUntil: FullDate;
  /** present after a late endorsement: the years of residence count anew from this day (Order 663 Art. 10) */
  readonly yearsCountFrom?: FullDate;
}

/**
 * The yearly endorsement on a day. Due days stay the anniversaries of the issue (浙江 Art. 19), also after a late endorsement; an
 * endorsement inside the window of an anniversary covers the year after it. Too early is refused (`before-window`).
 */
export const decideEndorsement = (dates: EndorsementDates, onDate: FullDate): EndorsementGrant | Refusal => {
  const due = endorsementDue(dates);
  if (due === undefined) return refuse('NOT_ELIGIBLE', 'fixed-end');
  if (onDate < endorsementWindowOpens(dates.issued, due)) return refuse('NOT_ELIGIBLE', 'before-window');
  const every = settings(dates.issued).everyMonths;
  let months = every;
  while (endorsementWindowOpens(dates.issued, addMonths(dates.issued, months)) <= onDate) months += every;
  const grant = { ok: true, endorsedOn: onDate, goodUntil: addMonths(dates.issued, months) } as const;
  return endorsementOverdue(dates, onDate) ? { ...grant, yearsCountFrom: onDate } : grant;
};
