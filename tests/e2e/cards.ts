import type { Application, VerdictResult } from '../../src/contract/index.js';
import type { CardFaults } from '../../src/emulator/index.js';

/**
 * The cards of the world, one for each verdict and each refusal. Every one is an image of its own that the emulated card runs from; what cannot be written into an image (a chip
 * that stays silent) is a fault that is set when the card is put down.
 */
export const cardNames = [
  'valid', 'neighbour', 'due', 'overdue', 'suspended', 'expired', 'revoked', 'cloned', 'forged', 'rolled-back', 'unconfirmed', 'silent', 'blank', 'terminated', 'foreign', 'mute',
] as const;
export type CardName = (typeof cardNames)[number];

/** What the police check says of each, and the reason of the line that decides. */
export const expectedVerdicts = {
  valid: ['valid', 'listed-valid'],
  neighbour: ['valid', 'listed-valid'],
  due: ['valid', 'endorsement-due'],
  overdue: ['suspended', 'endorsement-overdue'],
  suspended: ['suspended', 'listed-suspended'],
  expired: ['expired', 'permit-expired'],
  revoked: ['revoked', 'listed-cancelled'],
  cloned: ['cloned', 'chip-answer-wrong'],
  forged: ['forged', 'sod-signature'],
  'rolled-back': ['rolled-back', 'older-than-known'],
  unconfirmed: ['unconfirmed', 'not-confirmed'],
  silent: ['undetermined', 'chip-silent'],
} as const satisfies Partial<Record<CardName, readonly [VerdictResult, string]>>;
export type JudgedCard = keyof typeof expectedVerdicts;
export const judgedCards = Object.keys(expectedVerdicts) as JudgedCard[];

/** Cards of which no verdict is had, and by which code they are refused. */
export const expectedRefusals = { blank: 'CARD_BLANK', terminated: 'CARD_TERMINATED', foreign: 'CARD_NOT_PERMIT', mute: 'READER_TIMEOUT' } as const satisfies Partial<Record<CardName, string>>;

/** Set when the card is put down. The challenge to the chip is the fourth APDU. */
export const faultsOf: Partial<Record<CardName, CardFaults>> = {
  silent: { silent: { at: 4 } },
  foreign: { wrongStatus: { at: 1, sw: 0x6a82 } },
  mute: { silent: { at: 1 } },
};

/** What a test must know of a card to compare; all of it is invented. */
export interface StagedCard {
  readonly permitNumber?: string;
  readonly holder?: string;
  readonly serial?: string;
  /** at the counter: who, and on which day the permit was issued */
  readonly person?: Application;
  readonly issued?: string;
}
