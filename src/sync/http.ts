import { CodedError, isFailureCode, platformError, type FailureCode } from '../contract/index.js';
import { joinBytes } from '../cose/index.js';

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

/** Largest answer taken: a status list of the whole city with room to grow. */
const largestAnswer = 32 * 1024 * 1024;

/** The body, given up as soon as it grows too large: an endless answer costs that much memory and no more. */
const readBody = async (response: Response): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = response.body as AsyncIterable<Uint8Array> | null;
  for await (const part of stream ?? []) {
    length += part.length;
    if (length > largestAnswer) throw new CodedError('PLATFORM_ANSWER_INVALID', 'too large');
    parts.push(part);
  }
  return joinBytes(...parts);
};

/** System and undici codes of a connection that broke; a kept-alive one that the platform has closed meanwhile shows only now. */
const broken = new Set<unknown>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const isBroken = (error: unknown): boolean =>
  error instanceof TypeError && typeof error.cause === 'object' && error.cause !== null && 'code' in error.cause && broken.has(error.cause.code);

/** One HTTP call. Throws CodedError PLATFORM_UNREACHABLE, PLATFORM_TIMEOUT, PLATFORM_ANSWER_INVALID (too large). */
export const send = async (transport: Transport, method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body?: Uint8Array): Promise<Answer> => {
  const signal = AbortSignal.timeout(transport.timeoutMs);
  const attempt = async (): Promise<Answer> => {
    const response = await transport.fetch(new URL(path, transport.baseUrl), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/cbor' }) },
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      // A redirect would carry a signed request to somebody else; as an answer it is refused by its status.
      redirect: 'manual',
      signal,
    });
    return { status: response.status, body: await readBody(response), headers: response.headers };
  };
  try {
    try {
      return await attempt();
    } catch (error) {
      if (!isBroken(error)) throw error;
      // Every call of sync.md may be repeated (a push is idempotent, an enrolment gives the same terminal): once, over a new connection.
      return await attempt();
    }
  } catch (error) {
    if (signal.aborted) throw new CodedError('PLATFORM_TIMEOUT', undefined, { cause: error });
    // fetch throws TypeError for all that the network does: refused, reset, cut, no such name, a wrong certificate.
    if (error instanceof TypeError) throw new CodedError('PLATFORM_UNREACHABLE', undefined, { cause: error });
    throw error;
  }
};

export interface PlatformRefusal {
  readonly code: FailureCode;
  readonly expected?: number;
  /** the epoch that the platform takes (SYNC_EPOCH) */
  readonly epoch?: number;
  readonly retryAfterMs?: number;
}

/** Retry-After (RFC 9110 10.2.3): seconds or a date. At most an hour is honoured. */
const retryAfterOf = (header: string | null): number | undefined => {
  if (header === null) return undefined;
  const milliseconds = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.min(Math.max(milliseconds, 0), 3_600_000);
};

/** The codes that belong to a status (sync.md 2); one that comes with another status is not believed. */
const codesOf: Readonly<Record<number, readonly FailureCode[]>> = {
  400: ['INPUT_INVALID'],
  401: ['TERMINAL_UNKNOWN', 'REQUEST_SIGNATURE', 'ENROL_CODE_WRONG'],
  403: ['TERMINAL_BLOCKED', 'ROLE_REQUIRED'],
  404: ['PERMIT_UNKNOWN'],
  409: ['SYNC_FORK', 'SYNC_GAP', 'SYNC_EPOCH', 'SEQUENCE_BROKEN', 'NUMBERS_EXHAUSTED', 'ACCESS_RIGHT_MISSING'],
};

const numberNamed = <N extends string>(name: N, value: unknown): { readonly [name in N]?: number } =>
  typeof value === 'number' && Number.isSafeInteger(value) ? ({ [name]: value } as { readonly [name in N]: number }) : {};

/** What an answer other than 2xx and 304 means: the platform's own code where it names one of ours, else by its status. */
export const refusalOf = ({ status, body, headers }: Answer): PlatformRefusal => {
  const retryAfterMs = retryAfterOf(headers.get('retry-after'));
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 413) return { code: 'BATCH_TOO_LARGE' };
  // Whoever says when to come again is busy, not broken: the platform itself (sync.md 4.3) or a proxy before it.
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) return { code: 'PLATFORM_BUSY', ...retry };
  if (status >= 500) return { code: 'PLATFORM_FAULT', ...retry };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // A proxy's page, or nothing: the status is all that was said, and it is no answer of a platform.
    return { code: 'PLATFORM_ANSWER_INVALID' };
  }
  const error = platformError.safeParse(parsed);
  const known = error.success && isFailureCode(error.data.code) && codesOf[status]?.includes(error.data.code) === true ? error.data.code : undefined;
  if (known === undefined) return { code: 'PLATFORM_ANSWER_INVALID' };
  const { expected, epoch } = parsed as { expected?: unknown; epoch?: unknown };
  return { code: known, ...numberNamed('expected', expected), ...numberNamed('epoch', epoch) };
};
