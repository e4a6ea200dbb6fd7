import type { Outcome } from '../contract/index.js';
import { issuePermit, type Issued, type IssueOptions } from './issue-permit.js';
import type { IssueContext } from './ports.js';
import type { Replacement } from './replacement.js';

/**
 * Makes another card of a permit onto the blank that lies there: for a damaged, lost or wrong card, or one of the old rules. As an issue, and torn and resumed as one, but the permit
 * keeps its number, and its newest endorsement is carried over to the new chip before anything is captured. The outbox gets the `issue` that
 * `replaces`, and in the same transaction the `card-return` of the old card.
 */
export const replacePermit = (
  ctx: IssueContext,
  application: unknown,
  photo: Uint8Array,
  replaces: Replacement,
  options: Pick<IssueOptions, 'receipt'> = {},
): Promise<Outcome<Issued>> => issuePermit(ctx, application, photo, { ...options, replaces });
