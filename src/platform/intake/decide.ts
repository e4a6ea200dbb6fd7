/**
 * What the registries say about a record, and what follows from it: pure, so that every database decides alike and a record is decided before the first
 * row of it is written (no savepoint, and nothing half-applied).
 */
export type BlankState = 'stock' | 'allotted' | 'used' | 'spoiled' | 'returned';

export interface IssueFacts {
  readonly terminal: string;
  /** the number stands for a permit and this is not another card of it */
  readonly numberTaken: boolean;
  readonly indexTaken: boolean;
  readonly indexOwner: string | undefined;
  readonly blank: { readonly state: BlankState; readonly terminal: string | undefined } | undefined;
}

/** Why an issued permit cannot be entered, as a stable word for the quarantine; undefined when it can. */
export const refuseIssue = (facts: IssueFacts): string | undefined => {
  if (facts.numberTaken) return 'permit-number-used';
  if (facts.indexOwner !== facts.terminal) return 'status-index-foreign';
  if (facts.indexTaken) return 'status-index-used';
  return refuseBlank(facts.terminal, facts.blank);
};

/** A blank leaves the stock once, at the terminal it was allotted to. */
export const refuseBlank = (terminal: string, blank: IssueFacts['blank']): string | undefined => {
  if (blank === undefined) return 'blank-unknown';
  if (blank.state !== 'stock' && blank.state !== 'allotted') return `blank-${blank.state}`;
  return blank.terminal === terminal ? undefined : 'blank-not-allotted';
};

/** A block is reported used when a number of its last quarter has arrived (sync.md 5). */
export const blockUsed = (block: { readonly first: number; readonly last: number; readonly highest: number | null }): boolean =>
  block.highest !== null && block.highest > block.last - (block.last - block.first + 1) / 4;
