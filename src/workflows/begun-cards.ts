import { decodeDraft } from './draft.js';
import type { Journal } from './ports.js';

/** A card that this terminal has begun and not finished, with whose it is. Personal data: for whoever is signed in. */
export interface BegunCard {
  readonly serial: string;
  readonly permitNumber: string;
  readonly name: string;
  readonly idNumber: string;
  /** the acceptance that it is made for */
  readonly receipt?: string;
  /** tells it from the other cards of its permit */
  readonly statusIndex: number;
  /** as it will be printed; absent while nothing was signed */
  readonly can?: string;
  /** day of issue as the permit says */
  readonly issuedOn: string;
  /** day on which it was signed; absent while nothing was */
  readonly madeOn?: string;
  /** seconds since 1970 UTC */
  readonly startedAt: number;
  /** how often it was begun or gone on with */
  readonly tries: number;
}

/** What the journal says of unfinished cards, oldest first. @throws CodedError SIGN_IN_REQUIRED: local data is locked */
export const begunCards = (journal: Pick<Journal, 'list'>): readonly BegunCard[] =>
  journal
    .list()
    .map(({ serial, permitNumber, statusIndex, payload, startedAt, tries = 1 }) => {
      const { application, issued, receipt, prepared } = decodeDraft(payload);
      const { name, idNumber } = application;
      return {
        serial, permitNumber, statusIndex, name, idNumber, issuedOn: issued, startedAt, tries,
        ...(receipt === undefined ? {} : { receipt }),
        ...(prepared === undefined ? {} : { can: prepared.can, madeOn: prepared.cardDate }),
      };
    })
    .sort((a, b) => a.startedAt - b.startedAt);
