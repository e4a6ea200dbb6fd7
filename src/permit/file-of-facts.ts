import type { FullDate } from './dates.js';
import type { PermitFile } from './life-cycle-file.js';
import { permitStates, type PermitState } from './life-cycle-table.js';
import type { PermitKind } from './permit-number.js';

/** What the platform says of a permit by its number (sync.md 5); the contract's `PermitFacts` has this shape. */
export interface KnownFacts {
  /** the state on the day of the answer: what the calendar adds is in it */
  readonly state: string;
  readonly kind: PermitKind;
  readonly issuedOn: FullDate;
  readonly expiresOn?: FullDate | undefined;
  readonly goodUntil?: FullDate | undefined;
  readonly yearsCountFrom?: FullDate | undefined;
  /** newest first; `status` of the status list */
  readonly cards: readonly { readonly status: number }[];
}

/**
 * The state that the events made. The calendar suspends and ends without a word on the status list: a permit that is told suspended, or ended
 * although it has a fixed end, while its card stands as valid (0) or not yet confirmed (3), is in use, and the dates say the rest.
 */
const storedState = (told: PermitState, { expiresOn, cards: [newest] }: KnownFacts): PermitState => {
  if (newest?.status === 1 || newest?.status === 2) return told;
  return told === 'suspended' || (told === 'ended' && expiresOn !== undefined) ? 'active' : told;
};

/**
 * The file of a permit as far as the platform's answer goes; undefined for a state without a name. An application that is open at another
 * counter is not in the answer, nor what became of an old card.
 */
export const fileOfFacts = (facts: KnownFacts): PermitFile | undefined => {
  const { state, kind, issuedOn, expiresOn, goodUntil, yearsCountFrom } = facts;
  const told = permitStates.find((each) => each === state);
  if (told === undefined) return undefined;
  return {
    state: storedState(told, facts),
    kind,
    issuedOn,
    ...(expiresOn === undefined ? {} : { expiresOn }),
    ...(goodUntil === undefined ? {} : { goodUntil }),
    ...(yearsCountFrom === undefined ? {} : { yearsCountFrom }),
    missingPapers: [],
  };
};
