import { limits, syncTyp } from '../../contract/index.js';
import { CoseError, encodeCbor, parseSign1, sameBytes, verifySign1, type Sign1 } from '../../cose/index.js';
import { nodeCrypto, sha256 } from '../../node-crypto/index.js';
import { HttpRefusal } from '../refusal.js';
import type { Terminal } from '../storage/ports.js';
import { cborOf, isBytes, isBytesOf, isCount, isText, labels } from './fields.js';

/** A record as the terminal sent it, with its place in the chain. */
export interface ReceivedRecord {
  readonly seq: number;
  readonly type: string;
  readonly priority: number;
  readonly capturedAt: number;
  readonly sealed: Uint8Array;
  readonly hash: Uint8Array;
  /** SHA-256 of `sealed`: the same capture under whatever number (sync.md 4.2) */
  readonly content: Uint8Array;
}
export interface ReceivedBatch {
  readonly terminal: string;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  readonly before: Uint8Array;
  readonly hash: Uint8Array;
  readonly records: readonly ReceivedRecord[];
}

const malformed = (): never => {
  throw new HttpRefusal(400, 'INPUT_INVALID');
};

/** h(0) of sync.md 3. */
export const chainStart = (terminal: string, epoch: number): Uint8Array => sha256(encodeCbor(['wz-chain', terminal, epoch]));

const parseHead = (bytes: unknown): Sign1 => {
  if (!isBytes(bytes)) return malformed();
  try {
    return parseSign1(bytes);
  } catch (error) {
    if (error instanceof CoseError) return malformed();
    throw error;
  }
};

/** A record as it stands in an outbox (sync.md 3), wherever it is sent. Throws HttpRefusal 400. */
export const recordOf = (value: unknown): Omit<ReceivedRecord, 'hash'> => {
  if (!Array.isArray(value) || value.length !== 5) return malformed();
  const [seq, type, priority, capturedAt, sealed] = value as unknown[];
  if (!isCount(seq) || seq < 1 || !isText(type) || type.length > 40 || !isCount(priority) || priority > 9 || !isCount(capturedAt) || !isBytes(sealed)) return malformed();
  return { seq, type, priority, capturedAt, sealed, content: sha256(sealed) };
};

const chained = (value: unknown, seq: number, before: Uint8Array): ReceivedRecord => {
  const record = recordOf(value);
  if (record.seq !== seq) return malformed();
  return { ...record, hash: sha256(encodeCbor([before, seq, record.type, record.priority, record.capturedAt, record.sealed])) };
};

/** `[ head, [ + record ] ]` and the head, when this terminal signed it with this `typ`. Throws HttpRefusal 400, 401, 413. */
export const readSigned = (body: Uint8Array, typ: string, terminal: Terminal, most: number): { readonly head: Sign1; readonly list: readonly unknown[] } => {
  if (body.length > limits.batchBytes) throw new HttpRefusal(413, 'BATCH_TOO_LARGE');
  const outer = cborOf(body);
  if (!Array.isArray(outer) || outer.length !== 2) return malformed();
  const [signed, list] = outer as unknown[];
  if (!Array.isArray(list) || list.length === 0) return malformed();
  if (list.length > most) throw new HttpRefusal(413, 'BATCH_TOO_LARGE');
  const head = parseHead(signed);
  if (head.typ !== typ || head.kid === undefined || !sameBytes(head.kid, new TextEncoder().encode(terminal.id)) || !verifySign1(head, terminal.ed25519, nodeCrypto.ed25519)) {
    throw new HttpRefusal(401, 'REQUEST_SIGNATURE');
  }
  return { head, list };
};

/**
 * Reads the body of a push and verifies its signature and its own chain (sync.md 4); what the platform holds is compared later. Throws HttpRefusal:
 * 400 malformed, 401 not signed by this terminal, 409 SEQUENCE_BROKEN when the records do not hash to the head, 413.
 */
export const readBatch = (body: Uint8Array, terminal: Terminal): ReceivedBatch => {
  const { head, list } = readSigned(body, syncTyp.batch, terminal, limits.batchRecords);
  const [id, epoch, first, last, before, hash, sentAt] = labels(cborOf(head.payload), 7) ?? malformed();
  const isHash = isBytesOf(32);
  if (!isText(id) || !isCount(epoch) || !isCount(first) || !isCount(last) || !isHash(before) || !isHash(hash) || !isCount(sentAt)) return malformed();
  if (id !== terminal.id) throw new HttpRefusal(401, 'REQUEST_SIGNATURE');
  if (first < 1 || last - first + 1 !== list.length) return malformed();
  if (first === 1 && !sameBytes(before, chainStart(id, epoch))) throw new HttpRefusal(409, 'SEQUENCE_BROKEN');
  let at = before;
  const records = list.map((value, i) => {
    const record = chained(value, first + i, at);
    at = record.hash;
    return record;
  });
  if (!sameBytes(at, hash)) throw new HttpRefusal(409, 'SEQUENCE_BROKEN');
  return { terminal: id, epoch, first, last, before, hash, records };
};
