import type { TornCard } from '../contract/index.js';
import { maskName } from '../outbox/index.js';
import { begunCards } from '../workflows/index.js';
import { openApplications } from './open-applications.js';
import type { Terminal } from './terminal.js';

/** Reserved, authenticated and signed for, written, read back, registered. */
const steps = 5;

/**
 * Cards that were begun and not finished, oldest first, with how far they came: the journal tells a reserved card from one that everything is signed for, the application knows of one that was read back.
 * @throws CodedError SIGN_IN_REQUIRED: local data is locked
 */
export const tornCards = ({ outbox, clock }: Pick<Terminal, 'outbox' | 'clock'>): TornCard[] => {
  const readBack = new Set(openApplications(outbox, clock).list().flatMap((open) => open.readBack?.serial ?? []));
  return begunCards(outbox.journal).map(({ serial, name, can }) => {
    const done = readBack.has(serial) ? 4 : can === undefined ? 1 : 2;
    return { serial, serialEnd: serial.slice(-4), maskedName: maskName(name), done, of: steps, spoiled: false };
  });
};
