import { done, failed, type Failure, type Success } from '../contract/index.js';
import { recordOutcomes, type HeardStatus, type Outbox } from '../outbox/index.js';
import type { PlatformClient } from './platform-client.js';
import { invalid, mapOf } from './signed-map.js';

/** Records of which one answer tells at most (sync.md 5). */
const pageRecords = 1_000;
/** Calls in one sync: a quarantine scattered over years is gone through bit by bit. */
const mostCalls = 32;

interface Page {
  readonly statuses: readonly HeardStatus[];
  readonly next: number | undefined;
  /** the epoch that the platform takes from this terminal */
  readonly taken: number;
}

const statusOf = (entry: unknown): HeardStatus => {
  if (!Array.isArray(entry) || entry.length !== 3) throw invalid('record-status');
  const [seq, outcome, code] = entry as unknown[];
  const known = recordOutcomes.find((each) => each === outcome);
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1 || known === undefined) throw invalid('record-status');
  if (code !== null && (typeof code !== 'string' || !/^[A-Z][A-Z0-9_]{1,59}$/.test(code))) throw invalid('record-status');
  return { seq, outcome: known, ...(code === null ? {} : { code }) };
};

const pageAfter = async (client: PlatformClient, epoch: number, after: number): Promise<Page> => {
  const map = mapOf((await client.get(`/v1/record-status?epoch=${epoch}&after=${after}`)).body, 'record-status');
  const [said, list, next, taken] = [map.get(1), map.get(2), map.get(3), map.get(4)];
  if (said !== epoch || !Array.isArray(list) || list.length > pageRecords || (next !== null && typeof next !== 'number')) throw invalid('record-status');
  if (typeof taken !== 'number' || !Number.isSafeInteger(taken) || taken < 1) throw invalid('record-status');
  const statuses = list.map(statusOf);
  let before = after;
  for (const { seq } of statuses) {
    if (seq <= before) throw invalid('record-status');
    before = seq;
  }
  return { statuses, next: next ?? undefined, taken };
};

/**
 * Whether the platform last saw this terminal where it stands: a copy that was restored and has nothing to push shows here, before it is given anything (sync.md 4.2).
 * SYNC_EPOCH with the epoch that is taken; SYNC_FORK: the platform has records of this epoch that this copy never captured. @throws CodedError
 */
export const standing = async (client: PlatformClient, outbox: Outbox): Promise<Success<undefined> | (Failure & { readonly epoch?: number })> => {
  const { epoch, captured } = outbox.counts();
  const { statuses, taken } = await pageAfter(client, epoch, captured);
  if (taken > epoch) return { ...failed('SYNC_EPOCH'), epoch: taken };
  return statuses.length > 0 ? failed('SYNC_FORK', 'a restored copy') : done(undefined);
};

/**
 * Asks what became of the records in quarantine, and of those received since number `since` of this epoch. True: something is new.
 * It only informs: no record is deleted or kept for it. @throws CodedError
 */
export const pullRecordStatus = async ({ client, outbox, now, since }: { readonly client: PlatformClient; readonly outbox: Outbox; readonly now: () => number; readonly since: number }): Promise<boolean> => {
  const { epoch, acknowledged } = outbox.counts();
  const waiting = outbox.quarantined();
  const marks = [
    ...waiting.map((each) => ({ epoch: each.epoch, after: each.seq - 1 })),
    ...(acknowledged > since ? [{ epoch, after: Math.max(since, acknowledged - pageRecords) }] : []),
  ].sort((a, b) => a.epoch - b.epoch || a.after - b.after);
  const known = outbox.counts().quarantined;
  let [calls, doneEpoch, doneUpTo] = [0, 0, 0];
  for (const { epoch: of, after } of marks) {
    if (of === doneEpoch && after < doneUpTo) continue;
    if (calls >= mostCalls) break;
    calls += 1;
    const { statuses, next } = await pageAfter(client, of, after);
    outbox.noteStatuses(of, statuses, Math.max(0, now()));
    [doneEpoch, doneUpTo] = [of, next === undefined ? Infinity : (statuses.at(-1)?.seq ?? after)];
  }
  return outbox.counts().quarantined !== known;
};
