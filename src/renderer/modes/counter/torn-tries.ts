import type { FailureCode, TornCard } from '../../../contract/index.js';

/** What is told of a card that is not the half-written one. */
const anotherCard: readonly FailureCode[] = ['CARD_BLANK', 'CARD_VOID', 'CARD_NOT_PERMIT', 'CARD_PROFILE', 'CARD_ALREADY_ISSUED', 'CARD_OTHER_APPLICATION', 'CARD_TERMINATED', 'KEY_SET_MISSING'];
const noCard: readonly FailureCode[] = ['CARD_ABSENT', 'READER_NOT_FOUND', 'READER_SERVICE_DOWN'];

/** The card itself is at fault: trying it again the same way helps nobody. */
const atFault: readonly FailureCode[] = ['READ_BACK_DIFFERS', 'CARD_ANSWER_INVALID'];

/** After so many tries on a card another blank is taken. */
export const mostTries = 3;

export const isAnotherCard = (code: FailureCode): boolean => anotherCard.includes(code);
export const saysOfCard = (code: FailureCode): boolean => !isAnotherCard(code) && !noCard.includes(code);

/** The journal counts the tries in which the card said which one it is; a silent card is counted by whoever looks on. `seen`: tries when that began, and failures since. */
export const mayGiveUp = ({ tries }: Pick<TornCard, 'tries'>, seen: number, last: FailureCode | null): boolean => Math.max(tries, seen) >= mostTries || (last !== null && atFault.includes(last));
