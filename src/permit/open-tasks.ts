import type { FullDate } from './dates.js';
import { endorsementDue, endorsementWindowOpens } from './endorsement.js';
import { endorsementMissed, pastEnd, stateOn, type CitySettings, type PermitFile } from './life-cycle-file.js';
import { temporaryRenewal } from './service-rules.js';

/** Something that waits for the counter or the holder; `due` is the day by which, where the law names one. */
export interface OpenTask {
  readonly task: 'missing-papers' | 'issue-due' | 'issue-overdue' | 'pick-up' | 'endorsement-open' | 'endorsement-overdue' | 'renewal-open' | 'cancel-expired';
  readonly due?: FullDate;
}

const clock = (file: PermitFile, onDate: FullDate): OpenTask[] => {
  if (file.dueOn === undefined || (file.state !== 'accepted' && file.state !== 'approved')) return [];
  return [{ task: onDate > file.dueOn ? 'issue-overdue' : 'issue-due', due: file.dueOn }];
};

const endorsement = (file: PermitFile, onDate: FullDate, city: CitySettings): OpenTask[] => {
  if (file.issuedOn === undefined || (file.state !== 'active' && file.state !== 'suspended')) return [];
  const due = endorsementDue({ issued: file.issuedOn, expires: file.expiresOn, goodUntil: file.goodUntil });
  if (due === undefined || onDate < endorsementWindowOpens(file.issuedOn, due)) return [];
  return [{ task: endorsementMissed(file, onDate, city) ? 'endorsement-overdue' : 'endorsement-open', due }];
};

const renewal = (file: PermitFile, onDate: FullDate): OpenTask[] => {
  if (file.kind !== 2 || file.expiresOn === undefined || stateOn(file, onDate) !== 'active') return [];
  const window = temporaryRenewal(file.expiresOn);
  return window !== undefined && onDate >= window.extendFrom ? [{ task: 'renewal-open', due: file.expiresOn }] : [];
};

/** What is to be done about a permit on a day. Empty: nothing waits. */
export const openTasks = (file: PermitFile, onDate: FullDate, city: CitySettings = {}): readonly OpenTask[] => {
  if (pastEnd(file, onDate)) return [{ task: 'cancel-expired' }];
  return [
    ...(file.state === 'accepted' && file.missingPapers.length > 0 ? [{ task: 'missing-papers' } as const] : []),
    ...clock(file, onDate),
    ...(file.state === 'made' ? [{ task: 'pick-up' } as const] : []),
    ...endorsement(file, onDate, city),
    ...renewal(file, onDate),
  ];
};
