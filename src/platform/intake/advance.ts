import { syncTyp } from '../../contract/index.js';
import { encodeCbor, sameBytes } from '../../cose/index.js';
import { sha256 } from '../../node-crypto/index.js';
import { HttpRefusal } from '../refusal.js';
import type { Terminal } from '../storage/ports.js';
import { readSigned, recordOf, type ReceivedRecord } from './batch.js';
import { cborOf, isBytesOf, isCount, isText, labels } from './fields.js';

const mostRecords = 50;

export interface ReceivedAdvance {
  readonly terminal: string;
  readonly epoch: number;
  readonly records: readonly Omit<ReceivedRecord, 'hash'>[];
}

/** Body of an advance (sync.md 4.1). Throws HttpRefusal: 400 malformed or not of priority 0 in ascending order, 401, 413. */
export const readAdvance = (body: Uint8Array, terminal: Terminal): ReceivedAdvance => {
  const { head, list } = readSigned(body, syncTyp.advance, terminal, mostRecords);
  const [id, epoch, digest, sentAt] = labels(cborOf(head.payload), 4) ?? [];
  if (!isText(id) || !isCount(epoch) || !isBytesOf(32)(digest) || !isCount(sentAt)) throw new HttpRefusal(400, 'INPUT_INVALID');
  if (id !== terminal.id) throw new HttpRefusal(401, 'REQUEST_SIGNATURE');
  if (!sameBytes(digest, sha256(encodeCbor(list)))) throw new HttpRefusal(400, 'INPUT_INVALID');
  const records = list.map(recordOf);
  const ordered = records.every((record, i) => record.priority === 0 && record.seq > (records[i - 1]?.seq ?? 0));
  if (!ordered) throw new HttpRefusal(400, 'INPUT_INVALID');
  return { terminal: id, epoch, records };
};
