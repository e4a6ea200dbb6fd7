import { failed, type Outcome } from '../contract/index.js';
import { offeredEpochSetting } from './sync.js';
import type { Terminal } from './terminal.js';

/** The epoch that the platform takes instead of this terminal's, as its last refusal named it; undefined: none is waiting to be begun. */
export const offeredEpoch = (terminal: Terminal): number | undefined => {
  const offered = terminal.outbox.settings.get(offeredEpochSetting);
  return typeof offered === 'number' && offered > terminal.outbox.counts().epoch ? offered : undefined;
};

/**
 * Begins the epoch that an administrator of the platform began for this terminal (sync.md 4.2): what waits is numbered anew and pushed by the next sync.
 * Never by itself: an operator who knows that this terminal was restored from a copy confirms it. INPUT_INVALID: nobody confirmed;
 * SYNC_EPOCH: the platform named no epoch, or another one. @throws CodedError STORAGE_*
 */
export const beginOfferedEpoch = (terminal: Terminal, epoch: number, confirmedBy: string): Outcome<{ readonly epoch: number; readonly pending: number }> => {
  if (confirmedBy.trim() === '') return failed('INPUT_INVALID', 'confirmedBy');
  const offered = offeredEpoch(terminal);
  if (offered !== epoch) return failed('SYNC_EPOCH', offered === undefined ? 'the platform has named no new epoch' : `the platform takes epoch ${offered}`);
  const begun = terminal.outbox.beginEpoch(epoch);
  // Who answers for it, for the diagnosis.
  if (begun.ok) terminal.outbox.settings.put({ [offeredEpochSetting]: undefined, 'epoch-begun': { epoch, by: confirmedBy, at: terminal.clock.now() } });
  return begun;
};
