import type { FailureCode, RevocationRecord } from '../../contract/index.js';
import { applyEvent, type LifeCycleEvent, type PermitFile } from '../../permit/index.js';

/**
 * What the events of one permit amount to: pure, and told anew from the first event whenever one is added. Terminals send late and in any order;
 * because the events are put in the order of their own times first, every order of arrival ends in the same file and the same status.
 */
export interface LifeEvent {
  readonly at: number;
  readonly facts: LifeCycleEvent;
}
export interface Told {
  readonly file: PermitFile | undefined;
  /** for each event: undefined when it took effect, else why not */
  readonly codes: readonly (FailureCode | undefined)[];
}

/** `events` in the order of time. An event that the rules refuse is kept and changes nothing. */
export const tellLife = (events: readonly LifeEvent[], endorsementDueDayCounts: boolean): Told => {
  let file: PermitFile | undefined;
  const codes = events.map(({ facts }): FailureCode | undefined => {
    const result = applyEvent(file, facts, { endorsementDueDayCounts });
    if (!result.ok) return result.code;
    file = result.file;
    return undefined;
  });
  return { file, codes };
};

interface Standing {
  readonly ended: boolean;
  readonly lost: boolean;
  readonly suspended: boolean;
}

const revoked = (standing: Standing, status: 0 | 1 | 2, reason: RevocationRecord['reason']): Standing => {
  // Lifting a suspension leaves a lost card lost and a cancelled permit cancelled; without a suspension it lifts nothing.
  if (status === 0 || reason === 'restored') return { ...standing, suspended: false };
  if (status === 2) return { ...standing, suspended: true };
  return reason === 'lost' ? { ...standing, lost: true } : { ...standing, ended: true };
};

/**
 * Status of the newest card on the status list. A cancellation is for ever, a loss until another card is made, a suspension until it is lifted. It does
 * not ask whether the life-cycle rules agreed: what two people decided against a permit is published even when a record before it is missing.
 */
export const statusOf = (events: readonly LifeEvent[]): 0 | 1 | 2 => {
  let standing: Standing = { ended: false, lost: false, suspended: false };
  for (const { facts } of events) {
    if (facts.type === 'revocation') standing = revoked(standing, facts.status, facts.reason);
    if (facts.type === 'issue' && facts.replaces !== undefined) standing = { ...standing, lost: false };
  }
  if (standing.ended || standing.lost) return 1;
  return standing.suspended ? 2 : 0;
};

export interface ApplicationState {
  readonly state: string;
  readonly purpose: string | undefined;
  readonly dueOn: string | undefined;
  readonly missingPapers: number;
}

/** Where an application stands: `events` are those of its receipt that took effect, in the order of time. */
export const applicationOf = (events: readonly LifeEvent[]): ApplicationState => {
  let told: ApplicationState = { state: 'registered', purpose: undefined, dueOn: undefined, missingPapers: 0 };
  for (const { facts } of events) {
    if (facts.type === 'acceptance') told = { state: 'accepted', purpose: facts.purpose, dueOn: facts.dueOn, missingPapers: facts.missingPapers.length };
    if (facts.type === 'supplement') told = { ...told, missingPapers: facts.missingPapers.length };
    if (facts.type === 'review') told = { ...told, state: facts.decision };
    if (facts.type === 'issue') told = { ...told, state: 'made' };
  }
  return told;
};
