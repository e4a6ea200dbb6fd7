import { CodedError, isFailureCode, platformError, type FailureCode } from '../contract/index.js';

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly headers: Headers;
}

export interface Transport {
  readonly baseUrl: string;
  /** milliseconds for one call, connection and body included */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

/** Node's errors of a call that never reached the platform; anything else that is thrown counts as unreachable too, for nothing was answered. */
const isTimeout = (error: unknown): boolean => error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError');

/** Largest answer taken: a status list of the whole city with room to grow. */
const largestAnswer = 32 * 1024 * 1024;

/** One HTTP call. Throws CodedError PLATFORM_UNREACHABLE, PLATFORM_TIMEOUT, PLATFORM_ANSWER_INVALID (too large). */
export const send = async (transport: Transport, method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body?: Uint8Array): Promise<Answer> => {
  try {
    const response = await transport.fetch(new URL(path, transport.baseUrl), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/cbor' }) },
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      redirect: 'error',
      signal: AbortSignal.timeout(transport.timeoutMs),
    });
    if (Number(response.headers.get('content-length') ?? 0) > largestAnswer) throw new CodedError('PLATFORM_ANSWER_INVALID', 'too large');
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()), headers: response.headers };
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError(isTimeout(error) ? 'PLATFORM_TIMEOUT' : 'PLATFORM_UNREACHABLE', undefined, { cause: error });
  }
};

export interface PlatformRefusal {
  readonly code: FailureCode;
  readonly expected?: number;
  readonly retryAfterMs?: number;
}

/** What an answer other than 2xx and 304 means: the platform's own code where it names one of ours, else by its status. */
export const refusalOf = ({ status, body, headers }: Answer): PlatformRefusal => {
  const after = Number(headers.get('retry-after'));
  const retry = Number.isFinite(after) && after > 0 ? { retryAfterMs: Math.min(after, 3_600) * 1_000 } : {};
  if (status === 413) return { code: 'BATCH_TOO_LARGE' };
  if (status >= 500 || status === 429) return { code: 'PLATFORM_FAULT', ...retry };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // A proxy's page, or nothing: the status is all that was said, and it is no answer of a platform.
    return { code: 'PLATFORM_ANSWER_INVALID' };
  }
  const error = platformError.safeParse(parsed);
  if (!error.success || !isFailureCode(error.data.code)) return { code: 'PLATFORM_ANSWER_INVALID' };
  const { expected } = parsed as { expected?: unknown };
  return { code: error.data.code, ...(typeof expected === 'number' && Number.isSafeInteger(expected) ? { expected } : {}) };
};
