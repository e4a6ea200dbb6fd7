import { CodedError, done, failed, limits, syncTyp, type Failure, type FailureCode, type Success } from '../contract/index.js';
import { encodeCbor, signSign1, type CryptoPort } from '../cose/index.js';
import type { Outbox, PlatformKey, QueuedRecord } from '../outbox/index.js';
import { advance, advanceRecords, stopsPush, wireOf } from './advance.js';
import type { PlatformRefusal } from './http.js';
import type { PlatformClient } from './platform-client.js';

export interface PushContext {
  readonly client: PlatformClient;
  readonly outbox: Outbox;
  readonly crypto: CryptoPort;
  readonly seed: Uint8Array;
  readonly now: () => number;
  readonly platformKeys: () => readonly PlatformKey[];
  readonly onProgress?: (acknowledged: number, pending: number) => void;
}

export interface Pushed {
  readonly records: number;
  readonly batches: number;
  readonly quarantined: number;
  /** sent ahead of the queue and applied (sync.md 4.1) */
  readonly ahead: number;
  /** why sending ahead failed; the records went in their order all the same */
  readonly aheadFailed?: FailureCode;
}

/** Room for the head, the framing of the list and of each record. */
const frameBytes = 1_024;
const recordFrame = 64;

/** As many records from the front as fit `most` and the body limit; at least one. */
const fitting = (records: readonly QueuedRecord[], most: number): QueuedRecord[] => {
  let bytes = frameBytes;
  const taken: QueuedRecord[] = [];
  for (const record of records.slice(0, most)) {
    bytes += record.sealed.length + recordFrame;
    if (bytes > limits.batchBytes && taken.length > 0) break;
    taken.push(record);
  }
  return taken;
};

const bodyOf = ({ outbox, crypto, seed, now }: PushContext, records: readonly QueuedRecord[]): Uint8Array => {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('an empty batch');
  const { terminal, epoch } = outbox.counts();
  const before = outbox.hash(first.seq - 1);
  if (before === undefined) throw new CodedError('SEQUENCE_BROKEN', `number ${first.seq - 1}`);
  const payload = encodeCbor(new Map<number, unknown>([[1, terminal], [2, epoch], [3, first.seq], [4, last.seq], [5, before], [6, last.hash], [7, Math.max(0, now())]]));
  const batch = signSign1({ typ: syncTyp.batch, kid: new TextEncoder().encode(terminal), payload, seed }, crypto.ed25519);
  return encodeCbor([batch, records.map(wireOf)]);
};

/** A failed push; `retryAfterMs` when the platform asked to wait, `epoch` the one it takes (SYNC_EPOCH). */
export type PushFailure = Failure & { readonly retryAfterMs?: number; readonly epoch?: number };

const failureOf = ({ code, retryAfterMs, epoch }: PlatformRefusal): PushFailure => ({
  ...failed(code),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  ...(epoch === undefined ? {} : { epoch }),
});

interface Batch {
  readonly first: number;
  readonly last: number;
  readonly length: number;
  readonly body: Uint8Array;
}

/** The batch after number `after`; undefined when nothing waits there. */
const batchAfter = (context: PushContext, after: number, most: number): Batch | undefined => {
  const records = fitting(context.outbox.pending(most, after), most);
  const [first, last] = [records[0], records.at(-1)];
  return first === undefined || last === undefined ? undefined : { first: first.seq, last: last.seq, length: records.length, body: bodyOf(context, records) };
};

/** What goes ahead of the queue in the course of one push; each record is tried once, unless the batches become smaller. */
class Ahead {
  applied = 0;
  failed: FailureCode | undefined;
  #tried = 0;

  constructor(private readonly context: PushContext) {}

  again(): void {
    this.#tried = 0;
  }

  /** Sends what is urgent, when some of it waits behind number `last`, the end of the batch that goes next. A refusal is one that the push would meet too. */
  async beyond(last: number): Promise<PushFailure | undefined> {
    const { outbox } = this.context;
    while (this.failed === undefined && outbox.urgent(1, Math.max(last, this.#tried)).length > 0) {
      // From the oldest on, also what the next batch would bring: two decisions about one permit must not be turned round (sync.md 4.1).
      const records = outbox.urgent(advanceRecords, this.#tried);
      const newest = records.at(-1);
      if (newest === undefined) return undefined;
      this.#tried = newest.seq;
      try {
        const advanced = await advance(this.context, records);
        if (advanced.ok) this.applied += advanced.applied.length;
        else if (stopsPush(advanced.refusal.code)) return failureOf(advanced.refusal);
        else this.failed = advanced.refusal.code;
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'PLATFORM_ANSWER_INVALID') throw error;
        this.failed = error.code;
      }
    }
    return undefined;
  }
}

/**
 * Pushes what waits, oldest first, batch after batch, until the outbox is empty or something stands in the way. A record leaves the outbox only by a
 * verified receipt. What has priority 0 and would wait behind the next batch goes ahead of it. Halves a batch that is too large; resends from where the
 * platform says it is, while that is still held. Two batches at most are in memory: the one on its way and the one made ready meanwhile.
 * @throws CodedError for lost network and storage.
 */
export const push = async (context: PushContext): Promise<Success<Pushed> | PushFailure> => {
  const { client, outbox } = context;
  let most: number = limits.batchRecords;
  let [records, batches, quarantined] = [0, 0, 0];
  let resent = false;
  const ahead = new Ahead(context);
  const again = (): Batch | undefined => batchAfter(context, outbox.counts().acknowledged, most);
  for (let batch = again(), next: Batch | undefined; batch !== undefined; batch = next ?? again()) {
    const stopped = await ahead.beyond(batch.last);
    if (stopped !== undefined) return stopped;
    // Settled as a value, or a failure while the next batch is made would be a rejection that nobody awaits yet.
    const sending = client.call('POST', '/v1/records', batch.body).then(
      (called) => ({ called }),
      (error: unknown) => ({ error }),
    );
    next = batchAfter(context, batch.last, most);
    const sent = await sending;
    if ('error' in sent) throw sent.error;
    if (!sent.called.ok) {
      const { code, expected } = sent.called.refusal;
      if (code === 'BATCH_TOO_LARGE' && batch.length > 1) {
        most = Math.max(1, batch.length >> 1);
        ahead.again();
        next = undefined;
        continue;
      }
      // What lies before our oldest record was deleted against a receipt: a platform that misses it lost it, and nobody can send it again.
      if (code === 'SYNC_GAP' && expected !== undefined && expected <= batch.first && expected > outbox.counts().acknowledged && !resent) {
        resent = true;
        next = undefined;
        continue;
      }
      return failureOf(sent.called.refusal);
    }
    const acknowledged = outbox.acknowledge(sent.called.answer.body, context.platformKeys());
    if (!acknowledged.ok) return acknowledged;
    // Less than was sent would be sent again for ever.
    if (acknowledged.value.last < batch.last) return failed('RECEIPT_INVALID', 'no progress');
    records += acknowledged.value.deleted;
    quarantined += acknowledged.value.quarantined.length;
    batches += 1;
    resent = false;
    context.onProgress?.(records, outbox.counts().pending);
  }
  return done({ records, batches, quarantined, ahead: ahead.applied, ...(ahead.failed === undefined ? {} : { aheadFailed: ahead.failed }) });
};

/** Milliseconds to wait before try n (from 1): full jitter under a doubling bound, at most five minutes. `random` in [0, 1). */
export const nextDelay = (attempt: number, random: () => number = Math.random, retryAfterMs = 0): number =>
  Math.max(retryAfterMs, Math.floor(random() * Math.min(300_000, 1_000 * 2 ** Math.min(attempt - 1, 20))));
