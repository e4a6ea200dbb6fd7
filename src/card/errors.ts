import { statusText } from '../iso7816/index.js';

/** What a card that is present did wrong; each is a failure code of the contract under the same name. */
export type CardErrorCode = 'CARD_ANSWER_INVALID' | 'CARD_STATUS' | 'CARD_SM_BROKEN';

/**
 * The card answered, but not in a way the conversation can go on. The detail names a command and a status word, never data.
 * Foreseen answers (another application, a wrong cryptogram, a clone) are values and not this.
 */
export class CardError extends Error {
  override readonly name = 'CardError';
  constructor(
    readonly code: CardErrorCode,
    readonly detail: string,
    readonly sw?: number,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}

const hex4 = (sw: number): string => sw.toString(16).padStart(4, '0').toUpperCase();

export const statusError = (command: string, sw: number): CardError => new CardError('CARD_STATUS', `${command}: ${hex4(sw)} ${statusText(sw)}`, sw);
export const answerError = (command: string, cause?: unknown): CardError =>
  new CardError('CARD_ANSWER_INVALID', command, undefined, cause === undefined ? undefined : { cause });
