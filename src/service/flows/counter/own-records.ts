import { done } from '../../../contract/index.js';
import { dateInChina } from '../../../permit/index.js';
import type { FlowContext } from '../context.js';
import { byClerk } from './by-clerk.js';

/** More than a counter serves in a day. */
const most = 1_000;

/** Of today, newest first, also those that the platform has; names stay masked. */
export const ownRecords = (context: FlowContext) =>
  byClerk<'own-records'>(context, 'register', async (_, __, { outbox, clock }) => {
    const today = dateInChina(clock.now());
    return Promise.resolve(done({ lines: outbox.ownRecords.list(most).filter(({ at }) => dateInChina(at) === today) }));
  });
