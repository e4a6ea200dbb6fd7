import { syncTyp, type FailureCode } from '../contract/index.js';
import { encodeCbor, signSign1 } from '../cose/index.js';
import type { QueuedRecord } from '../outbox/index.js';
import type { PlatformRefusal } from './http.js';
import type { PushContext } from './push.js';
import { invalid, signedMap } from './signed-map.js';

/** Records in one call (sync.md 4.1). */
export const advanceRecords = 50;

/** A record as it is sent (sync.md 3). */
export const wireOf = ({ seq, type, priority, capturedAt, sealed }: QueuedRecord): unknown[] => [seq, type, priority, capturedAt, sealed];

export type Advanced =
  | { readonly ok: true; /** applied now */ readonly applied: readonly number[]; /** not yet: they come in their turn */ readonly waiting: readonly (readonly [seq: number, code: string])[] }
  | { readonly ok: false; readonly refusal: PlatformRefusal };

const bodyOf = ({ crypto, seed, now }: PushContext, terminal: string, epoch: number, records: readonly QueuedRecord[]): Uint8Array => {
  const list = records.map(wireOf);
  const payload = encodeCbor(new Map<number, unknown>([[1, terminal], [2, epoch], [3, crypto.sha256(encodeCbor(list))], [4, Math.max(0, now())]]));
  return encodeCbor([signSign1({ typ: syncTyp.advance, kid: new TextEncoder().encode(terminal), payload, seed }, crypto.ed25519), list]);
};

/**
 * Sends records of priority 0 ahead of the queue and remembers those that the platform applied. Nothing is deleted: they are sent again in their turn.
 * @throws CodedError of the network and storage; PLATFORM_ANSWER_INVALID when the answer does not verify or speaks of something else
 */
export const advance = async (context: PushContext, records: readonly QueuedRecord[]): Promise<Advanced> => {
  const { client, outbox } = context;
  const { terminal, epoch } = outbox.counts();
  const called = await client.call('POST', '/v1/advance', bodyOf(context, terminal, epoch, records));
  if (!called.ok) return { ok: false, refusal: called.refusal };
  const map = signedMap(called.answer.body, syncTyp.advanced, 4, 3, context, 'advanced');
  const list = map.get(4);
  if (map.get(1) !== terminal || map.get(2) !== epoch || !Array.isArray(list) || list.length !== records.length) throw invalid('advanced');
  const applied: number[] = [];
  const waiting: (readonly [number, string])[] = [];
  for (const [i, entry] of (list as unknown[]).entries()) {
    const [seq, code] = Array.isArray(entry) && entry.length === 2 ? (entry as unknown[]) : [];
    if (typeof seq !== 'number' || seq !== records[i]?.seq || (code !== null && typeof code !== 'string')) throw invalid('advanced');
    if (code === null) applied.push(seq);
    else waiting.push([seq, code]);
  }
  outbox.noteAdvanced(applied);
  return { ok: true, applied, waiting };
};

/** Refusals that a push would meet as well: then nothing more is tried. Any other failure of sending ahead leaves the queue to its order. */
export const stopsPush = (code: FailureCode): boolean =>
  ['TERMINAL_UNKNOWN', 'TERMINAL_BLOCKED', 'REQUEST_SIGNATURE', 'SYNC_FORK', 'SYNC_EPOCH', 'PLATFORM_BUSY', 'PLATFORM_UNREACHABLE', 'PLATFORM_TIMEOUT'].includes(code);
