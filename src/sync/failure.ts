import { failed, isFailureCode, platformError, type Failure, type FailureCode } from '../contract/index.js';
import { retryAfterSeconds } from './backoff.js';
import type { Answer } from './transport.js';

/** A failed exchange as a value: `retryAfter` in seconds when the platform asked for it; `expected` and `epoch` as sync.md 2 adds them. */
export type SyncFailure = Failure & { readonly retryAfter?: number; readonly expected?: number; readonly epoch?: number };

/** What the platform may say with each status (sync.md 2); a code that comes with another status is not believed. */
const codesOf: Readonly<Record<number, readonly FailureCode[]>> = {
  400: ['INPUT_INVALID'],
  401: ['TERMINAL_UNKNOWN', 'REQUEST_SIGNATURE', 'ENROL_CODE_WRONG'],
  403: ['TERMINAL_BLOCKED'],
  404: ['DIVISION_UNKNOWN', 'NUMBERS_EXHAUSTED', 'PERMIT_UNKNOWN'],
  409: ['SYNC_FORK', 'SYNC_GAP', 'SYNC_EPOCH', 'NUMBERS_EXHAUSTED'],
};

function errorBody(body: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const count = (value: unknown): number | undefined => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined);

/** The failure that a status other than 2xx and 304 stands for. The platform's message is for its own log; it is never repeated here. */
export function failureOf(answer: Answer, now: number): SyncFailure {
  const detail = `HTTP ${answer.status}`;
  if (answer.status === 413) return failed('BATCH_TOO_LARGE', detail);
  const retryAfter = retryAfterSeconds(answer.headers.get('retry-after'), now);
  if (answer.status === 429 || answer.status >= 500) return { ...failed('PLATFORM_FAULT', detail), ...(retryAfter === undefined ? {} : { retryAfter }) };
  const body = errorBody(answer.body);
  const named = platformError.safeParse(body);
  if (named.success && isFailureCode(named.data.code) && codesOf[answer.status]?.includes(named.data.code)) {
    const expected = count(body['expected']);
    const epoch = count(body['epoch']);
    return { ...failed(named.data.code, detail), ...(expected === undefined ? {} : { expected }), ...(epoch === undefined ? {} : { epoch }) };
  }
  // A status without a name of ours comes from something between us and the platform: a proxy, a portal, another server.
  return failed('PLATFORM_ANSWER_INVALID', detail);
}
