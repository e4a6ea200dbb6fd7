import { application as applicationSchema } from '../contract/index.js';
import type { Outbox } from '../outbox/index.js';
import type { PermitFile } from '../permit/index.js';
import { plain } from './plain.js';
import type { Clock, MadeCard, OpenApplication, OpenApplications } from '../workflows/index.js';

/** Drafts of the outbox that hold open applications: boxed under the local key, found by the receipt in lower case. */
const idOf = (receipt: string): string => `application-${receipt.toLowerCase()}`;

const cardOf = (value: unknown): MadeCard | undefined => {
  const { serial, permitNumber, can, statusIndex, issuedOn, madeOn } = (value ?? {}) as Record<string, unknown>;
  if (typeof serial !== 'string' || typeof permitNumber !== 'string' || typeof can !== 'string') return undefined;
  return {
    serial, permitNumber, can,
    ...(typeof statusIndex === 'number' ? { statusIndex } : {}),
    ...(typeof issuedOn === 'string' ? { issuedOn } : {}),
    ...(typeof madeOn === 'string' ? { madeOn } : {}),
  };
};

const feeOf = (value: unknown): OpenApplication['fee'] => {
  const { receipt, fen } = (value ?? {}) as Record<string, unknown>;
  return typeof receipt === 'string' && typeof fen === 'number' ? { receipt, fen } : undefined;
};

/** What this program put into the box, or undefined for a draft of another shape. */
export const openApplicationOf = (content: unknown): OpenApplication | undefined => {
  const { receipt, application, file, permitNumber, photo, draft, readBack, made, fee } = (plain(content) ?? {}) as Record<string, unknown>;
  const parsed = applicationSchema.safeParse(application);
  if (typeof receipt !== 'string' || !parsed.success || typeof file !== 'object' || file === null) return undefined;
  const [read, done, taken] = [cardOf(readBack), cardOf(made), feeOf(fee)];
  return {
    receipt,
    application: parsed.data,
    file: file as PermitFile,
    ...(typeof permitNumber === 'string' ? { permitNumber } : {}),
    ...(photo instanceof Uint8Array ? { photo } : {}),
    ...(typeof draft === 'string' ? { draft } : {}),
    ...(read === undefined ? {} : { readBack: read }),
    ...(done === undefined ? {} : { made: done }),
    ...(taken === undefined ? {} : { fee: taken }),
  };
};

/** Open applications of a terminal. All of it throws CodedError SIGN_IN_REQUIRED while local data is locked. */
export const openApplications = (outbox: Pick<Outbox, 'drafts'>, clock: Pick<Clock, 'now'>): OpenApplications => ({
  get: (receipt) => {
    const draft = /^[DSF]\d{8}-[0-9A-Z]{8}$/.test(receipt) ? outbox.drafts.get(idOf(receipt)) : undefined;
    return draft === undefined ? undefined : openApplicationOf(draft.content);
  },
  list: () =>
    outbox.drafts
      .list()
      .filter(({ id }) => id.startsWith('application-'))
      .flatMap(({ content }) => openApplicationOf(content) ?? []),
  put: (open) => {
    outbox.drafts.put(idOf(open.receipt), open, clock.now());
  },
  delete: (receipt) => void outbox.drafts.delete(idOf(receipt)),
});
