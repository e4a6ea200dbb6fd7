import type { FailureCode, TornCard } from '../../../contract/index.js';

/** What is told of another card than the half-written one, or of none: it says nothing of the card that is looked for. */
const notThisCard: readonly FailureCode[] = ['CARD_ABSENT', 'CARD_BLANK', 'CARD_VOID', 'CARD_NOT_PERMIT', 'CARD_PROFILE', 'CARD_ALREADY_ISSUED', 'CARD_OTHER_APPLICATION', 'CARD_TERMINATED', 'KEY_SET_MISSING', 'READER_NOT_FOUND', 'READER_SERVICE_DOWN'];

/** The card itself is at fault: trying it again the same way helps nobody. */
const atFault: readonly FailureCode[] = ['READ_BACK_DIFFERS', 'CARD_ANSWER_INVALID'];

/** After so many tries on a card another blank is taken. */
export const mostTries = 3;

export const saysOfCard = (code: FailureCode): boolean => !notThisCard.includes(code);

/** The journal counts the tries in which the card said which one it is; a silent card is counted by whoever looks on. `seen`: tries when that began, and failures since. */
export const mayGiveUp = ({ tries }: Pick<TornCard, 'tries'>, seen: number, last: FailureCode | null): boolean => Math.max(tries, seen) >= mostTries || (last !== null && atFault.includes(last));
