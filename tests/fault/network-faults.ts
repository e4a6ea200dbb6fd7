import { randomBytes } from 'node:crypto';
import type { Random } from '../../src/cli/invented/random.js';

interface ErrorAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | ((random: Random) => Buffer);
}
const json = (status: number, code: string, more: Readonly<Record<string, number>> = {}): ErrorAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ code, message: code, ...more }),
});

/** Answers that something on the way gives in the platform's place; none of them may cost a record. */
export const errorAnswers = {
  'status-401': json(401, 'TERMINAL_UNKNOWN'),
  'status-409-fork': json(409, 'SYNC_FORK'),
  'status-409-gap': json(409, 'SYNC_GAP', { expected: 1 }),
  'status-409-epoch': json(409, 'SYNC_EPOCH', { epoch: 9 }),
  'status-413': json(413, 'BATCH_TOO_LARGE'),
  'status-429': json(429, 'PLATFORM_FAULT'),
  'status-500': json(500, 'PLATFORM_FAULT'),
  'status-502-page': { status: 502, type: 'text/html', body: '<html><h1>502 Bad Gateway</h1></html>' },
  'status-503': json(503, 'PLATFORM_FAULT'),
  'garbage-page': { status: 200, type: 'text/html', body: '<html>Welcome to the hotel network. Please sign in.</html>' },
  'garbage-bytes': { status: 200, type: 'application/cbor', body: (random) => randomBytes(random.between(1, 400)) },
  'empty-answer': { status: 200, type: 'application/cbor', body: '' },
} as const satisfies Readonly<Record<string, ErrorAnswer>>;

export type NetworkFault =
  | keyof typeof errorAnswers
  | 'connection-refused'
  | 'request-lost'
  | 'request-late'
  | 'request-duplicated'
  | 'request-replayed'
  | 'receipt-replayed'
  | 'answer-lost'
  | 'answer-cut'
  | 'answer-altered'
  | 'delayed'
  | 'slow'
  | 'partition';

export const pushFaults: readonly NetworkFault[] = [
  'connection-refused', 'request-lost', 'request-late', 'request-duplicated', 'request-duplicated', 'request-replayed', 'request-replayed', 'receipt-replayed',
  'receipt-replayed', 'answer-lost', 'answer-lost', 'answer-lost', 'answer-cut', 'answer-altered', 'delayed', 'slow',
  'status-401', 'status-409-fork', 'status-409-gap', 'status-409-epoch', 'status-413', 'status-429', 'status-500', 'status-502-page', 'status-503', 'garbage-page',
  'garbage-bytes', 'empty-answer',
];

export const pullFaults: readonly NetworkFault[] = [
  'connection-refused', 'answer-lost', 'answer-cut', 'answer-altered', 'delayed', 'slow', 'status-401', 'status-500', 'status-503', 'garbage-page', 'garbage-bytes', 'empty-answer',
];
