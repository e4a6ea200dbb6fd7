import type { Outbox } from '../outbox/index.js';
import { dateInChina } from '../permit/index.js';
import { begunCards, type Clock, type MadeCard, type OpenApplication } from '../workflows/index.js';
import { formDrafts } from './form-drafts.js';
import { openApplications } from './open-applications.js';

export interface MadeCardsParts {
  readonly outbox: Pick<Outbox, 'drafts' | 'journal' | 'local'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * What an application becomes when its card is made: it waits for its holder, and so does the form that it came from. A process that dies between the card's registration and this word must not
 * lose the card, so it is noted before: each card that was read back stands in its application, and is made as soon as the journal does not know it as unfinished any more. All of it throws CodedError
 * SIGN_IN_REQUIRED while local data is locked.
 */
export interface MadeCards {
  /** Before cards are registered: each signed card of the journal is noted in its application. */
  noteReadBack(): void;
  /** The form that an accepted application is made from. */
  noteForm(receipt: string, draft: string): void;
  /** Applications whose card was registered are made, also those of a process that died. */
  settle(): void;
  /** A begun card is given up: its application waits for another one. */
  giveUp(serial: string): void;
  /** The card that an application has become. */
  of(receipt: string): MadeCard | undefined;
  /** An application whose card waits for its holder. */
  find(permitNumber: string, serial?: string): OpenApplication | undefined;
  /** The card was handed over, or is not the counter's any more: application and form are gone. */
  close(made: OpenApplication): void;
}

export const madeCards = ({ outbox, clock }: MadeCardsParts): MadeCards => {
  const open = openApplications(outbox, clock);
  const drafts = formDrafts(outbox, () => clock.now());

  const make = ({ readBack: _readBack, ...application }: OpenApplication, card: MadeCard): void => {
    const { file, draft } = application;
    const day = dateInChina(clock.now());
    // A first card opens the permit; the platform has its dates from the record, here they say what may be done before the holder has it. One that was torn yesterday is of yesterday.
    const dates = { issuedOn: file.issuedOn ?? card.issuedOn ?? day, madeOn: card.madeOn ?? day };
    const old = file.oldCard === 'out' ? ({ oldCard: 'returned' } as const) : {};
    const { serial, permitNumber, can, issuedOn } = card;
    if (draft !== undefined) drafts.note(draft, { issued: { serial, permitNumber, can, ...(issuedOn === undefined ? {} : { issuedOn }) }, step: 'hand-over' });
    open.put({ ...application, permitNumber, made: card, file: { ...file, ...dates, ...old, state: 'made', kind: application.application.kind === 'residence' ? 1 : 2 } });
  };

  return {
    noteReadBack: () => {
      for (const { receipt, serial, permitNumber, statusIndex, can, issuedOn, madeOn } of begunCards(outbox.journal)) {
        const application = receipt === undefined ? undefined : open.get(receipt);
        if (application === undefined || can === undefined || application.readBack?.serial === serial) continue;
        open.put({ ...application, readBack: { serial, permitNumber, can, statusIndex, issuedOn, ...(madeOn === undefined ? {} : { madeOn }) } });
      }
    },
    noteForm: (receipt, draft) => {
      const application = open.get(receipt);
      if (application !== undefined && application.draft !== draft) open.put({ ...application, draft });
    },
    settle: () => {
      if (outbox.local.locked) return;
      const unfinished = new Set(outbox.journal.serials());
      for (const application of open.list()) {
        const { readBack } = application;
        if (readBack !== undefined && !unfinished.has(readBack.serial)) make(application, readBack);
      }
    },
    giveUp: (serial) => {
      for (const application of open.list()) {
        if (application.readBack?.serial !== serial) continue;
        const { readBack: _readBack, ...waiting } = application;
        open.put(waiting);
      }
    },
    of: (receipt) => open.get(receipt)?.made,
    find: (permitNumber, serial) => open.list().find(({ made }) => made?.permitNumber === permitNumber && (serial === undefined || made.serial === serial)),
    close: ({ receipt, draft }) => {
      if (draft !== undefined && drafts.get(draft) !== undefined) drafts.delete(draft);
      open.delete(receipt);
    },
  };
};
