import { addDays, addMonths, daysBetween, type FullDate } from './dates.js';
import type { Step } from './life-cycle-events.js';
import { ruleSetOn } from './rules.js';

/** Small rules of the counter that need a day or a number and no file. */

/** The last day to issue: `issueDays` calendar days from the acceptance (Order 663 Art. 9, Zhejiang 2016 Art. 18). */
export const issueDueOn = (acceptedOn: FullDate, issueDays: number): FullDate => addDays(acceptedOn, issueDays);

/** Whether a change of address or workplace is reported after more than `changeDays` days (Zhejiang 2016 Art. 13, 19; Wenzhou 2013 Art. 15). */
export const residenceChangeLate = (changedOn: FullDate, onDate: FullDate, changeDays: number): boolean => daysBetween(changedOn, onDate) > changeDays;

/** A wrong card is set right on the day on which it was made, by its spoiled blank and another; afterwards it is replaced. */
export const mayCorrect = (madeOn: FullDate | undefined, onDate: FullDate): boolean => madeOn === onDate;

/** What a step costs, in fen: only another card for a damaged or lost one (Order 663 Art. 21); our own mistake and the exchange of an older permit are free (Zhejiang 2016 Art. 39). */
export const feeFor = (step: Step, fees: { readonly replacement: number }): number => (step === 'issue:damaged' || step === 'issue:lost' ? fees.replacement : 0);

/** From which day a temporary permit that ends on `expiresOn` is extended to the longest class, and from which it is renewed (Wenzhou 2013 Art. 12); undefined when the rules know none. */
export const temporaryRenewal = (expiresOn: FullDate): { readonly extendFrom: FullDate; readonly renewFrom: FullDate } | undefined => {
  const temporary = ruleSetOn(expiresOn)?.temporary;
  if (temporary === undefined) return undefined;
  return { extendFrom: addMonths(expiresOn, -temporary.extensionMonths), renewFrom: addDays(expiresOn, -temporary.renewalDays) };
};
