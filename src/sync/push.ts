import { done, failed, limits, syncTyp, type Failure, type Success } from '../contract/index.js';
import { encodeCbor, joinBytes, signSign1, utf8, type CryptoPort } from '../cose/index.js';
import type { Clock, Outbox, QueuedRecord } from '../outbox/index.js';
import type { SyncFailure } from './failure.js';
import type { PlatformLink } from './platform-link.js';
import type { Identity } from './signed-request.js';

export interface PushReport {
  /** records that the platform has received and that were deleted here */
  readonly pushed: number;
  readonly batches: number;
  /** bytes of the batches that were received */
  readonly bytes: number;
  readonly quarantined: readonly (readonly [seq: number, code: string])[];
}
/** A failure carries what had been pushed before it. */
export type PushResult = Success<PushReport> | (SyncFailure & { readonly report: PushReport });

export interface PushParts extends Identity {
  readonly link: PlatformLink;
  readonly outbox: Outbox;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
}

interface Batch {
  readonly first: number;
  readonly last: number;
  readonly records: number;
  readonly body: Uint8Array;
}

/** Room for the signed head and the array around the records. */
const headRoom = 1_024;

/** The head of a CBOR array of `length` elements (RFC 8949 3), so that records are encoded one by one and never all again. */
const arrayHead = (length: number): Uint8Array =>
  length < 24 ? Uint8Array.of(0x80 + length) : length < 256 ? Uint8Array.of(0x98, length) : Uint8Array.of(0x99, length >> 8, length & 0xff);

/** The batch of at most `most` records after number `after`; undefined when there are none. */
function buildBatch(parts: PushParts, after: number, most: number): Batch | undefined {
  const { outbox, crypto, clock, terminalId, seed } = parts;
  const encoded: Uint8Array[] = [];
  const taken: QueuedRecord[] = [];
  let size = headRoom;
  for (const record of outbox.pending(most, after)) {
    const bytes = encodeCbor([record.seq, record.type, record.priority, record.capturedAt, record.sealed]);
    if (taken.length > 0 && size + bytes.length > limits.batchBytes) break;
    size += bytes.length;
    encoded.push(bytes);
    taken.push(record);
  }
  const first = taken[0];
  const last = taken.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const before = outbox.hash(first.seq - 1);
  if (before === undefined) return undefined;
  const payload = encodeCbor(
    new Map<number, unknown>([
      [1, terminalId],
      [2, outbox.counts().epoch],
      [3, first.seq],
      [4, last.seq],
      [5, before],
      [6, last.hash],
      [7, clock.now()],
    ]),
  );
  const head = signSign1({ typ: syncTyp.batch, kid: utf8(terminalId), payload, seed }, crypto.ed25519);
  const body = joinBytes(arrayHead(2), encodeCbor(head), arrayHead(taken.length), ...encoded);
  return { first: first.seq, last: last.seq, records: taken.length, body };
}

/**
 * Pushes everything that is pending, oldest first, until the queue is empty or something stops it (sync.md 4). Records leave the outbox only
 * against a receipt that verifies. Two batches at most are in memory: the one on its way and the one made ready meanwhile.
 */
export async function push(parts: PushParts): Promise<PushResult> {
  const { outbox, link } = parts;
  let pushed = 0;
  let batches = 0;
  let bytes = 0;
  const quarantined: (readonly [number, string])[] = [];
  const report = (): PushReport => ({ pushed, batches, bytes, quarantined });
  const stopped = (failure: SyncFailure): PushResult => ({ ...failure, report: report() });

  let most: number = limits.batchRecords;
  let gaps = 0;
  let batch = buildBatch(parts, outbox.counts().acknowledged, most);
  while (batch !== undefined) {
    const sending = link.call('POST', '/v1/records', batch.body);
    const next = buildBatch(parts, batch.last, most);
    const answer = await sending;
    if (!answer.ok) {
      if (answer.code === 'BATCH_TOO_LARGE' && batch.records > 1) {
        most = Math.floor(batch.records / 2);
        batch = buildBatch(parts, outbox.counts().acknowledged, most);
        continue;
      }
      if (answer.code === 'SYNC_GAP' && gaps === 0 && stillHeld(outbox, answer.expected)) {
        gaps += 1;
        batch = buildBatch(parts, (answer.expected ?? 1) - 1, most);
        continue;
      }
      return stopped(answer);
    }
    const receipt: Success<{ readonly deleted: number; readonly last: number; readonly quarantined: PushReport['quarantined'] }> | Failure =
      answer.value.status === 200 ? outbox.acknowledge(answer.value.body, link.pulled.platformKeys()) : failed('PLATFORM_ANSWER_INVALID', `HTTP ${answer.value.status}`);
    if (!receipt.ok) return stopped(receipt);
    // A receipt for less than was sent would be sent again for ever.
    if (receipt.value.last < batch.last) return stopped(failed('RECEIPT_INVALID', 'range'));
    pushed += receipt.value.deleted;
    batches += 1;
    bytes += batch.body.length;
    quarantined.push(...receipt.value.quarantined);
    gaps = 0;
    batch = next ?? buildBatch(parts, outbox.counts().acknowledged, most);
  }
  return done(report());
}

/** The platform misses records from `expected` on: they can be sent again only while none of them was deleted here. */
function stillHeld(outbox: Outbox, expected: number | undefined): boolean {
  const { acknowledged, captured } = outbox.counts();
  return expected !== undefined && expected > acknowledged && expected <= captured;
}
